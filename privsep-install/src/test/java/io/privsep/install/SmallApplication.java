package io.privsep.install;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.privsep.PrivsepFunction;

/**
 * An application with two contexts, {@code first} and {@code second}.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class SmallApplication {

	static void main(String[] args) {
		SpringApplication application = new SpringApplication(SmallApplication.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.run(args);
	}

	/**
	 * What it takes of this class path to run.
	 * @return the class path
	 */
	static String classPath() {
		return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> Path.of(entry)
				.getFileName()
				.toString()
				.matches(
						"(test-)?classes|(privsep|spring|jackson|slf4j|log|jspecify|commons-logging|jffi|micrometer|snakeyaml).*"))
			.collect(Collectors.joining(File.pathSeparator));
	}

	/**
	 * A command that installs it for {@code privsep-app}, with users that are to be made.
	 * @param options more options
	 * @return the command, which ends with arguments of the application
	 */
	static String[] installation(String... options) {
		List<String> words = new ArrayList<>(
				List.of("install", "--main-class", SmallApplication.class.getName(), "--app-user", "privsep-app"));
		words.addAll(List.of(options));
		words.add("--");
		words.add("--spring.application.name=small");
		for (String context : List.of("first", "second")) {
			words.add("--privsep.contexts." + context + ".user=privsep-" + context);
			words.add("--privsep.contexts." + context + ".capabilities=");
		}
		return words.toArray(String[]::new);
	}

	@Bean
	First first() {
		return new First();
	}

	@Bean
	Second second() {
		return new Second();
	}

	static class First {

		@PrivsepFunction("first")
		public int one() {
			return 1;
		}

	}

	static class Second {

		@PrivsepFunction("second")
		public int two() {
			return 2;
		}

	}

}
