package io.privsep.autoconfigure;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.tomcat.autoconfigure.reactive.TomcatReactiveWebServerAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.server.reactive.HttpHandler;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What Tomcat makes as root for a reactive application that drops it.
 */
class ReactiveTomcatIntegrationTests {

	private static final int USER = 61394;

	@Test
	void whatTomcatHasMadeIsTheUsersAfterTheDropAndIsGoneAtTheEnd(@TempDir Path directory) throws Exception {
		assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: only root can be dropped");
		Path temporary = Files.createDirectory(directory.resolve("tmp"));
		Files.setAttribute(directory, "unix:mode", 0755);
		Files.setAttribute(temporary, "unix:mode", 01777);
		Process process = new ProcessBuilder(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-XX:+UseSerialGC", "-Djava.io.tmpdir=" + temporary, "-Dspring.devtools.restart.enabled=false",
						"-cp", System.getProperty("java.class.path") + File.pathSeparator + "target/tomcat/*",
						Application.class.getName(), "--privsep.drop-root.user=" + USER, "--server.port=0",
						"--server.tomcat.accesslog.enabled=true", "--server.servlet.session.persistent=true"))
			.redirectErrorStream(true)
			.start();
		String said = new String(process.getInputStream().readAllBytes());
		assertThat(process.waitFor()).as(said).isZero();
		assertThat(said).contains("Dropped root: user " + USER).doesNotContain(" WARN ");
		assertThat(said.lines().filter((line) -> line.startsWith("made: "))).isNotEmpty()
			.anyMatch((line) -> line.contains("/tomcat-docbase."))
			.anyMatch((line) -> line.contains("/logs/access_log."))
			.anyMatch((line) -> line.endsWith("/work/Tomcat/localhost/ROOT"))
			.allMatch((line) -> line.startsWith("made: " + USER + " "));
		// Spring Boot 4.0 leaves the base directory of Tomcat, of every application
		assertThat(temporary.toFile().list())
			.allMatch((name) -> SpringBootVersion.getVersion().startsWith("4.0.") && name.startsWith("tomcat."));
	}

	/** A reactive application. */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ PrivsepAutoConfiguration.class, PrivsepReactiveTomcatAutoConfiguration.class,
			TomcatReactiveWebServerAutoConfiguration.class })
	static class Application {

		public static void main(String[] args) throws IOException {
			try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
				.web(WebApplicationType.REACTIVE)
				.run(args)) {
				Path temporary = Path.of(context.getEnvironment().getRequiredProperty("java.io.tmpdir"));
				try (Stream<Path> paths = Files.walk(temporary)) {
					for (Path path : paths.filter((each) -> !each.equals(temporary)).toList()) {
						System.out.println("made: " + Files.getAttribute(path, "unix:uid") + " " + path);
					}
				}
			}
		}

		@Bean
		HttpHandler handler() {
			return (request, response) -> Mono.empty();
		}

	}

}
