package io.privsep.process;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link JvmFiles} and {@link ElfFile}, with the JVM that they run on.
 */
@EnabledOnOs(OS.LINUX)
class JvmFilesTests {

	@TempDir
	private Path directory;

	@Test
	void ofHasTheLibrariesOfTheJvm() throws IOException {
		Set<Path> files = JvmFiles.of(java()).files();
		assertThat(files).allSatisfy((file) -> assertThat(Files.exists(file)).isTrue());
		assertThat(files).anySatisfy((path) -> assertThat(path.getFileName()).asString().matches("libc\\..*"))
			.anySatisfy((path) -> assertThat(path.getFileName()).asString().startsWith("ld-"))
			.contains(java());
		// of a desktop
		assertThat(files).noneSatisfy((path) -> assertThat(path.getFileName()).asString().startsWith("libX"));
	}

	@Test
	void ofHasNoMoreOfTheHomeThanItNeeds() throws IOException {
		JvmFiles files = JvmFiles.of(java());
		Path home = Objects.requireNonNull(Objects.requireNonNull(java().getParent()).getParent());
		assertThat(files.directories()).isSubsetOf(home.resolve("lib"), home.resolve("conf"))
			.contains(home.resolve("lib"));
		assertThat(files.programs()).contains(home.resolve("lib/jspawnhelper"));
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

	@Test
	void readWhenNoElfFileIsNone() throws IOException {
		assertThat(ElfFile.read(Files.writeString(this.directory.resolve("text"), "x".repeat(100)))).isNull();
		assertThat(ElfFile.read(Files.writeString(this.directory.resolve("short"), "\u007fELF"))).isNull();
	}

	@Test
	void readWhenCutShortFails() throws IOException {
		Path cut = this.directory.resolve("cut");
		Files.write(cut, Arrays.copyOf(Files.readAllBytes(java()), 70));
		assertThatExceptionOfType(EOFException.class).isThrownBy(() -> ElfFile.read(cut));
	}

	@Test
	void ofWhenNoProgramFails() throws IOException {
		Path bin = Files.createDirectories(this.directory.resolve("home/bin"));
		Path text = Files.writeString(bin.resolve("java"), "#!/bin/sh\n" + "x".repeat(100));
		assertThatIOException().isThrownBy(() -> JvmFiles.of(text))
			.withMessage("'" + text + "' is not a program whose libraries could be found");
	}

	private static Path java() throws IOException {
		return Path.of(System.getProperty("java.home"), "bin", "java").toRealPath();
	}

}
