package io.privsep.channel;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.privsep.PrivsepBusyException;
import io.privsep.PrivsepConnectionLostException;
import io.privsep.PrivsepException;
import io.privsep.PrivsepTimeoutException;
import io.privsep.PrivsepUnavailableException;
import io.privsep.connection.Connection;

/**
 * The exceptions of calls that have no answer, with what the channel was doing.
 */
final class CallFailures {

	private static final String PREFIX = "privsep.contexts.";

	/** What a JVM says of it. */
	private static final String HEAP_IS_FULL = "Java heap space";

	/**
	 * How long a caller waits for what is known of the end of its helper, such as an exit
	 * status, in nanoseconds.
	 */
	private static final long END = 500_000_000;

	private static final long POLL = 2_000_000;

	private final ContextSettings settings;

	private final String context;

	private final Supplier<HelperPool> helpers;

	private final Supplier<String> load;

	/**
	 * Makes it.
	 * @param settings the context's settings
	 * @param helpers gives the helpers
	 * @param load says how many calls run and wait
	 */
	CallFailures(ContextSettings settings, Supplier<HelperPool> helpers, Supplier<String> load) {
		this.settings = settings;
		this.context = settings.context();
		this.helpers = helpers;
		this.load = load;
	}

	PrivsepBusyException noSlot(String name) {
		return new PrivsepBusyException(this.context, name,
				message("no slot for '" + name + "' within " + text(this.settings.queueTimeout()) + ", as '" + PREFIX
						+ this.context + ".max-concurrency' calls run already"),
				null);
	}

	PrivsepBusyException interruptedInLine(String name) {
		return new PrivsepBusyException(this.context, name,
				message("interrupted while '" + name + "' waited for a slot"), new InterruptedException());
	}

	PrivsepUnavailableException noHelper(String name) {
		return noHelper(name, this.helpers.get().lastFailure());
	}

	PrivsepUnavailableException noHelper(String name, @Nullable Throwable cause) {
		return new PrivsepUnavailableException(this.context, name, message("there is no helper to run '" + name + "'"),
				cause);
	}

	PrivsepUnavailableException interruptedWithoutHelper(String name, InterruptedException ex) {
		return new PrivsepUnavailableException(this.context, name,
				message("interrupted while waiting for a helper to run '" + name + "'"), ex);
	}

	PrivsepUnavailableException notTaken(String name, Duration timeout) {
		return new PrivsepUnavailableException(this.context, name,
				message("the helper did not take the call of '" + name + "' within " + text(timeout)), null);
	}

	PrivsepTimeoutException noReply(String name, Duration timeout) {
		return new PrivsepTimeoutException(this.context, name,
				message("no reply to '" + name + "' within " + text(timeout)), null);
	}

	PrivsepTimeoutException interruptedWithoutReply(String name, InterruptedException ex) {
		return new PrivsepTimeoutException(this.context, name,
				message("interrupted while waiting for the reply to '" + name + "'"), ex);
	}

	static PrivsepException argumentsNotSent(String context, String name, Throwable ex) {
		return new PrivsepException(context, name, "Context '" + context + "': '" + name
				+ "' did not run, as its arguments cannot be sent: " + named(context, ex.getMessage()), ex);
	}

	PrivsepException resultNotAccepted(String name, Throwable ex) {
		return new PrivsepException(this.context, name,
				message("'" + name + "' ran, but its result is not accepted: " + named(this.context, ex.getMessage())),
				ex);
	}

	PrivsepException resultNotSent(String name, @Nullable String reason) {
		return new PrivsepException(this.context, name,
				message("'" + name + "' ran, but its result cannot be sent: " + named(this.context, reason)), null);
	}

	PrivsepException refused(String name, String reason) {
		return new PrivsepException(this.context, name,
				message("the helper refuses '" + name + "', which did not run: " + named(this.context, reason)), null);
	}

	/**
	 * Gives properties the whole of their names, and heap that is full that of its.
	 * @param context name of the context
	 * @param reason why something is too large
	 * @return the same
	 */
	static String named(String context, @Nullable String reason) {
		String text = String.valueOf(reason).replace("'max-", "'" + PREFIX + context + ".max-");
		return text.contains(HEAP_IS_FULL) ? text + ", whose size is '" + PREFIX + context + ".jvm.max-heap'" : text;
	}

	PrivsepConnectionLostException lost(String name, Connection connection) {
		HelperPool pool = this.helpers.get();
		HelperStartException end = end(connection, pool);
		String why = end.summary().contains(HEAP_IS_FULL)
				? ", as its heap was full, whose size is '" + PREFIX + this.context + ".jvm.max-heap'" : "";
		return new PrivsepConnectionLostException(this.context, name,
				message("the helper ended during '" + name + "'" + why, "next helper", pool.stateWithout(connection)),
				end);
	}

	// Its supervisor, which knows more of the end, notices it a moment later than the
	// callers, and what it noticed last may be the end of another helper.
	private HelperStartException end(Connection connection, HelperPool pool) {
		Throwable reason = Objects.requireNonNullElseGet(connection.reason(), () -> new IOException("no reason"));
		long deadline = System.nanoTime() + END;
		while (!Thread.currentThread().isInterrupted() && System.nanoTime() - deadline < 0) {
			if (pool.lastFailure() instanceof HelperStartException end && end.isBecauseOf(reason)) {
				return end;
			}
			if (pool.status().state() == ChannelState.STOPPED) {
				break;
			}
			LockSupport.parkNanos(this, POLL);
		}
		return new HelperStartException(this.context, "the helper ended: " + HelperStartException.sentence(reason),
				reason);
	}

	private String message(String what) {
		return message(what, "helper", this.helpers.get().status().state());
	}

	private String message(String what, String helper, ChannelState state) {
		return "Context '" + this.context + "': " + what + " (" + helper + " " + state + ", " + this.load.get() + ")";
	}

	static String text(Duration duration) {
		return (duration.toMillis() % 1000 == 0) ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
	}

}
