package io.privsep.helper;

import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.privsep.wire.MalformedFrameException;

/**
 * The calls that have no reply yet.
 */
final class RunningCalls {

	private final int max;

	private final Map<Integer, RunningCall> calls = new HashMap<>();

	RunningCalls(int max) {
		this.max = max;
	}

	/**
	 * Adds a call.
	 * @param id its number
	 * @return the call, or {@code null} if too many run already
	 * @throws MalformedFrameException if a call of that number still runs
	 */
	synchronized @Nullable RunningCall add(int id) {
		if (this.calls.containsKey(id)) {
			throw new MalformedFrameException("A second call with the number " + id + " of one that still runs");
		}
		if (this.calls.size() == this.max) {
			return null;
		}
		RunningCall call = new RunningCall(id);
		this.calls.put(id, call);
		return call;
	}

	synchronized void remove(RunningCall call) {
		this.calls.remove(call.id());
	}

	// The call with this number; null if it has ended by now.
	synchronized @Nullable RunningCall find(int id) {
		return this.calls.get(id);
	}

	synchronized void cancelAll() {
		for (RunningCall call : this.calls.values()) {
			call.cancel();
		}
	}

}
