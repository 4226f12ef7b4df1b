package io.privsep.command;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.privsep.helper.log.HelperLogProvider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link JavaCommand}.
 */
class JavaCommandTests {

	private final String classPath = System.getProperty("java.class.path");

	@TempDir
	private Path directory;

	@AfterEach
	void restoreClassPath() {
		System.setProperty("java.class.path", this.classPath);
	}

	@Test
	void executableJarWithThePropertiesLauncherIsRefused() throws IOException {
		System.setProperty("java.class.path", jar("org.springframework.boot.loader.launch.PropertiesLauncher"));
		assertThatExceptionOfType(RefusedStartException.class)
			.isThrownBy(() -> JavaCommand.ofThisApplication(1, List.of()))
			.withMessageContaining("PropertiesLauncher");
	}

	@Test
	void executableJarIsRunByItsJarMode() throws IOException {
		String jar = jar("org.springframework.boot.loader.launch.JarLauncher");
		System.setProperty("java.class.path", jar);
		assertThat(JavaCommand.ofThisApplication(1, List.of()).command("-"))
			.containsSequence("-Djarmode=privsep", "-jar", Path.of(jar).toRealPath().toString(), "helper", "-")
			// before Spring Boot logs
			.containsSubsequence("-Dslf4j.provider=" + HelperLogProvider.class.getName(), "-jar");
	}

	@Test
	void classPathIsResolvedSoThatNoLinkCanBeChangedAfterwards() throws IOException {
		Path jar = Path.of(jar("com.example.Main"));
		Path link = Files.createSymbolicLink(this.directory.resolve("link.jar"), jar);
		System.setProperty("java.class.path", link + ":" + this.directory.resolve("missing.jar"));
		assertThat(JavaCommand.ofThisApplication(1, List.of("-Xint")).command("/file")).containsSequence("-Xms1",
				"-Xmx1", "-Xint", "-cp", jar.toRealPath().toString(), "io.privsep.helper.Main", "/file");
	}

	private String jar(String mainClass) throws IOException {
		Manifest manifest = new Manifest();
		manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
		manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, mainClass);
		Path jar = this.directory.resolve("app.jar");
		try (OutputStream out = Files.newOutputStream(jar);
				JarOutputStream entries = new JarOutputStream(out, manifest)) {
			entries.finish();
		}
		return jar.toString();
	}

}
