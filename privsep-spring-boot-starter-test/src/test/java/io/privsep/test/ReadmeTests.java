package io.privsep.test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.tools.ToolProvider;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;

import io.privsep.autoconfigure.PrivsepAutoConfiguration;
import io.privsep.function.FunctionTable;
import io.privsep.functions.BroadFunctions;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That the example of the README compiles, can be configured as it says, and does what it
 * says.
 */
class ReadmeTests {

	private static final Path PAGE = Path.of("../README.md");

	@Test
	void exampleCompilesAndRunsAsConfigured(@TempDir Path directory) throws Exception {
		PropertySource<?> yaml = new YamlPropertySourceLoader()
			.load("README", new ByteArrayResource(block("yaml").getBytes(StandardCharsets.UTF_8)))
			.get(0);
		try (URLClassLoader loader = new URLClassLoader(new URL[] { compile(directory).toUri().toURL() })) {
			Class<?> type = loader.loadClass("com.example.app.privsep.Invoices");
			assertThat(BroadFunctions.find(FunctionTable.of("invoices", Set.of(type)))).isEmpty();
			new ApplicationContextRunner().withClassLoader(loader)
				.withConfiguration(AutoConfigurations.of(PrivsepAutoConfiguration.class))
				.withBean(type)
				.withInitializer((context) -> context.getEnvironment().getPropertySources().addLast(yaml))
				.withPropertyValues("privsep.mode=in-process")
				.run((context) -> {
					assertThat(context).hasNotFailed();
					byte[] invoice = "<invoice number='7'/>".getBytes(StandardCharsets.UTF_8);
					assertThat(type.getMethod("number", byte[].class).invoke(context.getBean(type), invoice))
						.isEqualTo("7");
				});
		}
	}

	@Test
	void readmeIsShort() throws IOException {
		assertThat(Files.readString(PAGE).strip().split("\\s+")).hasSizeLessThanOrEqualTo(700);
	}

	private static Path compile(Path directory) throws IOException {
		Path source = Files.writeString(directory.resolve("Invoices.java"), block("java"));
		ByteArrayOutputStream errors = new ByteArrayOutputStream();
		int status = ToolProvider.getSystemJavaCompiler()
			.run(null, null, errors, "--release", "17", "-proc:none", "-parameters", "-Xlint:all", "-Werror", "-cp",
					System.getProperty("java.class.path"), "-d", directory.toString(), source.toString());
		assertThat(status).as(errors.toString(StandardCharsets.UTF_8)).isZero();
		return directory;
	}

	private static String block(String language) throws IOException {
		Matcher block = Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```$").matcher(Files.readString(PAGE));
		assertThat(block.find()).isTrue();
		return block.group(1);
	}

}
