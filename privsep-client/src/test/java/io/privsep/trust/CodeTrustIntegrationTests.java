package io.privsep.trust;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests for {@link CodeTrust} with files of root's and of another user.
 */
class CodeTrustIntegrationTests {

	private static final int OTHER = 61398;

	// not a temporary directory, which others may write
	private final Path top = Path.of("/var/lib/privsep-it-" + UUID.randomUUID());

	private Path directory;

	private Path jar;

	@BeforeEach
	void makeFiles() throws IOException {
		assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: only root can give files away");
		Files.createDirectory(this.top);
		mode(this.top, "rwxr-xr-x");
		this.directory = Files.createDirectories(this.top.resolve("a/b/lib"));
		for (Path each = this.directory; !each.equals(this.top); each = each.getParent()) {
			mode(each, "rwxr-xr-x");
		}
		this.jar = jar(this.directory.resolve("code.jar"), null);
	}

	@AfterEach
	void removeFiles() throws IOException {
		if (Files.exists(this.top)) {
			try (Stream<Path> paths = Files.walk(this.top)) {
				for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
					Files.delete(path);
				}
			}
		}
	}

	@Test
	void rootsOwnFilesAreTrusted() throws IOException {
		assertThat(problems(this.jar)).isEmpty();
		assertThat(problems(this.directory)).isEmpty();
	}

	@Test
	void anotherUsersJarIsNot() throws IOException {
		own(this.jar);
		assertThat(problems(this.jar))
			.containsExactly("'" + this.jar + "' belongs to user " + OTHER + ", who could change it");
	}

	@Test
	void jarInAnotherUsersDirectoryIsNot() throws IOException {
		own(this.directory);
		assertThat(problems(this.jar)).containsExactly("'" + this.directory + "' belongs to user " + OTHER
				+ ", who could change it, and so '" + this.jar + "'");
	}

	@Test
	void jarBelowAnotherUsersDirectoryIsNot() throws IOException {
		own(this.top.resolve("a"));
		assertThat(problems(this.jar)).singleElement().asString().startsWith("'" + this.top.resolve("a") + "' belongs");
	}

	@Test
	void jarThatItsGroupMayWriteIsNot() throws IOException {
		mode(this.jar, "rw-rw-r--");
		assertThat(problems(this.jar))
			.containsExactly("'" + this.jar + "' has mode 664, and others than root could change it");
	}

	@Test
	void jarInADirectoryThatAllMayWriteIsNotAlsoIfItIsSticky() throws IOException {
		Files.setAttribute(this.directory, "unix:mode", 01777);
		assertThat(problems(this.jar)).singleElement().asString().contains("' has mode 1777, ");
	}

	@Test
	void jarWithAnAccessControlListIsNot() throws Exception {
		Path setfacl = Path.of("/usr/bin/setfacl");
		assumeTrue(Files.isExecutable(setfacl), "SKIPPED: setfacl is not installed");
		Process process = new ProcessBuilder(setfacl.toString(), "-m", "u:" + OTHER + ":rw", this.jar.toString())
			.inheritIO()
			.start();
		assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
		assumeTrue(process.exitValue() == 0, "SKIPPED: this file system has no access control lists");
		assertThat(problems(this.jar)).singleElement().asString().contains("' has mode 664, ");
	}

	@Test
	void pathThatLeadsThroughAnotherUsersDirectoryIsNot() throws IOException {
		Path theirs = Files.createDirectory(this.top.resolve("theirs"));
		Path first = Files.createSymbolicLink(theirs.resolve("first"), this.jar);
		Path second = Files.createSymbolicLink(this.directory.resolve("second"), first);
		assertThat(new CodeTrust().path(second).problems()).isEmpty();
		own(theirs);
		assertThat(new CodeTrust().path(second).problems()).containsExactly(
				"'" + theirs + "' belongs to user " + OTHER + ", who could change it, and so '" + second + "'");
		// where the resolved path is used, the links are of no interest
		assertThat(problems(second)).isEmpty();
	}

	@Test
	void linkToAnotherUsersFileIsNot() throws IOException {
		Path elsewhere = Files.createDirectory(this.top.resolve("elsewhere"));
		Path theirs = jar(elsewhere.resolve("theirs.jar"), null);
		own(elsewhere);
		Path link = Files.createSymbolicLink(this.directory.resolve("link.jar"), theirs);
		assertThat(problems(link)).singleElement().asString().contains("'" + elsewhere + "' belongs to user");
		assertThat(problems(this.directory)).singleElement().asString().contains("'" + elsewhere + "' belongs to user");
	}

	@Test
	void chainOfRootsLinksIsTrusted() throws IOException {
		Path first = Files.createSymbolicLink(this.directory.resolve("first.jar"), Path.of("second.jar"));
		Files.createSymbolicLink(this.directory.resolve("second.jar"), this.top.resolve("third"));
		Files.createSymbolicLink(this.top.resolve("third"), this.jar);
		assertThat(problems(first)).isEmpty();
	}

	@Test
	void manifestThatAddsAnotherUsersJarIsNot() throws IOException {
		Path theirs = jar(this.top.resolve("theirs.jar"), null);
		own(theirs);
		Path second = jar(this.directory.resolve("second.jar"), "../../../theirs.jar nothing.jar");
		Path first = jar(this.directory.resolve("first.jar"), "second.jar");
		assertThat(problems(first))
			.containsExactly("'" + theirs + "' belongs to user " + OTHER + ", who could change it");
		assertThat(problems(second)).hasSize(1);
	}

	@Test
	void manifestThatAddsWhatAnotherUserCouldMakeIsNot() throws IOException {
		Path theirs = Files.createDirectory(this.top.resolve("theirs"));
		own(theirs);
		Path first = jar(this.directory.resolve("first.jar"), theirs.toUri() + "missing/later.jar");
		assertThat(problems(first)).singleElement().asString().startsWith("'" + theirs + "' belongs to user");
	}

	@Test
	void directoryOfClassesWithAnotherUsersFileIsNot() throws IOException {
		Path classes = Files.createDirectories(this.top.resolve("classes/com"));
		mode(this.top.resolve("classes"), "rwxr-xr-x");
		mode(classes, "rwxr-xr-x");
		own(Files.createFile(classes.resolve("A.class")));
		assertThat(problems(this.top.resolve("classes"))).singleElement().asString().contains("A.class' belongs to");
	}

	@Test
	void relativePathIsNot() throws IOException {
		assertThat(problems(Path.of("lib/code.jar")).get(0)).startsWith("'lib/code.jar' is a relative path");
	}

	@Test
	void linksInACircleEnd() throws IOException {
		Files.createSymbolicLink(this.directory.resolve("x"), Path.of("y"));
		Files.createSymbolicLink(this.directory.resolve("y"), Path.of("x"));
		Files.createSymbolicLink(this.directory.resolve("z"), this.directory);
		CodeTrust trust = new CodeTrust();
		assertThat(catchThrowable(() -> trust.tree(this.directory))).isInstanceOf(IOException.class);
	}

	private static List<String> problems(Path path) throws IOException {
		return new CodeTrust().classPath(List.of(path)).problems();
	}

	private static Path jar(Path path, String classPath) throws IOException {
		Manifest manifest = new Manifest();
		manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
		if (classPath != null) {
			manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath);
		}
		try (OutputStream out = Files.newOutputStream(path); JarOutputStream jar = new JarOutputStream(out, manifest)) {
			jar.finish();
		}
		mode(path, "rw-r--r--");
		return path;
	}

	// set afterwards, so that the umask has no say in it
	private static void mode(Path path, String mode) throws IOException {
		Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
	}

	private static void own(Path path) throws IOException {
		Files.setAttribute(path, "unix:uid", OTHER, LinkOption.NOFOLLOW_LINKS);
	}

}
