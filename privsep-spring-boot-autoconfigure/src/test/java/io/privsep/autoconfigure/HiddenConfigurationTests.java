package io.privsep.autoconfigure;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.env.MockEnvironment;

import io.privsep.PrivsepFunction;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HiddenConfiguration}.
 */
@ExtendWith(OutputCaptureExtension.class)
class HiddenConfigurationTests {

	private final ClassLoader before = Thread.currentThread().getContextClassLoader();

	private final MockEnvironment environment = new MockEnvironment();

	private Path tests;

	private Path main;

	private URLClassLoader classLoader;

	@BeforeEach
	void prepare(@TempDir Path directory) throws IOException {
		this.tests = Files.createDirectories(directory.resolve("test-classes"));
		this.main = Files.createDirectories(directory.resolve("classes"));
		this.classLoader = new URLClassLoader(new URL[] { this.tests.toUri().toURL(), this.main.toUri().toURL() },
				this.before);
		Thread.currentThread().setContextClassLoader(this.classLoader);
	}

	@AfterEach
	void close() throws IOException {
		Thread.currentThread().setContextClassLoader(this.before);
		this.classLoader.close();
	}

	@Test
	void fileThatConfiguresTheContextIsFound() throws IOException {
		Path hiding = Files.writeString(this.tests.resolve("application.yml"), "some: value");
		Path hidden = Files.writeString(this.main.resolve("application.yml"),
				"privsep: {contexts: {net: {capabilities: []}}}");
		assertThat(HiddenConfiguration.find(List.of("net", "disk"), this.environment))
			.containsExactly(new HiddenConfiguration(hidden.toString(), hiding.toString()));
		assertThat(HiddenConfiguration.find(List.of("disk"), this.environment)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "service.yml", "config/service.yml", "service-cloud.yml" })
	void fileOfTheConfiguredNameOrOfAnActiveProfileIsFound(String name) throws IOException {
		this.environment.setProperty("spring.config.name", "service");
		this.environment.setActiveProfiles("cloud");
		for (Path directory : List.of(this.tests, this.main)) {
			Files.createDirectories(directory.resolve("config"));
			Files.writeString(directory.resolve(name), "privsep: {contexts: {net: {capabilities: []}}}");
		}
		assertThat(HiddenConfiguration.find(List.of("net"), this.environment)).containsExactly(
				new HiddenConfiguration(this.main.resolve(name).toString(), this.tests.resolve(name).toString()));
	}

	@Test
	void fileOfAnotherNameIsNotHidden() throws IOException {
		Files.writeString(this.tests.resolve("application.properties"), "some=value");
		Files.writeString(this.main.resolve("application.yml"), "privsep: {contexts: {net: {capabilities: []}}}");
		assertThat(HiddenConfiguration.find(List.of("net"), this.environment)).isEmpty();
	}

	@Test
	void fileThatCannotBeReadIsPassedOver() throws IOException {
		Files.writeString(this.tests.resolve("application.yml"), "some: value");
		Files.writeString(this.main.resolve("application.yml"), "{ not: [yaml");
		assertThat(HiddenConfiguration.find(List.of("net"), this.environment)).isEmpty();
	}

	@Test
	void startNamesTheFileAndWhatHidesIt(CapturedOutput output) throws IOException {
		Path hiding = Files.writeString(this.tests.resolve("application.properties"), "some=value");
		Path hidden = Files.writeString(this.main.resolve("application.properties"),
				"privsep.contexts.net.capabilities=net_raw");
		assertThat(StartFailures.analysis(output, List.of(Net.class)))
			.contains("which is not configured; configure 'privsep.contexts.net'\n")
			.contains("'" + hidden + "' configures the missing contexts, but Spring Boot does not read it: '" + hiding
					+ "' comes first on the class path and has the same name. To have both read, move the first into a"
					+ " directory 'config', such as src/test/resources/config for one of tests.");
	}

	static class Net {

		@PrivsepFunction("net")
		public void run() {
		}

	}

}
