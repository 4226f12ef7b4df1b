package io.privsep.connection;

import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state that a connection is in, and why.
 */
final class CurrentState {

	private static final Logger logger = LoggerFactory.getLogger(CurrentState.class);

	private final String context;

	private volatile ConnectionState state = ConnectionState.OPENING;

	private volatile @Nullable Throwable reason;

	/**
	 * Makes the state of a connection that is being opened.
	 * @param context the context's name
	 */
	CurrentState(String context) {
		this.context = context;
	}

	/**
	 * Changes the state: the one place where that happens. What comes too late changes
	 * nothing.
	 * @param next the next state
	 * @param why the reason; {@code null} keeps the one that there is
	 * @return whether it was changed
	 */
	synchronized boolean to(ConnectionState next, @Nullable Throwable why) {
		ConnectionState now = this.state;
		if (!now.successors().contains(next)) {
			return false;
		}
		this.reason = (why != null) ? why : this.reason;
		this.state = next;
		logger.debug("Context '{}': connection {} -> {}", this.context, now, next, why);
		return true;
	}

	/**
	 * Does something while the state does not change.
	 * @param task a short task
	 * @return what it says
	 */
	synchronized boolean hold(BooleanSupplier task) {
		return task.getAsBoolean();
	}

	ConnectionState state() {
		return this.state;
	}

	@Nullable Throwable reason() {
		return this.reason;
	}

}
