package io.privsep.connection;

import java.util.EnumSet;
import java.util.Set;

/**
 * What a connection is good for, with the states that may follow.
 */
enum ConnectionState {

	/** The helper has not said yet that it is ready. */
	OPENING,

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

	/** Nothing comes or goes any more. */
	ENDED;

	Set<ConnectionState> successors() {
		return switch (this) {
			case OPENING -> EnumSet.of(SERVING, ENDED);
			case SERVING -> EnumSet.of(RECYCLED, FAULTY, RETIRED, DRAINING, ENDED);
			case RECYCLED -> EnumSet.of(FAULTY, RETIRED, DRAINING, ENDED);
			case FAULTY -> EnumSet.of(RETIRED, DRAINING, ENDED);
			case RETIRED -> EnumSet.of(ENDED);
			case DRAINING -> EnumSet.of(RETIRED, ENDED);
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

}
