package io.privsep.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.FileSystemUtils;

import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.rights.Capabilities;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Root makes and gives away no file of the audit where someone else could lead it to
 * another place.
 */
@EnabledOnOs(OS.LINUX)
class AuditFilesIntegrationTests {

	private static final int USER = 61379;

	private static final int HELPER = 61380;

	private static final Rights RIGHTS = new Rights(HELPER, HELPER, List.of(), Capabilities.NONE);

	/** Nobody but root can change what is above it. */
	private final Path base = Path.of("/var/lib/privsep-audit-" + UUID.randomUUID());

	@BeforeEach
	void make() throws IOException {
		assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: only root can give files away");
		directory(this.base, "rwxr-xr-x", 0);
	}

	@AfterEach
	void delete() throws IOException {
		FileSystemUtils.deleteRecursively(this.base);
	}

	@Test
	void makeBelowDirectoriesOfRootGivesTheFileToTheHelper() throws IOException {
		Path file = this.base.resolve("a/b/net.jsonl");
		AuditFiles.make(file, RIGHTS);
		assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(HELPER);
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
		AuditFiles.make(file, RIGHTS);
		assertThat(AuditFiles.problem(file, HELPER)).isNull();
	}

	@Test
	void makeBelowADirectoryOfTheApplicationMakesNothing() throws IOException {
		Path application = directory(this.base.resolve("application"), "rwxr-xr-x", USER);
		assertRefused(application.resolve("audit/net.jsonl"), "'" + application + "' belongs to user " + USER);
		assertThat(application).isEmptyDirectory();
		// also where root has made it
		Path audit = directory(application.resolve("audit"), "rwxr-xr-x", 0);
		assertRefused(audit.resolve("net.jsonl"), "'" + application + "' belongs to user " + USER);
		assertThat(audit).isEmptyDirectory();
	}

	@ParameterizedTest
	@ValueSource(strings = { "rwxrwxr-x", "rwxr-xrwx" })
	void makeBelowADirectoryThatOthersMayWriteMakesNothing(String permissions) throws IOException {
		Path shared = directory(this.base.resolve("shared"), permissions, 0);
		assertRefused(shared.resolve("audit/net.jsonl"), "'" + shared + "' has mode ");
		assertThat(shared).isEmptyDirectory();
	}

	@Test
	void makeByALinkOfAnotherUserMakesNothingWhereThatLeads() throws IOException {
		Path target = directory(this.base.resolve("target"), "rwxr-xr-x", 0);
		Path application = directory(this.base.resolve("application"), "rwxr-xr-x", USER);
		Files.createSymbolicLink(application.resolve("audit"), target);
		assertRefused(application.resolve("audit/net.jsonl"), "has to be a directory that nobody but root can change");
		assertRefused(application.resolve("audit/more/net.jsonl"), "'" + application + "' belongs to user " + USER);
		assertThat(target).isEmptyDirectory();
	}

	@Test
	void makeByALinkOfRootFollowsIt() throws IOException {
		Path target = directory(this.base.resolve("target"), "rwxr-xr-x", 0);
		Files.createSymbolicLink(this.base.resolve("link"), target);
		AuditFiles.make(this.base.resolve("link/audit/net.jsonl"), RIGHTS);
		assertThat(target.resolve("audit/net.jsonl")).isRegularFile();
	}

	@Test
	void problemNamesADirectoryThatWasGivenAway() throws IOException {
		Path file = this.base.resolve("a/b/net.jsonl");
		AuditFiles.make(file, RIGHTS);
		Files.setAttribute(this.base.resolve("a"), "unix:uid", USER);
		assertThat(AuditFiles.problem(file, HELPER)).contains("'" + this.base.resolve("a") + "' belongs to user");
	}

	private static void assertRefused(Path file, String reason) {
		assertThatIOException().isThrownBy(() -> AuditFiles.make(file, RIGHTS))
			.withMessageContaining(reason)
			.withMessageContaining("'privsep.audit.directory' names another place");
		assertThat(file).doesNotExist();
	}

	private static Path directory(Path path, String permissions, int user) throws IOException {
		Files.createDirectory(path);
		Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
		Files.setAttribute(path, "unix:uid", user);
		return path;
	}

}
