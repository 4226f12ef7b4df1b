package io.privsep.connection;

/**
 * Where a call is, with the states that may follow.
 */
enum CallState {

	/** It was made, and waits for a slot, or has got one at once. */
	NEW,

	/** It has got a slot out of the queue, and its caller is to send it. */
	GRANTED,

	/** A connection has taken it, and has its slot. Its caller is still to send it. */
	TAKEN,

	/** It was sent, or is on its way with others out of the queue. */
	SENT,

	/** Its caller waits no longer, and the helper is still to be told. */
	ABANDONED,

	/** Its caller waits no longer, and the helper was told. */
	CANCELLED,

	/** The helper has replied. */
	REPLIED,

	/** The connection has ended, and the function may have run. */
	LOST,

	/** It was not sent, and will not be: the function does not run. */
	UNSENT;

	boolean mayBecome(CallState next) {
		return switch (this) {
			case NEW -> next == GRANTED || next == TAKEN || next == SENT || next == UNSENT;
			case GRANTED -> next == TAKEN || next == UNSENT;
			// the reply may be read before its sender goes on
			case TAKEN -> next == SENT || next == REPLIED || next == UNSENT;
			case SENT -> next == ABANDONED || next.isEnd();
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
