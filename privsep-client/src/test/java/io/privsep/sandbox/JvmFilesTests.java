package io.privsep.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link JvmFiles}, with the JVM that they run on.
 */
@EnabledOnOs(OS.LINUX)
class JvmFilesTests {

	@Test
	void ofHasTheLibrariesOfTheJvm() throws IOException {
		JvmFiles files = JvmFiles.of(java());
		assertThat(files.files()).contains(java()).allSatisfy((file) -> assertThat(Files.exists(file)).isTrue());
		assertThat(mapped()).anySatisfy((library) -> assertThat(library).contains("/libc."));
		for (String library : mapped()) {
			Path path = Path.of(library);
			assertThat(files.directories()).as(library)
				.anySatisfy((directory) -> assertThat(path.startsWith(directory.toRealPath())).isTrue());
		}
	}

	// What this JVM runs on, but for its program and what Java has unpacked.
	private static List<String> mapped() throws IOException {
		return Files.readAllLines(Path.of("/proc/self/maps"))
			.stream()
			.filter((line) -> line.contains(" r-xp ") && line.indexOf('/') >= 0)
			.map((line) -> line.substring(line.indexOf('/')))
			.filter((path) -> path.startsWith("/usr/lib") || path.startsWith("/lib"))
			.filter((path) -> !path.endsWith("/bin/java"))
			.toList();
	}

	@Test
	void ofHasNoMoreOfTheHomeThanItNeeds() throws IOException {
		Path home = Objects.requireNonNull(Objects.requireNonNull(java().getParent()).getParent());
		assertThat(JvmFiles.of(java()).directories()).contains(home.resolve("lib"))
			.filteredOn((directory) -> directory.startsWith(home))
			.isSubsetOf(home.resolve("lib"), home.resolve("conf"));
	}

	@Test
	void ofHasOfTheSystemItsLibraryDirectoriesAndItsLocaleOnly() throws IOException {
		Path home = Objects.requireNonNull(Objects.requireNonNull(java().getParent()).getParent());
		assertThat(JvmFiles.of(java()).directories()).filteredOn((directory) -> !directory.startsWith(home))
			.isNotEmpty()
			.allSatisfy((directory) -> assertThat(directory.toString())
				.matches("(/usr)?/lib(64)?(/[a-z0-9_]+-linux-gnu)?|/usr/lib/locale/C\\.(utf8|UTF-8)"));
	}

	@Test
	void ofHasWhatLinksOfTheHomeLeadTo() throws IOException {
		JvmFiles files = JvmFiles.of(java());
		Path security = Objects.requireNonNull(files.directories().get(0).getParent()).resolve("conf/security");
		Path link = security.resolve("java.security");
		if (Files.isSymbolicLink(link)) {
			assertThat(files.files()).contains(Files.readSymbolicLink(link));
		}
		else {
			assertThat(files.directories()).contains(security.getParent());
		}
	}

	private static Path java() throws IOException {
		return Path.of(System.getProperty("java.home"), "bin", "java").toRealPath();
	}

}
