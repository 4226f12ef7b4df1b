package io.privsep.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * No helper runs on a JVM, or from code, that someone other than root could change: who
 * starts it looks at all of both.
 */
class UntrustedCodeIntegrationTests {

	private static final int USER = 61231;

	private static final int OTHER_USER = 61232;

	@RegisterExtension
	static final CodeCopy code = new CodeCopy();

	/** A copy of the JVM of the tests. */
	private static Path jvm;

	@BeforeAll
	static void copyJvm() throws Exception {
		jvm = code.createDirectory("rwxr-xr-x", 0);
		for (String part : List.of("bin", "lib", "conf")) {
			Path from = Path.of(System.getProperty("java.home")).toRealPath().resolve(part);
			Command result = Command.run(List.of("/bin/cp", "-a", from.toString(), jvm.toString()));
			assertThat(result.exitCode()).as(result.output()).isZero();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "bin/java", "lib/modules", "lib/server/libjvm.so", "lib/libnet.so", "conf", "lib/server" })
	void launcherStartsNoHelperOnAJvmThatOthersCanChange(String part) throws Exception {
		requireNoHelperWhereOthersCanChange(jvm.resolve(part));
	}

	@Test
	void launcherStartsAHelperOnAJvmThatIsRoots() throws Exception {
		try (RunningApplication application = RunningApplication.start(jvm.resolve("bin/java"), code, USER)) {
			assertThat(ProcFiles.link(application.helperPid(), "exe")).isEqualTo(jvm.resolve("bin/java"));
		}
	}

	@Test
	void launcherStartsNoHelperFromCodeThatOthersCanChange() throws Exception {
		Path jar = code.classPath()
			.stream()
			.filter((entry) -> entry.toString().endsWith(".jar"))
			.findFirst()
			.orElseThrow();
		requireNoHelperWhereOthersCanChange(jar);
	}

	private static void requireNoHelperWhereOthersCanChange(Path file) throws Exception {
		Files.setAttribute(file, "unix:uid", OTHER_USER);
		try {
			assertThatExceptionOfType(AssertionError.class)
				.isThrownBy(() -> RunningApplication.start(jvm.resolve("bin/java"), code, USER))
				.withMessageContaining("'" + file + "' belongs to user " + OTHER_USER + ", who could change it");
		}
		finally {
			Files.setAttribute(file, "unix:uid", 0);
		}
	}

}
