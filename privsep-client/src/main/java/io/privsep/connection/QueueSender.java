package io.privsep.connection;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

import io.privsep.wire.Frame;

/**
 * Sends the calls that have got a slot out of the queue, before their callers wake up.
 * Only for the leader.
 */
final class QueueSender {

	private final Connection connection;

	private final FrameOutput output;

	private final List<PendingCall> calls = new ArrayList<>();

	/**
	 * Makes one.
	 * @param connection takes the calls that are sent
	 * @param output sends them
	 */
	QueueSender(Connection connection, FrameOutput output) {
		this.connection = connection;
		this.output = output;
	}

	void add(PendingCall call) {
		this.calls.add(call);
	}

	/**
	 * Sends them, all with one write. What is too large for that, or would have to wait
	 * for another thread's write, is left to its caller, and so is each where files are
	 * looked at before. Who reads never waits here: the helper may be waiting for it to
	 * read.
	 * @throws IOException if the connection does not take them
	 */
	void send() throws IOException {
		if (this.calls.isEmpty() || this.connection.looksAtFiles() || !this.connection.mayTakeCalls()) {
			return;
		}
		this.output.tryWrite((sender) -> this.calls.removeIf((call) -> {
			Frame frame = call.frame();
			return frame != null && this.connection.take(call, () -> give(call, frame, sender));
		}));
	}

	private boolean give(PendingCall call, Frame frame, Predicate<Frame> sender) {
		boolean given = sender.test(frame);
		if (given) {
			call.setEnd(this.output.taken());
		}
		return given;
	}

	/** Leaves those that were not sent to their callers. */
	void leave() {
		this.calls.forEach(PendingCall::grantSlot);
		this.calls.clear();
	}

}
