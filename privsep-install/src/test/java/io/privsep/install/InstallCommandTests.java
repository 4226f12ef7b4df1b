package io.privsep.install;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.privsep.install.Report.Line;

import static org.assertj.core.api.Assertions.assertThat;

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

	private static String misuse(String... words) {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		ByteArrayOutputStream err = new ByteArrayOutputStream();
		int exitCode = new InstallCommand(new PrintStream(out), new PrintStream(err)).run(List.of(words));
		assertThat(exitCode).isEqualTo(InstallException.USAGE);
		assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
		return err.toString(StandardCharsets.UTF_8);
	}

}
