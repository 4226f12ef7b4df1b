package io.privsep.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.privsep.command.ApplicationCommands;
import io.privsep.command.ApplicationCommands.Layout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ApplicationCommands}.
 */
class ApplicationCommandsTests {

	private static final String LAUNCHER = "org.springframework.boot.loader.launch.JarLauncher";

	private static final String BUILT = ", where <app>.jar is the executable jar that 'mvn package' or 'gradle bootJar'"
			+ " makes";

	@TempDir
	private Path directory;

	@Test
	void executableJarHasJarModes() throws IOException {
		Path jar = jar("app.jar", "Main-Class", LAUNCHER);
		ApplicationCommands commands = ApplicationCommands.of(jar.toString(), jar.toString(), 17);
		assertThat(commands.layout()).isEqualTo(Layout.EXECUTABLE_JAR);
		assertThat(commands.installation("verify")).isEqualTo("'java -Djarmode=privsep -jar " + jar + " verify'");
		assertThat(commands.copy("/opt/app"))
			.isEqualTo("'java -Djarmode=tools -jar " + jar + " extract --destination /opt/app'");
	}

	@Test
	void extractedJarRunsTheInstallationByItsClass() throws IOException {
		Files.createDirectory(this.directory.resolve("lib"));
		jar("lib/some.jar");
		Path jar = jar("app.jar", "Main-Class", "com.example.App", "Class-Path", "lib/some.jar");
		ApplicationCommands commands = ApplicationCommands.of(jar.toString(), jar.toString(), 17);
		assertThat(commands.layout()).isEqualTo(Layout.JARS);
		assertThat(commands.installation("verify"))
			.isEqualTo("'java -cp " + jar + " io.privsep.install.InstallCommand verify'");
		assertThat(commands.copy("/opt/app")).isEqualTo("'cp -rT " + this.directory + " /opt/app'");
		assertThat(commands.jarMode("tools", "list-layers"))
			.isEqualTo("'java -Djarmode=tools -jar <app>.jar list-layers'" + BUILT);
	}

	@Test
	void classPathOfJarsIsShortAndNamesTheMainClass() throws IOException {
		Files.createDirectory(this.directory.resolve("lib"));
		List<String> jars = List.of(jar("app.jar").toString(), jar("lib/a.jar").toString(),
				jar("lib/b.jar").toString());
		ApplicationCommands commands = ApplicationCommands.of(String.join(":", jars), "com.example.App --some", 17);
		assertThat(commands.installation("verify")).isEqualTo("'java -cp '" + this.directory + "/app.jar:"
				+ this.directory + "/lib/*' io.privsep.install.InstallCommand verify --main-class com.example.App'");
	}

	@Test
	void classesOfAnIdeHaveToBePackaged() throws IOException {
		Path classes = Files.createDirectory(this.directory.resolve("classes"));
		String expected = "'java -Djarmode=privsep -jar <app>.jar verify'" + BUILT;
		ApplicationCommands commands = ApplicationCommands.of(classes + ":" + jar("some.jar"), "com.example.App", 17);
		assertThat(commands.layout()).isEqualTo(Layout.CLASSES);
		assertThat(commands.installation("verify")).isEqualTo(expected);
		Path pathing = jar("path.jar", "Main-Class", "com.example.App", "Class-Path", classes.toUri().toString());
		assertThat(ApplicationCommands.of(pathing.toString(), "", 17).installation("verify")).isEqualTo(expected);
	}

	@Test
	void nativeAccessIsAllowedWhereTheJvmWouldWarn() throws IOException {
		String option = "java --enable-native-access=ALL-UNNAMED ";
		Path jar = jar("app.jar", "Main-Class", LAUNCHER);
		assertThat(ApplicationCommands.of(jar.toString(), "", 21).command()).doesNotContain("native");
		assertThat(ApplicationCommands.of(jar.toString(), "", 22).command()).startsWith(option + "-Djarmode=privsep");
		Path quiet = jar("quiet.jar", "Main-Class", LAUNCHER, "Enable-Native-Access", "ALL-UNNAMED");
		assertThat(ApplicationCommands.of(quiet.toString(), "", 22).command()).doesNotContain("native");
		// only a jar that is started by '-jar' has a say in it
		Path extracted = jar("extracted.jar", "Main-Class", "com.example.App", "Enable-Native-Access", "ALL-UNNAMED");
		assertThat(ApplicationCommands.of(extracted.toString(), "", 22).command()).startsWith(option + "-cp");
		assertThat(ApplicationCommands.of(this.directory.toString(), "", 22).command()).startsWith(option);
	}

	@Test
	void pathsAreQuotedForAShell() throws IOException {
		Path jar = jar("the app's.jar", "Main-Class", LAUNCHER);
		assertThat(ApplicationCommands.of(jar.toString(), "", 17).command())
			.isEqualTo("java -Djarmode=privsep -jar '" + this.directory + "/the app'\\''s.jar'");
	}

	private Path jar(String name, String... attributes) throws IOException {
		Manifest manifest = new Manifest();
		manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
		for (int i = 0; i < attributes.length; i += 2) {
			manifest.getMainAttributes().putValue(attributes[i], attributes[i + 1]);
		}
		Path jar = this.directory.resolve(name);
		try (OutputStream out = Files.newOutputStream(jar);
				JarOutputStream entries = new JarOutputStream(out, manifest)) {
			entries.flush();
		}
		return jar;
	}

}
