package io.privsep.install.application;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.env.PropertiesPropertySourceLoader;
import org.springframework.boot.support.EnvironmentPostProcessorApplicationListener;
import org.springframework.boot.support.EnvironmentPostProcessorsFactory;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportResource;
import org.springframework.context.annotation.PropertySource;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.io.FileSystemResource;
import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What the classes of an application name is obeyed at its installation if it is root's.
 */
class InstallableApplicationIntegrationTests {

	private static final int OTHER = 61396;

	// not a temporary directory, which others may write
	private final Path directory = Path.of("/var/lib/privsep-it-" + UUID.randomUUID());

	@BeforeEach
	void makeFiles() throws IOException {
		assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: only root can give files away");
		Files.createDirectory(this.directory,
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
		Files.writeString(this.directory.resolve("application.properties"), "some.property=value\n");
		Files.writeString(this.directory.resolve("beans.xml"), """
				<beans xmlns="http://www.springframework.org/schema/beans"
					xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
					xsi:schemaLocation="http://www.springframework.org/schema/beans
						https://www.springframework.org/schema/beans/spring-beans.xsd"/>
				""");
	}

	@AfterEach
	void removeFiles() throws IOException {
		FileSystemUtils.deleteRecursively(this.directory);
	}

	@ParameterizedTest
	@ValueSource(classes = { WithPropertySource.class, WithImportedResource.class, WithPostProcessor.class })
	void loadWhenOthersCouldChangeWhatClassesNameFails(Class<?> application) throws IOException {
		// there is nothing to install in it; so far it gets
		assertThat(load(application)).hasMessageContaining("The application does not use privsep");
		Files.setAttribute(this.directory, "unix:uid", OTHER);
		assertThat(NestedExceptionUtils.getMostSpecificCause(load(application)))
			.isInstanceOf(UntrustedConfigurationException.class)
			.hasMessageContaining("'" + this.directory + "' belongs to user " + OTHER);
	}

	private Throwable load(Class<?> application) {
		return catchThrowable(() -> InstallableApplication.load(application, List.of("--files=" + this.directory,
				"--spring.main.banner-mode=off", "--spring.main.web-application-type=none")));
	}

	/**
	 * An application with a source of properties of its own.
	 */
	@Configuration(proxyBeanMethods = false)
	@PropertySource("file:${files}/application.properties")
	static class WithPropertySource {

		static void main(String[] args) {
			SpringApplication.run(WithPropertySource.class, args);
		}

	}

	/**
	 * An application with definitions of beans in a file.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportResource("file:${files}/*.xml")
	static class WithImportedResource {

		static void main(String[] args) {
			SpringApplication.run(WithImportedResource.class, args);
		}

	}

	/**
	 * An application that reads a file by itself, as Spring Boot does.
	 */
	@Configuration(proxyBeanMethods = false)
	static class WithPostProcessor implements EnvironmentPostProcessor {

		static void main(String[] args) {
			SpringApplication application = new SpringApplication(WithPostProcessor.class);
			application.addListeners(EnvironmentPostProcessorApplicationListener
				.with(EnvironmentPostProcessorsFactory.of(WithPostProcessor.class)));
			application.run(args);
		}

		@Override
		public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
			try {
				new PropertiesPropertySourceLoader()
					.load("own",
							new FileSystemResource(
									environment.getRequiredProperty("files") + "/application.properties"))
					.forEach(environment.getPropertySources()::addLast);
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
