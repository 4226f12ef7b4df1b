package io.privsep.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.privsep.command.JavaCommand;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.launch.DirectLauncher;
import io.privsep.rights.Capability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * No helper runs on a JVM that someone other than root could change: the launcher looks
 * at all of it, and the helper at its main files again.
 */
class JvmTrustIntegrationTests {

	private static final int USER = 61231;

	private static final int OTHER_USER = 61232;

	private static final Rights RIGHTS = RealHelper.rights(USER, Capability.CHOWN);

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
		Path file = jvm.resolve(part);
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

	@Test
	void launcherStartsAHelperOnAJvmThatIsRoots() throws Exception {
		try (RunningApplication application = RunningApplication.start(jvm.resolve("bin/java"), code, USER)) {
			assertThat(ProcFiles.link(application.helperPid(), "exe")).isEqualTo(jvm.resolve("bin/java"));
		}
	}

	// As the launcher, which would refuse it before, has not looked.
	@ParameterizedTest
	@ValueSource(strings = { "bin/java", "lib/modules", "lib/server/libjvm.so" })
	void helperRefusesAJvmThatOthersCanChange(String part) throws Exception {
		Path file = jvm.resolve(part);
		Files.setAttribute(file, "unix:uid", OTHER_USER);
		try (RealHelper helper = RealHelper.launch(words(), Path.of("/"), RealHelper.definition(RIGHTS, 0))) {
			assertThat(helper.awaitReady()).as("READY").isNull();
			assertThat(helper.awaitEnd().stderr())
				.contains("'" + file + "' belongs to user " + OTHER_USER + ", who could change it");
		}
		finally {
			Files.setAttribute(file, "unix:uid", 0);
		}
	}

	@Test
	void helperOnAJvmThatIsRootsServes() throws Exception {
		try (RealHelper helper = RealHelper.launch(words(), Path.of("/"), RealHelper.definition(RIGHTS, 0))) {
			assertThat(helper.awaitReady()).isNotNull();
		}
	}

	private static List<String> words() throws IOException {
		JavaCommand own = code.java();
		return DirectLauncher
			.chain(new JavaCommand(jvm.resolve("bin/java"), own.classPath(), false, 64 << 20, List.of()), RIGHTS,
					RealHelper.UNCONFINED, Map.of(), 0)
			.command();
	}

}
