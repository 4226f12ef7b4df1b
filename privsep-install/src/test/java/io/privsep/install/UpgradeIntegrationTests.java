package io.privsep.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.privsep.install.InstallSession.Result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What an upgrade keeps, also where the helpers stay as they are.
 */
@Tag("once")
class UpgradeIntegrationTests {

	private static final String JAVA = ProcessHandle.current().info().command().orElseThrow();

	@Test
	void upgradeKeepsWhatWasNamedLastAlsoIfItChangesNoHelper() throws IOException {
		assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: only root can install helpers");
		InstallSession.requirePrograms();
		try (InstallSession session = new InstallSession()) {
			assertThat(install(session, "--launcher", "command")).startsWith("Installed");
			assertThat(read(session, InstallationRecord.FILE)).contains("\"chosenJava\" : null");
			assertThat(install(session, "--java", JAVA)).startsWith("Installed");
			assertThat(read(session, InstallationRecord.FILE)).contains("\"chosenJava\" : \"" + JAVA + "\"");
			assertThat(install(session)).contains("is installed already; nothing has changed");
			Stream<String> words = Stream.concat(Stream.of(SmallApplication.installation()), Stream.of("--more=1"));
			Result result = session.run(words.toArray(String[]::new));
			assertThat(result.output()).startsWith("Installed");
			assertThat(read(session, InstallationRecord.ARGUMENTS)).contains("--more=1");
			assertThat(read(session, InstallationRecord.FILE)).contains("\"chosenJava\" : \"" + JAVA + "\"",
					"\"launcher\" : \"command\"");
		}
	}

	private static String install(InstallSession session, String... options) throws IOException {
		return session.run(SmallApplication.installation(options)).output();
	}

	private static String read(InstallSession session, String file) throws IOException {
		Path base = session.see("/usr/lib/privsep/small");
		return Files.readString(base.resolve(Files.readSymbolicLink(base.resolve("current"))).resolve(file));
	}

}
