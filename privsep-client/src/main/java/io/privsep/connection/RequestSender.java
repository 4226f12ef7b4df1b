package io.privsep.connection;

import java.io.IOException;
import java.util.function.Consumer;

import io.privsep.wire.Frame;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.Protocol;
import io.privsep.wire.Request;

/**
 * Sends requests over a connection, which ends where that fails.
 */
final class RequestSender {

	private final FrameOutput output;

	private final InFlightCalls calls;

	private final Consumer<Throwable> end;

	/**
	 * Makes one.
	 * @param output writes the frames
	 * @param calls those that were taken
	 * @param end ends the connection
	 */
	RequestSender(FrameOutput output, InFlightCalls calls, Consumer<Throwable> end) {
		this.output = output;
		this.calls = calls;
		this.end = end;
	}

	/**
	 * Sends a call.
	 * @param call the call
	 * @return whether it was sent; if not, the helper has nothing of it
	 * @throws ConnectionEndedException if the connection has ended, perhaps by this
	 */
	boolean call(PendingCall call) throws ConnectionEndedException {
		return write(call.takeFrame(), call.deadline(), call::setSent);
	}

	/**
	 * Tells the helper that nobody waits for a call any longer.
	 * @param call the call
	 * @param deadline until when that may take
	 */
	void cancel(PendingCall call, long deadline) {
		this.calls.expectCancelled();
		if (tryWrite(new Request.Cancel(call.id()).write(new FrameWriter(Protocol.OVERHEAD)), deadline)) {
			call.setCancelSent();
		}
		else {
			this.calls.expectNotCancelled();
		}
	}

	/**
	 * Asks the helper for a heartbeat.
	 * @param deadline until when that may take
	 * @return whether it was sent
	 */
	boolean ping(long deadline) {
		return tryWrite(new Request.Ping().write(new FrameWriter(Protocol.OVERHEAD)), deadline);
	}

	// For requests that do not matter any more once the connection has ended.
	private boolean tryWrite(Frame frame, long deadline) {
		try {
			return write(frame, deadline, () -> {
			});
		}
		catch (ConnectionEndedException ex) {
			return false;
		}
	}

	private boolean write(Frame frame, long deadline, Runnable sent) throws ConnectionEndedException {
		try {
			return this.output.write(frame, deadline, sent);
		}
		catch (IOException | RuntimeException | Error ex) {
			// a part of the frame may be on its way
			this.end.accept(ex);
			throw new ConnectionEndedException(ex);
		}
	}

}
