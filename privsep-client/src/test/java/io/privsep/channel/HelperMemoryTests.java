package io.privsep.channel;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.privsep.launch.HelperEnd;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HelperMemory}.
 */
class HelperMemoryTests {

	private static final String RAISE = "out of memory: raise the heap, or send less";

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					3 | Terminating due to java.lang.OutOfMemoryError: Java heap space | raise
					3 | Terminating due to java.lang.OutOfMemoryError: GC overhead limit exceeded | raise
					3 | Terminating due to java.lang.OutOfMemoryError: Metaspace | out of memory, java.lang.OutOfMemoryError: Metaspace
					3 | Terminating due to java.lang.OutOfMemoryError: Requested array size exceeds VM limit | out of memory, java.lang.OutOfMemoryError: Requested array size exceeds VM limit
					3 | something else |
					1 | Terminating due to java.lang.OutOfMemoryError: Java heap space |
					""")
	void ofEndNamesTheHeapWhereThatWasFullAndElseWhatTheJvmSays(int status, String line, @Nullable String expected) {
		HelperEnd end = new HelperEnd(status, "exit code " + status, false);
		assertThat(HelperMemory.ofEnd("the heap", end, List.of("before", line, "after")))
			.isEqualTo("raise".equals(expected) ? RAISE : expected);
	}

}
