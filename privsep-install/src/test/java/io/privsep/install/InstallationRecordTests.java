package io.privsep.install;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests for {@link InstallationRecord}.
 */
class InstallationRecordTests {

	@Test
	void usersAndGroupsHaveNoSign(@TempDir Path release) throws Exception {
		InstallationRecord record = new InstallationRecord("app", "sudo", "user", 4294967294L, "/", "java", "jar",
				List.of("net"), null, List.of(new InstallationRecord.InstalledContext("net", "3000000000", 3000000000L,
						2147483648L, List.of(), null, List.of())),
				List.of(), List.of(), List.of(), List.of());
		assertThat(record.toJson()).contains("\"appUid\" : 4294967294", "\"uid\" : 3000000000", "\"gid\" : 2147483648");
		Files.writeString(release.resolve(InstallationRecord.FILE), record.toJson());
		assertThat(InstallationRecord.read(release)).isEqualTo(record);
	}

	@Test
	void recordOfBeforeHasNoChoices(@TempDir Path release) throws Exception {
		Files.writeString(release.resolve(InstallationRecord.FILE),
				"""
						{"application": "app", "launcher": "sudo", "appUser": "user", "appUid": 990, "prefix": "/", "java": "java",
						"jar": "jar", "contexts": [], "users": [], "groups": [], "directories": [], "files": []}""");
		InstallationRecord record = InstallationRecord.read(release);
		assertThat(record.chosen()).isEmpty();
		assertThat(record.chosenJava()).isNull();
	}

	@Test
	void nobodyGuessesArgumentsByTheDigestOfTheirFile(@TempDir Path release) throws Exception {
		List<String> arguments = List.of("--spring.datasource.password=x");
		Path file = release.resolve(InstallationRecord.ARGUMENTS);
		Set<String> digests = new HashSet<>();
		for (int i = 0; i < 2; i++) {
			Files.writeString(file, InstallationRecord.toJson(InstallationRecord.Arguments.of(arguments)));
			assertThat(InstallationRecord.readArguments(release)).isEqualTo(arguments);
			digests.add(InstalledFile.look(file, file).content());
		}
		assertThat(digests).hasSize(2);
	}

	@Test
	void ownerOfAFileHasNoSign(@TempDir Path directory) throws Exception {
		Path file = Files.createFile(directory.resolve("file"));
		assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: only root can give files away");
		Files.setAttribute(file, "unix:uid", (int) 3000000000L);
		Files.setAttribute(file, "unix:gid", (int) 4294967294L);
		InstalledFile installed = InstalledFile.look(file, file);
		assertThat(installed.uid()).isEqualTo(3000000000L);
		assertThat(installed.gid()).isEqualTo(4294967294L);
		assertThat(Report.Line.of(installed).owner()).isEqualTo("3000000000:4294967294");
	}

}
