package io.privsep.thrown;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.privsep.wire.Thrown;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link HelperFrame}.
 */
class HelperFrameTests {

	@Test
	void ofIsPrintedLikeAClassOfALoaderWithTheNameOfTheHelper() {
		assertThat(HelperFrame.of("motd", "a.B", "c", "B.java", 7))
			.hasToString(new StackTraceElement("helper 'motd'", null, null, "a.B", "c", "B.java", 7).toString());
	}

	@Test
	void rebuildWhenAFrameNamesAClassOfTheApplicationNamesNoneThatALoggingSystemCouldLoad() {
		IllegalStateException exception = new IllegalStateException("x");
		StackTraceElement[] frames = { new StackTraceElement(HelperFrameTests.class.getName(), "m", "X.java", 1),
				new StackTraceElement("../" + HelperFrameTests.class.getName(), "m", "X.java", 1) };
		exception.setStackTrace(frames);
		Throwable rebuilt = new ThrownRebuilder("motd", List.of(), 1).rebuild(null,
				Thrown.of(exception, (each) -> null));
		for (int i = 0; i < frames.length; i++) {
			StackTraceElement frame = rebuilt.getStackTrace()[i];
			assertThat(frame.getMethodName()).isEqualTo("m");
			assertThatExceptionOfType(ClassNotFoundException.class)
				.isThrownBy(() -> Class.forName(frame.getClassName()));
			assertThatExceptionOfType(ClassNotFoundException.class)
				.isThrownBy(() -> getClass().getClassLoader().loadClass(frame.getClassName()));
		}
	}

}
