package io.privsep.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;

import com.code_intelligence.jazzer.junit.FuzzTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Fuzz tests for {@link Request} and {@link Reply}: what is read is, byte for byte, what
 * would be written for it; but for texts that were cut, or made printable, once and for
 * all.
 */
class MessageFuzzTests {

	// an escape may take six times the bytes
	private static final int MAX_LENGTH = 1 << 23;

	@FuzzTest
	void request(byte[] input) {
		Request request;
		try {
			request = Request.read(new FrameBody(ByteBuffer.wrap(input)));
		}
		catch (MalformedFrameException ex) {
			return;
		}
		byte[] body = body(written(request));
		if (!Arrays.equals(body, input)) {
			// the claimed principal is made printable when it is read
			assertThat(request).isInstanceOf(Request.Call.class);
			Request again = Request.read(new FrameBody(ByteBuffer.wrap(body)));
			assertThat(body(written(again))).isEqualTo(body);
		}
	}

	private static Frame written(Request request) {
		FrameWriter out = new FrameWriter(MAX_LENGTH);
		if (request instanceof Request.Call call) {
			return Request.Call.write(out, call.id(), call.function(), call.caller(),
					(body) -> copy(call.arguments(), body));
		}
		return (request instanceof Request.Cancel cancel) ? cancel.write(out) : ((Request.Ping) request).write(out);
	}

	@FuzzTest
	void reply(byte[] input) {
		FrameWriter out = new FrameWriter(MAX_LENGTH);
		Reply reply;
		try {
			reply = Reply.read(new FrameBody(ByteBuffer.wrap(input)));
		}
		catch (MalformedFrameException ex) {
			return;
		}
		Frame written;
		if (reply instanceof Reply.Ready ready) {
			written = ready.write(out);
		}
		else if (reply instanceof Reply.Returned returned) {
			written = Reply.Returned.write(out, returned.id(), (body) -> copy(returned.result(), body));
		}
		else if (reply instanceof Reply.Threw threw) {
			written = threw.write(out);
		}
		else if (reply instanceof Reply.Logged logged) {
			written = logged.write(out);
		}
		else if (reply instanceof Reply.Refused refused) {
			written = refused.write(out);
		}
		else if (reply instanceof Reply.Cancelled cancelled) {
			written = cancelled.write(out);
		}
		else if (reply instanceof Reply.Invalid invalid) {
			written = invalid.write(out);
		}
		else {
			written = ((Reply.Pong) reply).write(out);
		}
		byte[] body = body(written);
		if (!Arrays.equals(body, input)) {
			assertThat(reply).isInstanceOfAny(Reply.Ready.class, Reply.Threw.class, Reply.Refused.class,
					Reply.Invalid.class, Reply.Cancelled.class);
			assertThat(Reply.read(new FrameBody(ByteBuffer.wrap(body)))).isEqualTo(reply);
		}
	}

	private static void copy(FrameBody from, FrameWriter to) {
		try {
			while (true) {
				to.putByte(from.getByte());
			}
		}
		catch (MalformedFrameException ex) {
			// that was all
		}
	}

	private static byte[] body(Frame message) {
		ByteBuffer frame = message.toBytes();
		byte[] body = new byte[frame.remaining() - FrameWriter.LENGTH_BYTES];
		frame.position(FrameWriter.LENGTH_BYTES).get(body);
		return body;
	}

}
