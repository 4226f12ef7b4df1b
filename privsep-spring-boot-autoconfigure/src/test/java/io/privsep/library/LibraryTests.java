package io.privsep.library;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.io.DefaultResourceLoader;

import io.privsep.PrivsepFunction;
import io.privsep.channel.Channels;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A library that brings functions and their context, as the page for its author has it.
 */
class LibraryTests {

	private final ClassLoader before = Thread.currentThread().getContextClassLoader();

	private URLClassLoader loader;

	@BeforeEach
	void addToTheClassPath(@TempDir Path jar) throws IOException {
		Path spring = Files.createDirectories(jar.resolve("META-INF/spring"));
		Files.writeString(spring.resolve(AutoConfiguration.class.getName() + ".imports"),
				DisksAutoConfiguration.class.getName());
		Files.writeString(jar.resolve("META-INF/spring.factories"),
				EnvironmentPostProcessor.class.getName() + "=" + DisksContext.class.getName());
		this.loader = new URLClassLoader(new URL[] { jar.toUri().toURL() }, this.before);
		Thread.currentThread().setContextClassLoader(this.loader);
	}

	@AfterEach
	void removeFromTheClassPath() throws IOException {
		Thread.currentThread().setContextClassLoader(this.before);
		this.loader.close();
	}

	@Test
	void libraryBringsItsFunctionsAndTheirContext() {
		try (ConfigurableApplicationContext context = run()) {
			assertThat(context.getBean(Disks.class).free("data")).isEqualTo("/srv/data");
			assertThat(context.getBean(Channels.class).get("disks").settings().definition().calls().maxConcurrency())
				.isOne();
		}
	}

	@Test
	void applicationHasTheLastWordAboutTheContextOfALibrary() {
		try (ConfigurableApplicationContext context = run("--privsep.contexts.disks.settings.directory=/mnt",
				"--privsep.contexts.disks.max-concurrency=3")) {
			assertThat(context.getBean(Disks.class).free("data")).isEqualTo("/mnt/data");
			assertThat(context.getBean(Channels.class).get("disks").settings().definition().calls().maxConcurrency())
				.isEqualTo(3);
		}
	}

	private ConfigurableApplicationContext run(String... arguments) {
		SpringApplication application = new SpringApplication(new DefaultResourceLoader(this.loader),
				Application.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.setDefaultProperties(Map.of("privsep.mode", "in-process", "spring.main.banner-mode", "off"));
		return application.run(arguments);
	}

	/** The application. */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	/** The library's. */
	@AutoConfiguration
	static class DisksAutoConfiguration {

		@Bean
		@ConditionalOnMissingBean
		Disks disks() {
			throw new IllegalStateException("The helper makes it");
		}

	}

	/** What the library's functions need, and no more. */
	static class DisksContext implements EnvironmentPostProcessor {

		@Override
		public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
			environment.getPropertySources()
				.addLast(new MapPropertySource("disks",
						Map.of("privsep.contexts.disks.capabilities", "dac_read_search",
								"privsep.contexts.disks.max-concurrency", "1",
								"privsep.contexts.disks.settings.directory", "/srv")));
		}

	}

	/** The library's functions. */
	@PrivsepFunction("disks")
	static class Disks {

		private final DisksSettings settings;

		Disks(DisksSettings settings) {
			this.settings = settings;
		}

		public String free(String name) {
			return this.settings.directory() + "/" + name;
		}

	}

	/**
	 * The library's settings.
	 *
	 * @param directory a directory
	 */
	record DisksSettings(String directory) {
	}

}
