package io.privsep.value;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.privsep.value.Samples.Boxes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ValueCodec}: values of every type are the same when they are read
 * again, and whatever else is read is refused in one way.
 */
class ValueCodecTests {

	private static final Set<String> SINGLE = Stream
		.of(TransferableTypes.SIMPLE, TransferableTypes.NUMBERS, TransferableTypes.TEXTS)
		.flatMap(Set::stream)
		.collect(Collectors.toSet());

	static Stream<Arguments> values() {
		return Stream.concat(SampleValues.simple(), SampleValues.structures()
			.map((each) -> Arguments.of(Frames.type((String) each.get()[0]), each.get()[1])));
	}

	@Test
	void everySimpleTypeOfTheTableHasSamples() {
		assertThat(
				SampleValues.simple().map((each) -> ((Class<?>) each.get()[0]).getName()).collect(Collectors.toSet()))
			.isEqualTo(SINGLE);
		assertThat(Arrays.stream(Samples.class.getDeclaredMethods())
			.filter((method) -> method.getName().equals("values"))
			.flatMap((method) -> Arrays.stream(method.getParameterTypes()))
			.map(Class::getName)).containsExactlyInAnyOrderElementsOf(SINGLE);
	}

	@Test
	void everyCodecHasSamples() {
		Set<Class<?>> codecs = new HashSet<>();
		addFinal(ValueCodec.class, codecs);
		assertThat(values().map((each) -> ValueCodec.of((Type) each.get()[0]).getClass()).collect(Collectors.toSet()))
			.isEqualTo(codecs);
	}

	private static void addFinal(Class<?> type, Set<Class<?>> codecs) {
		if (type != ValueCodec.class) {
			codecs.add(type);
		}
		if (type.isSealed()) {
			Arrays.stream(type.getPermittedSubclasses()).forEach((each) -> addFinal(each, codecs));
		}
	}

	@ParameterizedTest
	@MethodSource("values")
	void readWhenWrittenReturnsEqual(Type type, Object value) {
		Object read = roundTrip(ValueCodec.of(type), value);
		assertThat(read).isEqualTo(value);
		if (!value.getClass().isArray()) {
			assertThat(read).hasToString(value.toString());
		}
	}

	@ParameterizedTest
	@MethodSource("values")
	void readWhenNullWrittenReturnsNull(Type type) {
		ValueCodec codec = ValueCodec.of(type);
		if (codec.type().isPrimitive()) {
			assertThatExceptionOfType(UnacceptableValueException.class).isThrownBy(() -> Frames.encode(codec, null))
				.withMessageContaining("never null");
		}
		else {
			assertThat(Frames.encode(codec, null)).containsExactly(0);
			assertThat(roundTrip(codec, null)).isNull();
		}
	}

	@ParameterizedTest
	@MethodSource("values")
	void readWhenPrefixIsUnacceptable(Type type, Object value) {
		ValueCodec codec = ValueCodec.of(type);
		byte[] bytes = Frames.encode(codec, value);
		for (int length = 0; length < bytes.length; length++) {
			Frames.assertUnacceptable(codec, Arrays.copyOf(bytes, length), "");
		}
		Frames.assertUnacceptable(codec, Arrays.copyOf(bytes, bytes.length + 1), "1 bytes are left");
	}

	@ParameterizedTest
	@MethodSource("values")
	void readWhenMutatedReturnsOrIsUnacceptable(Type type, Object value) {
		ValueCodec codec = ValueCodec.of(type);
		byte[] bytes = Frames.encode(codec, value);
		Random random = new Random(4711);
		List<Throwable> others = new ArrayList<>();
		for (int i = 0; i < 2000; i++) {
			byte[] mutated = bytes.clone();
			for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
				mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
			}
			try {
				Frames.decode(codec, mutated);
			}
			catch (UnacceptableValueException ex) {
				// as it should
			}
			catch (Throwable ex) {
				others.add(ex);
			}
		}
		assertThat(others).isEmpty();
	}

	@Test
	void resultOfVoidHasNoBytes() {
		assertThat(Frames.encode(ValueCodec.of(void.class), null)).isEmpty();
		assertThat(Frames.encode(ValueCodec.of(Void.class), null)).isEmpty();
		assertThat(roundTrip(ValueCodec.of(void.class), null)).isNull();
	}

	@Test
	void readWhenSetReturnsItInTheOrderOfTheSender() {
		Set<Integer> set = new LinkedHashSet<>(List.of(9, 1, 5, 100, -3));
		assertThat((Iterable<?>) roundTrip(Frames.codec("set"), set)).hasToString("[9, 1, 5, 100, -3]");
	}

	@Test
	void readWhenBytesInRecordReturnsThem() {
		Boxes boxes = new Boxes(null, null, null, null, null, null, null, null, null, new byte[] { 1, 2 });
		Boxes read = (Boxes) roundTrip(Frames.codec("boxes"), boxes);
		assertThat(read).isNotNull();
		assertThat(read.bytes()).containsExactly(1, 2);
	}

	@Test
	void readWhenTextHasNulReturnsItUnchanged() {
		assertThat(roundTrip(ValueCodec.of(String.class), "/etc/motd\0.txt")).isEqualTo("/etc/motd\0.txt");
	}

	@Test
	void readWhenLongReturnsEqual() {
		List<String> texts = List.of("\u20ac\ud83d\ude00x".repeat(50_000), "y".repeat(100_000));
		assertThat(roundTrip(Frames.codec("list"), texts)).isEqualTo(texts);
		Set<Integer> numbers = new LinkedHashSet<>();
		for (int i = -70_000; i < 70_000; i += 3) {
			numbers.add(i);
		}
		assertThat(roundTrip(Frames.codec("set"), numbers)).isEqualTo(numbers);
		int[] ints = new Random(4711).ints(500_000).toArray();
		assertThat(roundTrip(Frames.codec("ints"), ints)).isEqualTo(ints);
	}

	private static @Nullable Object roundTrip(ValueCodec codec, @Nullable Object value) {
		return Frames.decode(codec, Frames.encode(codec, value));
	}

}
