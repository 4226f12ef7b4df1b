package io.privsep.channel;

import java.util.EnumSet;
import java.util.Set;

/**
 * What a channel is doing, with the states that may follow.
 */
public enum ChannelState {

	/** Nothing was started yet. */
	NEW,

	/** A helper was started and is not ready yet. */
	STARTING,

	/** A helper serves, or the next one is to, after one that was recycled. */
	RUNNING,

	/** There is no helper; the next one is started after a while. */
	BACKOFF,

	/**
	 * No helper is left, and the application cannot start another, as after it has
	 * dropped root.
	 */
	LOST,

	/** The application was stopped or closed. */
	STOPPED;

	Set<ChannelState> successors() {
		return switch (this) {
			case NEW, BACKOFF -> EnumSet.of(STARTING, LOST, STOPPED);
			case STARTING -> EnumSet.of(RUNNING, BACKOFF, LOST, STOPPED);
			case RUNNING -> EnumSet.of(STARTING, BACKOFF, LOST, STOPPED);
			case LOST -> EnumSet.of(STOPPED);
			case STOPPED -> EnumSet.noneOf(ChannelState.class);
		};
	}

}
