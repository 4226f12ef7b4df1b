package io.privsep.value;

import java.nio.ByteBuffer;
import java.util.HexFormat;

import org.jspecify.annotations.Nullable;

import io.privsep.wire.FrameBody;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.Reply;

/**
 * Values as bytes, for tests.
 */
final class Frames {

	private static final int HEADER = 4 + 1 + 4;

	private Frames() {
	}

	static byte[] encode(ValueCodec codec, @Nullable Object value) {
		ByteBuffer frame = Reply.Returned.write(new FrameWriter(1 << 22), 1, (out) -> codec.write(value, out))
			.toBytes();
		byte[] bytes = new byte[frame.remaining() - HEADER];
		frame.position(HEADER).get(bytes);
		return bytes;
	}

	static @Nullable Object decode(ValueCodec codec, byte[] bytes) {
		FrameBody body = new FrameBody(ByteBuffer.wrap(bytes));
		Object value = codec.read(body);
		body.expectEnd();
		return value;
	}

	static byte[] cbor(String hex) {
		byte[] cbor = HexFormat.of().parseHex(hex.replace(" ", ""));
		return ByteBuffer.allocate(4 + cbor.length).putInt(cbor.length).put(cbor).array();
	}

}
