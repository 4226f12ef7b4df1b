package io.privsep.value;

import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.privsep.value.Samples.Point;
import io.privsep.wire.FrameBody;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.Reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How many elements a value counts as: the more memory it takes, the more.
 */
class CountedElementsTests {

	private static final int COPIES = 10;

	private static final Map<Class<?>, Integer> HEAVY = Map.of(URI.class, 8, BigDecimal.class, 2, InetAddress.class, 2,
			ZonedDateTime.class, 2, OffsetDateTime.class, 2, ZoneId.class, 2, ZoneOffset.class, 2);

	static Stream<Arguments> singleValues() {
		return SampleValues.simple()
			.filter((each) -> !((Class<?>) each.get()[0]).isPrimitive() && each.get()[1] != null);
	}

	@ParameterizedTest
	@MethodSource("singleValues")
	void valueCountsAsManyAsItsTypeTakes(Class<?> type, Object value) {
		assertCounted(new ListCodec(List.class, ValueCodec.of(type)), Collections.nCopies(COPIES, value),
				COPIES * HEAVY.getOrDefault(type, 1));
	}

	@Test
	void nothingCountsAsTheElementThatItIs() {
		assertCounted(new ListCodec(List.class, ValueCodec.of(URI.class)), Collections.nCopies(COPIES, null), COPIES);
	}

	@Test
	void containersCountWhatIsInThem() {
		ValueCodec uri = ValueCodec.of(URI.class);
		URI value = URI.create("a:b");
		assertCounted(new SetCodec(uri), Set.of(value), 9);
		assertCounted(new SetCodec(ValueCodec.of(Long.class)), Set.of(1L, 2L), 4);
		assertCounted(new SetCodec(Frames.codec("record")), Set.of(new Point(1, 2)), 3);
		assertCounted(new OptionalCodec(uri), Optional.of(value), 8);
		assertCounted(new MapCodec(ValueCodec.of(Integer.class), uri), Map.of(1, value), 9);
		assertCounted(new ArrayCodec(uri), new URI[] { value, value }, 16);
	}

	private static void assertCounted(ValueCodec codec, Object value, int elements) {
		byte[] bytes = write(codec, value, elements);
		assertThat(read(codec, bytes, elements)).isNotNull();
		assertThatExceptionOfType(UnacceptableValueException.class).isThrownBy(() -> write(codec, value, elements - 1))
			.withMessageContaining("more than the " + (elements - 1) + " elements of 'max-elements'");
		assertThatExceptionOfType(UnacceptableValueException.class).isThrownBy(() -> read(codec, bytes, elements - 1))
			.withMessageContaining("more than the " + (elements - 1) + " elements of 'max-elements'");
	}

	private static byte[] write(ValueCodec codec, Object value, int maxElements) {
		ByteBuffer frame = Reply.Returned
			.write(new FrameWriter(1 << 22), 1, (out) -> ValueWriter.write(codec, value, out, maxElements))
			.toBytes();
		byte[] bytes = new byte[frame.remaining() - Frames.HEADER];
		frame.position(Frames.HEADER).get(bytes);
		return bytes;
	}

	private static Object read(ValueCodec codec, byte[] bytes, int maxElements) {
		return ValueReader.read(codec, new FrameBody(ByteBuffer.wrap(bytes)), maxElements);
	}

}
