package io.privsep.logging;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.context.ConfigurableApplicationContext;

import io.privsep.autoconfigure.PrivsepAutoConfiguration;
import io.privsep.sample.Sample;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application with Log4j 2 in the place of Logback, as spring-boot-starter-log4j2
 * makes it, and its real helper.
 */
class Log4j2ApplicationTests {

	@TempDir
	private Path directory;

	@Test
	void eventsOfAHelperAndLevelsOfTheApplicationArrive() throws Exception {
		Path configuration = Files.writeString(this.directory.resolve("log4j2-test-application.xml"), """
				<Configuration>
					<Appenders>
						<Console name="out"><PatternLayout pattern="%p %c '%m' %X %ex{short.message}%n"/></Console>
					</Appenders>
					<Loggers><Root level="info"><AppenderRef ref="out"/></Root></Loggers>
				</Configuration>
				""");
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:-UsePerfData", "-cp", classPath(), Application.class.getName(),
				"--logging.config=" + configuration)
			.redirectErrorStream(true)
			.start();
		process.getOutputStream().close();
		String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor()).as(out).isZero();
		assertThat(out).contains("logs with org.apache.logging.slf4j.Log4jLogger\n");
		String sample = Sample.class.getName();
		assertThat(out.lines()).contains("is at debug: false", "is at debug: true")
			.contains("DEBUG " + sample + " 'after' {privsep.context=sample} ")
			.noneMatch((line) -> line.contains("'before'"))
			.anyMatch((line) -> line.startsWith("WARN " + sample + " 'event' {privsep.context=sample,"
					+ " privsep.event.number=7, privsep.own=value} ") && line.endsWith("logged"))
			.anyMatch(
					(line) -> line.startsWith("WARN io.privsep.helper.sample.com.example.security.LoginAudit 'event'"));
	}

	private static String classPath() throws IOException {
		List<String> own = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> !entry.contains("logback") && !entry.contains("log4j-to-slf4j")
					&& !entry.contains("jul-to-slf4j"))
			.toList();
		try (Stream<Path> log4j = Files.list(Path.of("target/log4j2"))) {
			return Stream.concat(log4j.map(Path::toString), own.stream())
				.collect(Collectors.joining(File.pathSeparator));
		}
	}

	/** Has its functions log, before and after a level is changed. */
	static final class Application {

		private Application() {
		}

		public static void main(String[] args) {
			try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Sample.class,
					PrivsepAutoConfiguration.class)
				.web(WebApplicationType.NONE)
				.properties("privsep.mode=unprivileged", "privsep.contexts.sample.settings.name=x",
						"privsep.contexts.sample.settings.sizes=1", "spring.main.banner-mode=off")
				.run(args)) {
				System.out.println("logs with " + LoggerFactory.getLogger(Sample.class).getClass().getName());
				Sample sample = context.getBean(Sample.class);
				sample.log("event");
				System.out.println("is at debug: " + sample.logDebug("before"));
				context.getBean(LoggingSystem.class).setLogLevel(Sample.class.getName(), LogLevel.DEBUG);
				System.out.println("is at debug: " + sample.logDebug("after"));
			}
		}

	}

}
