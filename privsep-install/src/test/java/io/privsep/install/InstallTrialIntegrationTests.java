package io.privsep.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.privsep.install.InstallSession.Result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What an installation tries before it writes anything, on systems that differ.
 */
@Tag("once")
class InstallTrialIntegrationTests {

	private static final String BWRAP = "/usr/bin/bwrap";

	@BeforeEach
	void requireRoot() {
		assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: only root can install helpers");
		InstallSession.requirePrograms();
	}

	@Test
	void installationWhereAnImageIsBuiltTriesNoSandbox() throws IOException {
		assumeTrue(Files.isExecutable(Path.of(BWRAP)),
				"SKIPPED: '" + BWRAP + "' is missing; apt-get install bubblewrap");
		try (InstallSession session = new InstallSession("""
				mount --bind /usr/bin/false /usr/bin/bwrap
				set -- setpriv --bounding-set=-sys_admin "$@"
				""")) {
			Result result = session.run(installation("--privsep.contexts.first.sandbox.enabled=true"));
			assertThat(result.exitCode()).as(result.output()).isZero();
		}
	}

	@Test
	void contextThatCannotBeInstalledIsNamedBeforeUsersAreMade() throws IOException {
		Map<String, String> reasons = Map.of("debug=5005", "takes no debugger", "call-timeout=-1s",
				"it must be positive", "capabilities=none", "there is no such capability",
				"sandbox.enabled=true sandbox.tmp-size=1KB", "it must be at least 4KB");
		try (InstallSession session = new InstallSession()) {
			for (Map.Entry<String, String> reason : reasons.entrySet()) {
				List<String> words = new ArrayList<>(List.of(installation(Stream.of(reason.getKey().split(" "))
					.map((property) -> "--privsep.contexts.second." + property)
					.toArray(String[]::new))));
				assertRefused(session.run(words.toArray(String[]::new)), reason.getValue());
				assertThat(session.calls("useradd")).isEmpty();
				words.add(1, "--dry-run");
				assertRefused(session.run(words.toArray(String[]::new)), reason.getValue());
			}
		}
	}

	@Test
	void rightsAndLimitsOfEachContextAreTriedBeforeAnythingIsWritten() throws IOException {
		String program = """
				cp /usr/bin/%1$s real-%1$s
				printf '#!/bin/sh\\ncase "$*" in %2$s) echo told to fail >&2; exit 3 ;; esac\\nexec %%s "$@"\\n' \\
					"$PWD/real-%1$s" > fake-%1$s
				chmod 755 fake-%1$s
				mount --bind fake-%1$s /usr/bin/%1$s
				""";
		try (InstallSession session = new InstallSession(
				program.formatted("setpriv", "*chown*") + program.formatted("prlimit", "*nofile=5000*"))) {
			for (String property : List.of("capabilities=chown", "max-open-files=5000")) {
				Result result = session.run(installation("--privsep.contexts.second." + property));
				assertThat(result.exitCode()).as(result.output()).isEqualTo(69);
				assertThat(result.output()).contains(
						"Context 'second': The programs of this system cannot start a helper (exit code 3): told to"
								+ " fail");
				assertThat(session.calls("useradd")).isEmpty();
			}
			Result result = session.run(installation("--privsep.contexts.second.capabilities=kill",
					"--privsep.contexts.second.max-open-files=4000"));
			assertThat(result.exitCode()).as(result.output()).isZero();
		}
	}

	@Test
	void fontsThatOthersCouldReplaceAreNoPartOfAnInstalledSandbox() throws IOException {
		assumeTrue(Files.isExecutable(Path.of(BWRAP)),
				"SKIPPED: '" + BWRAP + "' is missing; apt-get install bubblewrap");
		try (InstallSession session = new InstallSession("""
				mkdir -p /etc/fonts && touch /etc/fonts/fonts.conf
				mount -t tmpfs -o mode=777 tmpfs /usr/local/share && mkdir /usr/local/share/fonts
				""")) {
			Result result = session.run(installation("--privsep.contexts.first.sandbox.enabled=true",
					"--privsep.contexts.first.sandbox.fonts=true"));
			assertRefused(result,
					"someone other than root could put something else in its place, in '/usr/local/share'");
			assertThat(result.output()).contains("privsep.contexts.first.sandbox.fonts", "/usr/local/share/fonts");
		}
	}

	private static void assertRefused(Result result, String reason) {
		assertThat(result.exitCode()).as(result.output()).isEqualTo(InstallException.APPLICATION);
		assertThat(result.output()).contains(reason);
	}

	private static String[] installation(String... arguments) {
		List<String> words = new ArrayList<>(List.of(SmallApplication.installation()));
		for (String argument : arguments) {
			words.removeIf((word) -> word.startsWith(argument.replaceAll("=.*", "=")));
			words.add(argument);
		}
		return words.toArray(String[]::new);
	}

}
