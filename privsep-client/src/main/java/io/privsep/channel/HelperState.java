package io.privsep.channel;

import java.util.EnumSet;
import java.util.Set;

/**
 * What a helper is to its channel, with the states that may follow.
 */
enum HelperState {

	/** It was started, is ready, and is not known to the channel yet. */
	READY,

	/** It waits, ready. */
	SPARE,

	/** It gets the calls. */
	SERVING,

	/** It was recycled, replaced, or is at its end, and its calls may still finish. */
	LEAVING,

	/** It is done with. */
	ENDED;

	Set<HelperState> successors() {
		return switch (this) {
			case READY -> EnumSet.of(SPARE, SERVING, ENDED);
			case SPARE -> EnumSet.of(SERVING, LEAVING, ENDED);
			case SERVING -> EnumSet.of(LEAVING, ENDED);
			case LEAVING -> EnumSet.of(ENDED);
			case ENDED -> EnumSet.noneOf(HelperState.class);
		};
	}

}
