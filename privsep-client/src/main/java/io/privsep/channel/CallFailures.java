package io.privsep.channel;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.privsep.PrivsepBusyException;
import io.privsep.PrivsepConnectionLostException;
import io.privsep.PrivsepException;
import io.privsep.PrivsepTimeoutException;
import io.privsep.PrivsepUnavailableException;
import io.privsep.connection.Connection;
import io.privsep.connection.FunctionTrace;
import io.privsep.wire.Reply;

/**
 * The exceptions of calls that have no reply, with what the channel was doing.
 */
final class CallFailures {

	private static final String PREFIX = "privsep.contexts.";

	/** A process that has lost its connection has mostly ended by then. */
	private static final Duration TO_END = Duration.ofMillis(500);

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
				message("no slot for '" + name + "' within " + text(this.settings.times().queue()) + ", as '" + PREFIX
						+ this.context + ".max-concurrency' calls run already"),
				null);
	}

	PrivsepBusyException noRoom(String name, int max) {
		return new PrivsepBusyException(this.context, name, message("no room for '" + name + "', as " + max
				+ " asynchronous calls wait for a slot of '" + PREFIX + this.context + ".max-concurrency' already"),
				null);
	}

	PrivsepBusyException interruptedInQueue(String name) {
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

	/**
	 * What the helpers do now, for an exception that is made a little later.
	 * @return a part of a message
	 */
	String state() {
		return state("helper", this.helpers.get().status().state());
	}

	PrivsepTimeoutException noReply(String name, Duration timeout, String state, Reply.@Nullable Cancelled cancelled) {
		PrivsepTimeoutException failure = new PrivsepTimeoutException(this.context, name,
				"Context '" + this.context + "': no reply to '" + name + "' within " + text(timeout)
						+ HelperMemory.ofHeap(this.settings, cancelled) + state,
				null);
		FunctionTrace.addTo(failure, this.context, cancelled);
		return failure;
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
		return String.valueOf(reason).replace("'max-", "'" + PREFIX + context + ".max-");
	}

	PrivsepConnectionLostException lost(String name, Connection connection) {
		HelperPool pool = this.helpers.get();
		Throwable end = connection.endNotice().await(TO_END);
		String memory = (end instanceof HelperStartException told) ? told.memory() : null;
		return new PrivsepConnectionLostException(this.context, name,
				message("the helper ended during '" + name + "'" + ((memory != null) ? ", " + memory : ""),
						"next helper", pool.stateWithout(connection)),
				(end != null) ? end : end(connection));
	}

	// One that is not known yet, of a process that does not end, perhaps.
	private HelperStartException end(Connection connection) {
		Throwable reason = Objects.requireNonNullElseGet(connection.reason(), () -> new IOException("no reason"));
		return new HelperStartException(this.context, "the helper ended: " + HelperStartException.sentence(reason),
				reason);
	}

	private String message(String what) {
		return message(what, "helper", this.helpers.get().status().state());
	}

	private String message(String what, String helper, ChannelState state) {
		return "Context '" + this.context + "': " + what + state(helper, state);
	}

	private String state(String helper, ChannelState state) {
		return " (" + helper + " " + state + ", " + this.load.get() + ")";
	}

	static String text(Duration duration) {
		return (duration.toMillis() % 1000 == 0) ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
	}

}
