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

/**
 * The exceptions of calls that have no answer, with what the channel was doing.
 */
final class CallFailures {

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
				message("no slot for '" + name + "' within " + text(this.settings.queueTimeout())), null);
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

	PrivsepException resultNotAccepted(String name, Throwable ex) {
		return new PrivsepException(this.context, name,
				message("'" + name + "' ran, but its result is not accepted: " + ex.getMessage()), ex);
	}

	PrivsepException refused(String name, String reason) {
		return new PrivsepException(this.context, name,
				message("the helper refuses '" + name + "', which did not run: " + reason), null);
	}

	PrivsepConnectionLostException lost(String name, Connection connection) {
		HelperPool pool = this.helpers.get();
		return new PrivsepConnectionLostException(this.context, name,
				message("the helper ended during '" + name + "'", "next helper", pool.stateWithout(connection)),
				end(connection, pool.lastFailure()));
	}

	// The supervisor, which knows more of it, may not have noticed it yet, and what it
	// noticed last may be the end of another helper.
	private HelperStartException end(Connection connection, @Nullable Throwable last) {
		Throwable reason = Objects.requireNonNullElseGet(connection.reason(), () -> new IOException("no reason"));
		return (last instanceof HelperStartException end && end.isBecauseOf(reason)) ? end : new HelperStartException(
				this.context, "the helper ended: " + HelperStartException.sentence(reason), reason);
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
