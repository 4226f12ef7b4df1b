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

	/** There will be no helper any more. */
	STOPPED;

	Set<ChannelState> successors() {
		return switch (this) {
			case NEW, BACKOFF -> EnumSet.of(STARTING, STOPPED);
			case STARTING -> EnumSet.of(RUNNING, BACKOFF, STOPPED);
			case RUNNING -> EnumSet.of(STARTING, BACKOFF, STOPPED);
			case STOPPED -> EnumSet.noneOf(ChannelState.class);
		};
	}

}
