package io.privsep.install;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.privsep.install.Report.Line;
import io.privsep.linux.MissingToolException;
import io.privsep.linux.Tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests of what {@link InstallCommand} prints on root's terminal.
 */
class InstallCommandTests {

	private static final String HOSTILE = "/x\u001b[31m\u202e\n  - y";

	private static final String PRINTABLE = "/x\\u001b[31m\\u202e\\n  - y";

	@Test
	void reportShowsNamesOfFilesEscaped() {
		Report report = new Report("verify", "app", "Application 'app' is not as it was installed", List.of(),
				List.of(), List.of(new Line(HOSTILE, "root:root", "0644")), List.of(),
				List.of("'" + HOSTILE + "' was not installed"), List.of("Look at '" + HOSTILE + "'"));
		assertThat(report.toText()).isEqualTo("""
				Application 'app' is not as it was installed
				  0644 root:root %1$s
				  - '%1$s' was not installed
				Look at '%1$s'
				""".formatted(PRINTABLE));
	}

	@Test
	void complaintShowsNoControlCharacters() {
		assertThat(misuse("verify\u001b[31m\u202e")).startsWith("privsep: ")
			.contains("verify\\u001b[31m\\u202e")
			.doesNotContain("\u001b", "\u202e");
	}

	@Test
	void wrongUsageIsTold() {
		assertThat(misuse("instal")).contains("There is no command 'instal'");
		assertThat(misuse("install", "--app-user", "app", "--launcher", "direct")).contains("'direct'");
	}

	@ParameterizedTest
	@ValueSource(classes = { Failing.class, Broken.class, Exhausted.class })
	void failureThatNobodyExpectedIsToldWithItsStackTrace(Class<?> application) throws Exception {
		assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: only root can install");
		Process process = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-XX:-UsePerfData",
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
				InstallCommand.class.getName(), "install", "--app-user", "nobody", "--main-class",
				application.getName())
			.directory(new File("/"))
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.start();
		String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor()).as(err).isEqualTo(InstallException.SOFTWARE);
		assertThat(err).startsWith("privsep: ").contains("a fault of the test", "\tat " + application.getName());
	}

	@Test
	void whatCouldNotBeTakenBackIsTold() {
		InstallException failure = new InstallException(InstallException.CANNOT_CREATE, "useradd failed");
		failure.addSuppressed(new InstallException(InstallException.CANNOT_CREATE, "userdel failed"));
		failure.addSuppressed(new AccessDeniedException("/x\u001b"));
		assertThat(InstallCommand.describe(failure)).isEqualTo("""
				useradd failed
				This could not be taken back: userdel failed
				This could not be taken back: java.nio.file.AccessDeniedException: /x\u001b""");
		assertThat(InstallCommand.describe(new IOException("full"))).isEqualTo("java.io.IOException: full");
	}

	@Test
	void whatCouldNotBeTakenBackIsToldBehindAnAnalysis() {
		RuntimeException failure = assertThatExceptionOfType(MissingToolException.class)
			.isThrownBy(() -> Tools.require("privsep-no-such-program"))
			.actual();
		failure.addSuppressed(new InstallException(InstallException.CANNOT_CREATE, "userdel failed"));
		ByteArrayOutputStream err = new ByteArrayOutputStream();
		PrintStream print = new PrintStream(err, true, StandardCharsets.UTF_8);
		assertThat(new InstallCommand(print, print).explain(failure)).isEqualTo(InstallException.APPLICATION);
		assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("privsep: The programs [privsep-no-such-program]")
			.endsWith("\nThis could not be taken back: userdel failed\n")
			.doesNotContain("\tat ");
	}

	private static String misuse(String... words) {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		ByteArrayOutputStream err = new ByteArrayOutputStream();
		int exitCode = new InstallCommand(new PrintStream(out), new PrintStream(err)).run(List.of(words));
		assertThat(exitCode).isEqualTo(InstallException.USAGE);
		assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
		return err.toString(StandardCharsets.UTF_8);
	}

	/** An application whose main method fails. */
	static final class Failing {

		private Failing() {
		}

		static void main(String[] args) {
			throw new IllegalStateException("a fault of the test");
		}

	}

	/** An application whose main class cannot be initialized. */
	static final class Broken {

		static final int NUMBER = fail();

		private Broken() {
		}

		static void main(String[] args) {
		}

		private static int fail() {
			throw new IllegalStateException("a fault of the test");
		}

	}

	/** An application that lacks memory, or a class that it was compiled with. */
	static final class Exhausted {

		private Exhausted() {
		}

		static void main(String[] args) {
			throw new OutOfMemoryError("a fault of the test");
		}

	}

}
