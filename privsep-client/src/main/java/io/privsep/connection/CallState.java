package io.privsep.connection;

/**
 * Where a call is, with the states that may follow.
 */
enum CallState {

	/** It was made, and waits for a slot, or has got one at once. */
	NEW,

	/** It has got a slot out of the queue, and its caller is to send it. */
	GRANTED,

	/** A connection has taken it, and has its slot. */
	TAKEN,

	/** Its caller waits no longer, and the helper is still to be told. */
	ABANDONED,

	/** Its caller waits no longer, and the helper was told. */
	CANCELLED,

	/** The helper has replied. */
	REPLIED,

	/** The connection has ended, and the function may have run. */
	LOST,

	/** The connection has ended before all of it was sent: the function did not run. */
	UNSENT;

	boolean mayBecome(CallState next) {
		return switch (this) {
			case NEW -> next == GRANTED || next == TAKEN;
			case GRANTED -> next == TAKEN;
			case TAKEN -> next == ABANDONED || next.isEnd();
			case ABANDONED -> next == CANCELLED || next.isEnd();
			case CANCELLED -> next.isEnd();
			case REPLIED, LOST, UNSENT -> false;
		};
	}

	boolean isAbandoned() {
		return this == ABANDONED || this == CANCELLED;
	}

	boolean isEnd() {
		return this == REPLIED || this == LOST || this == UNSENT;
	}

}
