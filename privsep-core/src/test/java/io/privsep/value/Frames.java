package io.privsep.value;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

import org.jspecify.annotations.Nullable;

import io.privsep.wire.FrameBody;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.Reply;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Values as bytes, for tests.
 */
final class Frames {

	static final int MAX_ELEMENTS = 250_000;

	static final int HEADER = 4 + 1 + 4;

	private Frames() {
	}

	static byte[] encode(ValueCodec codec, @Nullable Object value) {
		ByteBuffer frame = Reply.Returned
			.write(new FrameWriter(1 << 22), 1, (out) -> ValueWriter.write(codec, value, out, MAX_ELEMENTS))
			.toBytes();
		byte[] bytes = new byte[frame.remaining() - HEADER];
		frame.position(HEADER).get(bytes);
		return bytes;
	}

	static @Nullable Object decode(ValueCodec codec, byte[] bytes) {
		return ValueReader.read(codec, new FrameBody(ByteBuffer.wrap(bytes)), MAX_ELEMENTS);
	}

	static byte[] hex(String hex) {
		return HexFormat.of().parseHex(hex.replace(" ", ""));
	}

	static void assertUnacceptable(ValueCodec codec, byte[] bytes, String message) {
		assertThatExceptionOfType(UnacceptableValueException.class).isThrownBy(() -> decode(codec, bytes))
			.withMessageContaining(message);
	}

	static ValueCodec codec(String method) {
		return ValueCodec.of(type(method));
	}

	static Type type(String method) {
		return Arrays.stream(Samples.class.getDeclaredMethods())
			.filter((each) -> each.getName().equals(method))
			.map(Method::getGenericParameterTypes)
			.findFirst()
			.orElseThrow()[0];
	}

}
