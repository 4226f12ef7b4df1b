package io.privsep.autoconfigure.platform;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an application with Spring Boot 3 is told.
 */
class OlderBootIntegrationTests {

	@Test
	void startWithBoot3SaysWhatIsNeeded() throws Exception {
		// all that is not Spring's is the same
		String others = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> !entry.contains("/org/springframework/"))
			.collect(Collectors.joining(File.pathSeparator));
		Process process = new ProcessBuilder(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp",
				"target/older-boot/*" + File.pathSeparator + others, Older.class.getName()))
			.redirectErrorStream(true)
			.start();
		String said = new String(process.getInputStream().readAllBytes());
		assertThat(process.waitFor()).isOne();
		assertThat(said).contains("APPLICATION FAILED TO START").containsIgnoringWhitespaces("""
				Description:

				privsep-spring-boot-starter is for Spring Boot 4, and the application has Spring Boot 3.5.7.

				Action:

				Use Spring Boot 4.0.9 or later: with Maven, set the version of spring-boot-starter-parent, or of \
				spring-boot-dependencies, to a 4.x; or remove privsep-spring-boot-starter.
				""");
	}

	/** An application. */
	static final class Older {

		private Older() {
		}

		public static void main(String[] args) {
			SpringApplication.run(Older.class, args);
		}

	}

}
