package io.privsep.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.privsep.command.JavaCommand;
import io.privsep.command.TemporaryMount;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.launch.DirectLauncher;
import io.privsep.rights.Capability;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A helper with rights has a directory for temporary files if its context says so, for
 * itself alone: libraries unpack native code there, which runs with its rights.
 */
class TemporaryMountIntegrationTests {

	private static final Rights RIGHTS = RealHelper.rights(61291, Capability.NET_RAW);

	private static final int SIZE = 32 << 20;

	private static final Path DIRECTORY = Path.of(TemporaryMount.DIRECTORY);

	@RegisterExtension
	static final CodeCopy code = new CodeCopy();

	@ParameterizedTest
	@CsvSource({ "jna, 8", "zstd-jni, small", "sqlite-jdbc, 42" })
	void librariesUnpackNativeCode(String library, String answer) throws IOException {
		try (RealHelper helper = start(SIZE)) {
			assertThat(helper.call("nativeLibrary", library)).isEqualTo(answer);
		}
	}

	// So that it is the directory that makes the difference.
	@ParameterizedTest
	@CsvSource({ "jna, java.lang.UnsatisfiedLinkError", "zstd-jni, java.lang.ExceptionInInitializerError",
			"sqlite-jdbc, java.sql.SQLException" })
	void librariesCannotUnpackNativeCodeWithoutIt(String library, String failure) throws IOException {
		try (RealHelper helper = start(0)) {
			assertThat(helper.callForExceptionType("nativeLibrary", library)).isEqualTo(failure);
			assertThat(helper.call("temporaryFile", 1)).isNotEqualTo(Attempts.DONE);
		}
	}

	@Test
	void directoryIsTheHelpersAloneAndNoLargerThanConfigured() throws IOException {
		List<String> before = list();
		try (RealHelper helper = start(SIZE); RealHelper other = start(SIZE)) {
			assertThat(helper.call("temporaryFile", 1 << 20)).isEqualTo(Attempts.DONE);
			assertThat(list()).isEqualTo(before);
			assertThat(listOf(other)).isEmpty();
			assertThat(listOf(helper)).hasSize(1);
			Path directory = Path.of("/proc", Long.toString(helper.pid()), "root", TemporaryMount.DIRECTORY);
			assertThat(Files.getAttribute(directory, "unix:mode")).isEqualTo(040700);
			assertThat(Files.getAttribute(directory, "unix:uid")).isEqualTo(RIGHTS.uid());
			assertThat(helper.call("temporaryFile", SIZE)).asString().contains("No space left on device");
		}
		assertThat(list()).isEqualTo(before);
	}

	private static RealHelper start(int size) throws IOException {
		JavaCommand java = (size != 0) ? code.java().with(List.of(TemporaryMount.OPTION)) : code.java();
		List<String> words = DirectLauncher.chain(java, RIGHTS, RealHelper.UNCONFINED, Map.of(), size).command();
		RealHelper helper = RealHelper.launch(words, Path.of("/"), RealHelper.definition(RIGHTS, ProcFiles.uid()));
		if (helper.awaitReady() == null) {
			throw new AssertionError("The helper did not start: " + helper.awaitEnd());
		}
		return helper;
	}

	private static List<String> listOf(RealHelper helper) throws IOException {
		return list(Path.of("/proc", Long.toString(helper.pid()), "root", TemporaryMount.DIRECTORY));
	}

	private static List<String> list() throws IOException {
		return list(DIRECTORY);
	}

	private static List<String> list(Path directory) throws IOException {
		try (Stream<Path> files = Files.list(directory)) {
			return files.map((file) -> file.getFileName().toString()).sorted().toList();
		}
	}

}
