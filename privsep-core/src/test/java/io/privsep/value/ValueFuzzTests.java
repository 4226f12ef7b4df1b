package io.privsep.value;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import com.code_intelligence.jazzer.junit.FuzzTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Fuzz tests for {@link ValueCodec}: bytes are a value that can be written and is the
 * same when it is read again, or they are refused.
 */
class ValueFuzzTests {

	/** The seeds rely on their order; new ones go to the end. */
	private static final List<String> SAMPLES = List.of("values", "optional", "optionalOfRecord", "ints", "longs",
			"doubles", "floats", "shorts", "chars", "booleans", "strings", "points", "matrix", "blobs", "list",
			"listOfBytes", "set", "setOfLists", "setOfSets", "setOfPaths", "setOfPoints", "setOfTexts", "map",
			"enumMap", "nested", "record", "empty", "primitives", "boxes", "pair", "pairs", "tree", "holder", "getter",
			"picky", "enumeration", "sealed", "outcomes", "byteMap", "shortMap", "intMap", "longMap", "uuidMap",
			"nullKeys", "wildcards", "angry");

	private static final List<Type> TYPES = types();

	private static final List<ValueCodec> CODECS = TYPES.stream().map(ValueCodec::of).toList();

	@FuzzTest
	void arguments(byte[] input) {
		if (input.length == 0) {
			return;
		}
		int type = (input[0] & 0xff) % CODECS.size();
		ValueCodec codec = CODECS.get(type);
		Object value;
		try {
			value = Frames.decode(codec, Arrays.copyOfRange(input, 1, input.length));
		}
		catch (UnacceptableValueException ex) {
			return;
		}
		byte[] written = Frames.encode(codec, value);
		Object again = Frames.decode(codec, written);
		assertThat(Frames.encode(codec, again)).isEqualTo(written);
		// bytes in a list or a record are equal to themselves alone
		if (!TYPES.get(type).getTypeName().matches(".*(Boxes|List<byte\\[]>)")) {
			assertThat(again).isEqualTo(value);
		}
	}

	private static List<Type> types() {
		List<Type> types = new ArrayList<>();
		SAMPLES.stream()
			.flatMap((name) -> Stream.of(Samples.class.getDeclaredMethods())
				.filter((method) -> method.getName().equals(name)))
			.forEach((method) -> types.addAll(List.of(method.getGenericParameterTypes())));
		return types;
	}

}
