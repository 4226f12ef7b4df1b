package io.privsep.context;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;

import io.privsep.autoconfigure.PrivsepAutoConfiguration;
import io.privsep.autoconfigure.PrivsepDisabledAutoConfiguration;
import io.privsep.definition.Sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link SandboxResolver}.
 */
@ExtendWith(OutputCaptureExtension.class)
class SandboxResolverTests {

	private static final long MB = 1 << 20;

	private final Map<String, Object> properties = new HashMap<>(Map.of("privsep.contexts.a.capabilities", ""));

	@TempDir
	private Path directory;

	@Test
	void resolveWhenNotConfiguredIsNone() {
		assertThat(resolve("a")).isNull();
	}

	@Test
	void resolveWhenDisabledIsNone() {
		this.properties.put("privsep.contexts.a.sandbox.enabled", "false");
		this.properties.put("privsep.contexts.a.sandbox.network", "none");
		assertThat(resolve("a")).isNull();
	}

	@Test
	void resolveWhenEnabledAloneHasDefaults() {
		this.properties.put("privsep.contexts.a.sandbox.enabled", "true");
		assertThat(resolve("a"))
			.isEqualTo(new Sandbox(false, List.of(), List.of(), 16 * MB, false, 128 * MB, 256, 16 * MB));
	}

	@Test
	void resolveWhenConfiguredHasWhatIsConfigured() throws IOException {
		Path file = Files.createFile(this.directory.toRealPath().resolve("file"));
		assertThat(resolveYaml("""
				sandbox:
				      enabled: true
				      network: host
				      read: [%s, /etc]
				      write: /var
				      tmp-size: 1MB
				      exec: true
				      max-memory: 200MB
				      max-open-files: 100
				      max-file-size: 2MB
				""".formatted(file))).isEqualTo(
				new Sandbox(true, List.of(file.toString(), "/etc"), List.of("/var"), MB, true, 200 * MB, 100, 2 * MB));
	}

	// By an application's base configuration, and what overrides it.
	@Test
	void resolveWhenEnabledAloneAndConfiguredElsewhereHasWhatIsConfigured() throws IOException {
		List<PropertySource<?>> sources = new ArrayList<>();
		sources.add(new SystemEnvironmentPropertySource("systemEnvironment",
				Map.of("PRIVSEP_CONTEXTS_A_SANDBOX_MAXMEMORY", "300MB", "PRIVSEP_CONTEXTS_A_SANDBOX_READ_0", "/etc")));
		sources.add(new MapPropertySource("arguments", Map.of("privsep.contexts.a.sandbox.network", "host")));
		sources.addAll(yaml("sandbox:\n      enabled: true"));
		assertThat(resolve(new Binder(ConfigurationPropertySources.from(sources)), "a"))
			.isEqualTo(new Sandbox(true, List.of("/etc"), List.of(), 16 * MB, false, 300 * MB, 256, 16 * MB));
	}

	@Test
	void resolveWhenHeapIsLargerHasMoreMemory() {
		this.properties.put("privsep.contexts.a.sandbox.enabled", "true");
		this.properties.put("privsep.contexts.a.jvm.max-heap", "200MB");
		assertThat(Objects.requireNonNull(resolve("a")).maxMemory()).isEqualTo(264 * MB);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			textBlock = """
					capabilities           | chown        | a sandboxed helper has none: it must be []
					audit                  | file         | a sandboxed helper has no file for it; use 'stderr'
					sandbox.max-memory     | 90MB         | it must be at least 'jvm.max-heap' and 32MB, which are 100663296 bytes
					sandbox.max-open-files | 63           | it must be between 64 and 1048576
					sandbox.tmp-size       | 1KB          | it must be at least 4KB
					sandbox.max-file-size  | 0B           | it must be at least 4KB
					sandbox.read           | relative     | it must be an absolute path without '.' and '..'
					sandbox.read           | /etc/../etc  | it must be an absolute path without '.' and '..'
					sandbox.read           | /            | all of the system is no sandbox
					sandbox.write          | /            | all of the system is no sandbox
					sandbox.read           | /proc/self   | '/proc' of the system has no place in a sandbox, which has its own
					sandbox.write          | /dev/shm     | '/dev' of the system has no place in a sandbox, which has its own
					sandbox.read           | /privsep-no  | there is no such file or directory
					""")
	void resolveWhenWrongFails(String property, String value, String reason) {
		this.properties.put("privsep.contexts.a.sandbox.enabled", "true");
		this.properties.put("privsep.contexts.a." + property, value);
		String named = Set.of("sandbox.read", "sandbox.write").contains(property) ? "'" + value + "': " : "";
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(() -> resolve("a"))
			.satisfies((ex) -> assertThat(ex.getName()).isEqualTo("privsep.contexts.a." + property))
			.satisfies((ex) -> assertThat(ex.getReason()).startsWith(named + reason));
	}

	@Test
	void resolveWhenLinkLeadsToAReservedPlaceFails() throws IOException {
		Path link = Files.createSymbolicLink(this.directory.toRealPath().resolve("link"), Path.of("/"));
		this.properties.put("privsep.contexts.a.sandbox.read", link.toString());
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(() -> resolve("a"))
			.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo("'" + link + "': all of the system is no sandbox"));
	}

	// Through a link, which another helper might have put there.
	@ParameterizedTest
	@CsvSource({ "read", "write" })
	void resolveWhenAnotherHelperCouldReplaceThePathFails(String property) throws IOException {
		Path write = Files.createDirectories(this.directory.toRealPath().resolve("write/in"));
		Path link = Files.createSymbolicLink(this.directory.toRealPath().resolve("link"), write);
		this.properties.put("privsep.contexts.b.capabilities", "");
		this.properties.put("privsep.contexts.b.sandbox.enabled", "true");
		this.properties.put("privsep.contexts.b.sandbox.write", write.getParent().toString());
		this.properties.put("privsep.contexts.a.sandbox." + property, link.toString());
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(() -> resolve("a"))
			.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo("'" + link + "': it lies in '" + write.getParent()
					+ "', which the helper of context 'b' may write, and where it could put a link in its place"));
	}

	// It leads to a place that nobody may write, until someone changes it.
	@Test
	void resolveWhenAnotherHelperCouldChangeALinkOnTheWayFails() throws IOException {
		Path root = this.directory.toRealPath();
		Path write = Files.createDirectories(root.resolve("write"));
		Path safe = Files.createDirectories(root.resolve("safe"));
		Files.createSymbolicLink(write.resolve("in"), safe);
		Path link = Files.createSymbolicLink(root.resolve("link"), Path.of("write/in"));
		this.properties.put("privsep.contexts.b.capabilities", "");
		this.properties.put("privsep.contexts.b.sandbox.enabled", "true");
		this.properties.put("privsep.contexts.b.sandbox.write", write.toString());
		this.properties.put("privsep.contexts.a.sandbox.read", link.toString());
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(() -> resolve("a"))
			.satisfies((ex) -> assertThat(ex.getReason()).contains("': it lies in '" + write + "'"));
	}

	@Test
	void resolveWhenInProcessWarns(CapturedOutput output) {
		this.properties.put("privsep.mode", "in-process");
		this.properties.put("privsep.contexts.a.sandbox.enabled", "true");
		assertThat(resolve("a")).isNull();
		assertThat(output).contains("WARN",
				"Context 'a': mode 'in-process' has no helper that a sandbox could confine");
	}

	@Test
	void everyApplicationHasWhatWarns() {
		assertThat(ImportCandidates.load(AutoConfiguration.class, null))
			.contains(PrivsepDisabledAutoConfiguration.class.getName());
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void applicationWhenDisabledWarnsOfEachSandbox(boolean lazy, CapturedOutput output) {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(PrivsepAutoConfiguration.class, PrivsepDisabledAutoConfiguration.class))
			.withInitializer((context) -> context
				.addBeanFactoryPostProcessor(lazy ? new LazyInitializationBeanFactoryPostProcessor() : (factory) -> {
				}))
			.withPropertyValues("privsep.enabled=false", "privsep.contexts.a.sandbox.enabled=true",
					"privsep.contexts.b.sandbox.network=none", "privsep.contexts.c.user=root",
					"privsep.contexts.d.sandbox.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output.toString().lines().filter((line) -> line.contains("WARN") && line.contains("Context '")))
			.hasSize(2)
			.anyMatch((line) -> line
				.endsWith("Context 'a': with 'privsep.enabled=false' there is no helper that a sandbox could confine"))
			.anyMatch((line) -> line.contains("Context 'b'"));
	}

	@Test
	void applicationWhenDisabledStartsWithWhatCannotBeRead(CapturedOutput output) {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(PrivsepAutoConfiguration.class, PrivsepDisabledAutoConfiguration.class))
			.withPropertyValues("privsep.enabled=false", "privsep.contexts.a.jvm.max-heap=much",
					"privsep.contexts.a.sandbox.enabled=true")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).contains("the rest of 'privsep' cannot be read").contains("max-heap");
	}

	private Sandbox resolveYaml(String lines) throws IOException {
		List<PropertySource<?>> sources = new ArrayList<>(yaml(lines));
		return Objects.requireNonNull(resolve(new Binder(ConfigurationPropertySources.from(sources)), "a"));
	}

	private static List<PropertySource<?>> yaml(String lines) throws IOException {
		String yaml = "privsep:\n  contexts:\n    a:\n      capabilities: []\n      "
				+ lines.strip().replace("\n      ", "\n        ");
		return new YamlPropertySourceLoader().load("yaml",
				new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)));
	}

	private @Nullable Sandbox resolve(String name) {
		return resolve(new Binder(new MapConfigurationPropertySource(this.properties)), name);
	}

	private static @Nullable Sandbox resolve(Binder binder, String name) {
		return new SandboxResolver(binder.bind("privsep", PrivsepProperties.class).get()).resolve(name);
	}

}
