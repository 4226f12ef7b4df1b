package io.privsep.linux;

import java.io.IOException;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Calls of the C library tell what went wrong.
 */
class CFunctionTests {

	@Test
	void checkWhenCallFailsSaysWhatTheSystemSays() {
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> Posix.put(123_456_789, 0))
			.withMessage("dup2: Bad file descriptor");
	}

	@Test
	void connectWhenNobodyListensSaysSo(@TempDir Path directory) {
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> UnixSocket.connect(directory.resolve("s")))
			.withMessage("connect: No such file or directory");
	}

	@Test
	void connectWhenPathIsTooLongThrows() {
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> UnixSocket.connect(Path.of("/" + "s".repeat(200))))
			.withMessageStartingWith("connect: ");
	}

	@Test
	void duplicateWhenDescriptorIsNotOpenIsNone() throws IOException {
		assertThat(Posix.duplicate(123_456_789)).isEqualTo(-1);
	}

	@Test
	void functionThatIsNotThereIsNamed() {
		assertThatExceptionOfType(UnsatisfiedLinkError.class)
			.isThrownBy(() -> new CFunction("privsep_no_such_function", CType.INT))
			.withMessageContaining("'privsep_no_such_function'");
	}

}
