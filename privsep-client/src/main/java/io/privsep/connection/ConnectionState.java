package io.privsep.connection;

import java.util.EnumSet;
import java.util.Set;

/**
 * What a connection is good for, with the states that may follow.
 */
enum ConnectionState {

	/** The helper has not said yet that it is ready. */
	OPENING,

	/** The helper has said that it is ready. It is still to be compared, or a spare. */
	READY,

	/** It takes calls, as many as the helper's lifespan has. */
	SERVING,

	/**
	 * It takes no calls. Those in flight keep their slots, and have all of their time.
	 */
	RECYCLED,

	/** It takes no calls, and its helper is to be replaced. */
	FAULTY,

	/**
	 * It sends no calls. Those in flight have given back their slots, and little time.
	 */
	RETIRED,

	/** It sends no calls, as the application closes. Those in flight may finish. */
	DRAINING,

	/**
	 * No reply counts any more, and no frame is begun. One may still be on its way: it is
	 * not known yet which calls the helper has got.
	 */
	ENDING,

	/** Nothing can be sent any more: which calls the helper may have got is known. */
	ENDED;

	Set<ConnectionState> successors() {
		return switch (this) {
			case OPENING -> EnumSet.of(READY, ENDING);
			case READY -> EnumSet.of(SERVING, FAULTY, RETIRED, DRAINING, ENDING);
			case SERVING -> EnumSet.of(RECYCLED, FAULTY, RETIRED, DRAINING, ENDING);
			case RECYCLED -> EnumSet.of(FAULTY, RETIRED, DRAINING, ENDING);
			case FAULTY -> EnumSet.of(RETIRED, DRAINING, ENDING);
			case RETIRED -> EnumSet.of(ENDING);
			case DRAINING -> EnumSet.of(RETIRED, ENDING);
			case ENDING -> EnumSet.of(ENDED);
			case ENDED -> EnumSet.noneOf(ConnectionState.class);
		};
	}

	/**
	 * Whether calls that were taken are sent.
	 * @return whether they are
	 */
	boolean sendsCalls() {
		return this == SERVING || this == RECYCLED || this == FAULTY;
	}

	/**
	 * Whether frames come and go.
	 * @return whether they do
	 */
	boolean isOpen() {
		return this != ENDING && this != ENDED;
	}

}
