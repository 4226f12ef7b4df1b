package io.privsep.trust;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests for {@link JvmTrust} with files of root's and of another user.
 */
class JvmTrustIntegrationTests {

	private static final int OTHER = 61398;

	// not a temporary directory, which others may write
	private final Path top = Path.of("/var/lib/privsep-it-" + UUID.randomUUID());

	private Path jvm;

	@BeforeEach
	void makeJvm() throws IOException {
		assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: only root can give files away");
		this.jvm = makeJvm("jvm");
	}

	@AfterEach
	void delete() throws IOException {
		FileSystemUtils.deleteRecursively(this.top);
	}

	@Test
	void jvmOfRootsIsTrusted() throws IOException {
		assertThat(JvmTrust.problems(this.jvm.resolve("bin/java"))).isEmpty();
		assertThat(JvmTrust.problems(Path.of(System.getProperty("java.home"), "bin/java"))).isEmpty();
	}

	@Test
	void jvmThatReallyRunsIsLookedAtWhereALinkLeadsToItsPrograms() throws IOException {
		Path other = makeJvm("other");
		Files.setAttribute(other.resolve("lib/server/libjvm.so"), "unix:uid", OTHER);
		Path named = makeDirectory(this.top.resolve("named"));
		Files.createSymbolicLink(named.resolve("bin"), other.resolve("bin"));
		requireNamed(named.resolve("bin/java"), other.resolve("lib/server/libjvm.so"));
	}

	@Test
	void jvmThatReallyRunsIsLookedAtWhereALinkLeadsToItsProgram() throws IOException {
		Path other = makeJvm("other");
		Files.setAttribute(other.resolve("lib/server/libjvm.so"), "unix:uid", OTHER);
		Path bin = makeDirectory(makeDirectory(this.top.resolve("named")).resolve("bin"));
		requireNamed(Files.createSymbolicLink(bin.resolve("java"), other.resolve("bin/java")),
				other.resolve("lib/server/libjvm.so"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "lib", "lib/server", "lib/server/libjvm.so" })
	void jvmWhoseLibraryLeadsElsewhereIsRefused(String part) throws IOException {
		Path other = makeJvm("other");
		FileSystemUtils.deleteRecursively(this.jvm.resolve(part));
		Files.createSymbolicLink(this.jvm.resolve(part), other.resolve(part));
		assertThat(JvmTrust.problems(this.jvm.resolve("bin/java"))).containsExactly("'"
				+ this.jvm.resolve("lib/server/libjvm.so") + "' leads elsewhere, and it is not known which JVM runs");
	}

	@Test
	void jvmWithoutItsLibraryIsRefused() throws IOException {
		Files.delete(this.jvm.resolve("lib/server/libjvm.so"));
		assertThat(JvmTrust.problems(this.jvm.resolve("bin/java"))).singleElement()
			.asString()
			.contains("it is not known which JVM runs");
	}

	@Test
	void jvmWhoseLauncherCouldTakeAnotherIsRefused() throws IOException {
		Path types = this.jvm.resolve("lib/jvm.cfg");
		Files.writeString(types, "-/srv/x/lib/server KNOWN\n");
		requireUnknown("'" + types + "' has a path");
		Files.delete(types);
		requireUnknown("there is no '" + types + "'");
		Files.writeString(types, "-server KNOWN\n");
		Files.delete(this.jvm.resolve("lib/libjava.so"));
		requireUnknown("there is no '" + this.jvm.resolve("lib/libjava.so") + "'");
		Files.writeString(this.jvm.resolve("lib/libjava.so"), "");
		Path tools = Files.move(this.jvm.resolve("bin"), this.jvm.resolve("tools"));
		assertThat(JvmTrust.problems(tools.resolve("java"))).containsExactly("'" + tools.resolve("java")
				+ "' leads to no directory 'bin' of a JVM, and it is not known which JVM runs");
	}

	private void requireUnknown(String sentence) throws IOException {
		assertThat(JvmTrust.problems(this.jvm.resolve("bin/java")))
			.containsExactly(sentence + ", and it is not known which JVM runs");
	}

	@Test
	void scriptIsNoJvm() throws IOException {
		Path java = this.jvm.resolve("bin/java");
		Files.writeString(java, "#!/bin/sh\nexec /opt/other/bin/java \"$@\"\n");
		assertThat(JvmTrust.problems(java))
			.containsExactly("'" + java + "' is a script, and it is not known which JVM runs");
	}

	@Test
	void directoryOfLibrariesThatOthersCanChangeIsNamed() throws IOException {
		Path libraries = makeDirectory(this.top.resolve("libraries"));
		Files.setPosixFilePermissions(libraries, PosixFilePermissions.fromString("rwxrwxr-x"));
		assertThat(JvmTrust.problems(this.jvm.resolve("bin/java"), List.of(libraries)))
			.containsExactly("'" + libraries + "' has mode 775, and others than root could change it");
		Files.setPosixFilePermissions(libraries, PosixFilePermissions.fromString("rwxr-xr-x"));
		Files.setAttribute(this.top, "unix:uid", OTHER);
		// others could make it
		assertThat(JvmTrust.problems(this.jvm.resolve("bin/java"), List.of(this.top.resolve("missing/lib"))))
			.anySatisfy((problem) -> assertThat(problem).contains("'" + this.top + "' belongs to user " + OTHER));
	}

	private static void requireNamed(Path java, Path culprit) throws IOException {
		assertThat(JvmTrust.problems(java)).singleElement()
			.asString()
			.contains("'" + culprit + "' belongs to user " + OTHER);
	}

	private Path makeJvm(String name) throws IOException {
		if (!Files.exists(this.top)) {
			makeDirectory(this.top);
		}
		Path home = makeDirectory(this.top.resolve(name));
		makeDirectory(makeDirectory(home.resolve("lib")).resolve("server"));
		Files.writeString(home.resolve("lib/server/libjvm.so"), "");
		Files.writeString(home.resolve("lib/libjava.so"), "");
		Files.writeString(home.resolve("lib/jvm.cfg"), "# of this/JVM\n-server KNOWN\n");
		Files.copy(Path.of(System.getProperty("java.home"), "bin/java"),
				makeDirectory(home.resolve("bin")).resolve("java"));
		return home;
	}

	private static Path makeDirectory(Path directory) throws IOException {
		Files.createDirectory(directory);
		Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
		return directory;
	}

}
