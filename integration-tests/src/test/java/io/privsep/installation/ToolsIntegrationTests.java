package io.privsep.installation;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.privsep.demo.DemoContext;
import io.privsep.demo.InstalledDemo;
import io.privsep.demo.InstalledDemo.Result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Installations with other programs than those of GNU and util-linux, and with a sudo
 * that is configured otherwise.
 */
@Tag("once")
@ExtendWith(InstallsForSudo.class)
final class ToolsIntegrationTests {

	private static final String UUTILS = "/usr/bin/coreutils";

	private static final String BWRAP = "/usr/bin/bwrap";

	private static final String BUSYBOX = "/usr/bin/busybox";

	@Test
	void sudoersThatWouldPutSomethingBetweenLeaveHelpersTheirConnection() throws Exception {
		try (InstalledDemo demo = new InstalledDemo(Path.of("/")).fromExtractedJars()) {
			demo.install("--context", "motd").requireSuccess();
			for (String option : List.of("log_input", "log_output", "log_subcmds", "intercept", "log_exit_status",
					"noexec", "use_pty", "requiretty")) {
				try (SudoRule rule = SudoRule.makeLast(demo, "Defaults:" + demo.user() + " " + option + "\n")) {
					assertThat(rule).isNotNull();
					requireAnswer(demo, option);
				}
			}
		}
	}

	/**
	 * The sudo that is there, and sudo-rs where it is: Debian has it since 13.
	 * @return the programs that take the place of {@code sudo} and {@code visudo}
	 */
	static Stream<List<String>> everySudoStartsHelpers() {
		return Stream
			.of(List.of("/usr/bin/sudo", "/usr/sbin/visudo"), List.of("/usr/bin/sudo-rs", "/usr/bin/visudo-rs"))
			.filter((programs) -> Files.isExecutable(Path.of(programs.get(0))));
	}

	@ParameterizedTest
	@MethodSource
	void everySudoStartsHelpers(List<String> programs) throws Exception {
		try (InstalledDemo demo = new InstalledDemo(Path.of("/"))) {
			demo.replace("/usr/bin/sudo", programs.get(0));
			demo.replace("/usr/sbin/visudo", programs.get(1));
			demo.install("--context", "motd").requireSuccess();
			requireAnswer(demo);
		}
	}

	@Test
	void coreutilsOfUutilsStartHelpersAndIgnoreNoOtherSignals() throws Exception {
		assumeTrue(Files.isExecutable(Path.of(UUTILS)),
				"SKIPPED: '" + UUTILS + "' is missing; apt-get install rust-coreutils");
		try (InstalledDemo demo = new InstalledDemo(Path.of("/")).fromExtractedJars()) {
			for (String program : List.of("env", "stat", "readlink", "true")) {
				demo.replace("/usr/bin/" + program, UUTILS);
			}
			demo.install("--context", "motd").requireSuccess();
			assertThat(demo.wrapper(DemoContext.MOTD)).content().doesNotContain("--default-signal");
			requireAnswer(demo);
			assertThat(run(demo, "HUP INT QUIT PIPE TERM TSTP").err()).contains("fd 0 is not a connected");
			assertThat(run(demo, "USR1")).satisfies((result) -> assertThat(result.exitCode()).isEqualTo(78))
				.satisfies(
						(result) -> assertThat(result.err()).startsWith("privsep: its caller has it ignore signals ("));
		}
	}

	private static Result run(InstalledDemo demo, String ignored) throws Exception {
		return InstalledDemo.run(List.of("/bin/sh", "-c",
				"trap '' " + ignored + "; exec " + demo.wrapper(DemoContext.MOTD) + " < /dev/null"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "setpriv", "find", "readlink" })
	void programOfBusyboxThatCannotStartHelpersIsNamedBeforeAnythingIsWritten(String program) throws Exception {
		assumeTrue(Files.isExecutable(Path.of(BUSYBOX)),
				"SKIPPED: '" + BUSYBOX + "' is missing; apt-get install busybox");
		try (InstalledDemo demo = new InstalledDemo(null).fromExtractedJars()) {
			demo.replace("/usr/bin/" + program, BUSYBOX);
			Result result = demo.install("--context", "motd");
			assertThat(result.exitCode()).as(result.err()).isEqualTo(69);
			assertThat(result.err()).contains("The programs of this system cannot start a helper")
				.contains(program)
				.contains("'install --launcher systemd' needs less of them");
			assertThat(demo.prefix()).doesNotExist();
		}
	}

	@Test
	void mountThatCannotMakeADirectoryForTemporaryFilesIsFoundBeforeAnythingIsWritten() throws Exception {
		try (InstalledDemo demo = new InstalledDemo(null).fromExtractedJars()) {
			// which also replaces it
			demo.replace("/usr/bin/mount", "/usr/bin/false");
			List<String> arguments = new ArrayList<>(demo.arguments());
			arguments.add("--privsep.contexts.motd.tmp=16MB");
			Result result = demo.command("install", List.of("--app-user", demo.user(), "--context", "motd"), arguments);
			assertThat(result.exitCode()).as(result.err()).isEqualTo(69);
			assertThat(result.err()).contains("The programs of this system cannot start a helper (exit code 1)");
			assertThat(demo.prefix()).doesNotExist();
			demo.install("--context", "motd").requireSuccess();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "sudo", "systemd" })
	void bubblewrapThatGivesNoSandboxIsFoundBeforeAnythingIsWritten(String launcher) throws Exception {
		assumeTrue(Files.isExecutable(Path.of(BWRAP)),
				"SKIPPED: '" + BWRAP + "' is missing; apt-get install bubblewrap");
		try (InstalledDemo demo = new InstalledDemo(null).fromExtractedJars()) {
			demo.nameUsers();
			demo.sandbox();
			demo.replace(BWRAP, "/usr/bin/false");
			Result result = demo.install("--launcher", launcher);
			assertThat(result.exitCode()).as(result.err()).isEqualTo(69);
			assertThat(result.err()).contains("Cannot create a sandbox for user 65534: ");
			assertThat(demo.prefix()).doesNotExist();
		}
	}

	@Test
	void launcherSystemdIsInstalledWithoutTheSetprivOfUtilLinux() throws Exception {
		assumeTrue(Files.isExecutable(Path.of(BUSYBOX)),
				"SKIPPED: '" + BUSYBOX + "' is missing; apt-get install busybox");
		try (InstalledDemo demo = new InstalledDemo(null).fromExtractedJars()) {
			demo.nameUsers();
			demo.replace("/usr/bin/setpriv", BUSYBOX);
			demo.install("--context", "motd", "--launcher", "systemd").requireSuccess();
		}
	}

	private static void requireAnswer(InstalledDemo demo) throws Exception {
		requireAnswer(demo, "");
	}

	private static void requireAnswer(InstalledDemo demo, String with) throws Exception {
		assertThat(demo.verify().requireSuccess().out()).as(with).isEqualTo("""
				Application '%1$s' is as it was installed
				The helper of context 'motd' was started for user '%1$s', and became ready.
				""".formatted(demo.name()));
	}

}
