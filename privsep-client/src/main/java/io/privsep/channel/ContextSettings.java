package io.privsep.channel;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.privsep.connection.Machine;
import io.privsep.definition.HelperDefinition;
import io.privsep.function.FunctionTable;
import io.privsep.function.PrivilegedBean;
import io.privsep.launch.Launcher;

/**
 * All that a channel needs to know of its context.
 *
 * @param table the functions
 * @param definition the helper's definition
 * @param launcher how the helper is started
 * @param description what is said of it to people
 * @param times how long things may take
 * @param standby how many spares wait, ready, for the end of the helper that serves
 * @param backoff how long to wait between starts
 * @param recycle how long a helper serves
 * @param machine the time and the threads
 */
public record ContextSettings(FunctionTable table, HelperDefinition definition, Launcher launcher,
		Description description, Times times, int standby, Backoff backoff, Recycle recycle, Machine machine) {

	/**
	 * The context.
	 * @return its name
	 */
	public String context() {
		return this.definition.context();
	}

	/**
	 * Whether beans of the helper have something to do when it ends in order.
	 * @return whether it has to be given time for that
	 */
	boolean hasEnd() {
		return this.table.beans().stream().anyMatch((bean) -> !bean.callbacks(PrivilegedBean.PRE_DESTROY).isEmpty());
	}

	/**
	 * What is said of a context to people, as it is configured.
	 *
	 * @param user whom the helper runs as
	 * @param capabilities the capabilities that it keeps
	 * @param mode the mode of privsep; where it is {@code in-process}, the heap is not
	 * that of a helper
	 * @param heap what limits its heap, such as
	 * {@code 'privsep.contexts.parser.jvm.max-heap' of 64MB}
	 */
	public record Description(String user, List<String> capabilities, String mode, String heap) {
	}

	/**
	 * How long things may take.
	 *
	 * @param call a call
	 * @param queue the wait of a call for a slot or for a helper
	 * @param start a helper, to be ready
	 * @param stop calls in flight, at the end
	 * @param cancelGrace a function that ignores its cancellation
	 * @param pingInterval a helper's silence before it is pinged, and its reply then;
	 * zero disables pings
	 */
	public record Times(Duration call, Duration queue, Duration start, Duration stop, Duration cancelGrace,
			Duration pingInterval) {
	}

	/**
	 * How long to wait between the starts of a helper.
	 *
	 * @param initial the first wait
	 * @param max the longest wait
	 * @param multiplier what each wait is multiplied by to give the next
	 */
	public record Backoff(Duration initial, Duration max, double multiplier) {

		/** A helper that has lived so long is not taken for one that cannot live. */
		private static final Duration HEALTHY = Duration.ofMinutes(1);

		/**
		 * How many failures in a row there are with the end of a helper that was ready.
		 * @param failures how many there were before it
		 * @param lived how long it has lived
		 * @return how many there are
		 */
		int failuresWithEnd(int failures, Duration lived) {
			return (lived.compareTo(HEALTHY) >= 0) ? 1 : failures + 1;
		}

		/**
		 * How long to wait.
		 * @param failures how many starts have failed in a row
		 * @param random from 0 to 1, so that helpers that have ended together do not
		 * start together
		 * @return from half of the wait to all of it
		 */
		Duration delay(int failures, double random) {
			double nanos = this.initial.toNanos() * Math.pow(this.multiplier, Math.max(0, failures - 1));
			return Duration.ofNanos((long) (Math.min(nanos, this.max.toNanos()) * (1 + random) / 2));
		}

	}

	/**
	 * How long a helper serves before another takes its place.
	 *
	 * @param calls for how many calls; {@code null} for any number
	 * @param after for how long; {@code null} for ever
	 */
	public record Recycle(@Nullable Integer calls, @Nullable Duration after) {

		/** As long as it lives. */
		public static final Recycle NEVER = new Recycle(null, null);

		/**
		 * Whether a helper serves as long as it lives.
		 * @return whether it does
		 */
		public boolean isNever() {
			return this.calls == null && this.after == null;
		}

	}

}
