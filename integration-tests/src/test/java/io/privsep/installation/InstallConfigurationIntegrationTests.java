package io.privsep.installation;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.privsep.demo.InstalledDemo;
import io.privsep.demo.InstalledDemo.Result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests of what root obeys while it installs: the attacker is the application's user, who
 * writes to a directory from which the application is configured.
 */
@Tag("once")
final class InstallConfigurationIntegrationTests {

	/** What the attacker wishes: a helper that is as good as root. */
	private static final String EVIL = "privsep.contexts.motd.capabilities=sys_admin\n";

	@BeforeEach
	void requireRoot() {
		// for each test: what is skipped before all of them is in no report
		assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: only root can install helpers");
		assumeTrue(Files.isExecutable(Path.of("/usr/sbin/visudo")), "SKIPPED: sudo is not installed");
	}

	@ParameterizedTest
	@EnumSource
	@Execution(ExecutionMode.CONCURRENT)
	void configurationThatOthersCouldChangeIsRefused(Source source) throws Exception {
		try (InstalledDemo demo = new InstalledDemo(null).fromExtractedJars()) {
			Place place = new Place(demo);
			Files.setAttribute(place.theirs, "unix:uid", demo.uid());
			Path culprit = source.write(place);
			Result result = install(demo, source, place);
			assertThat(result.exitCode()).as(result.out() + result.err()).isEqualTo(65);
			assertThat(result.err()).contains("The installation would obey '")
				.contains("'" + culprit + "' belongs to user " + demo.uid() + ", who could change it");
			assertThat(demo.base()).doesNotExist();
			// as it was the owner for whom it was refused, and would have had an effect
			for (Path path : List.of(place.theirs, culprit)) {
				Files.setAttribute(path, "unix:uid", 0);
			}
			assertThat(install(demo, source, place, "--dry-run").requireSuccess().err())
				.contains("Context 'motd' has capabilities that are as good as root, or nearly: 'sys_admin' ");
		}
	}

	@Test
	@Execution(ExecutionMode.CONCURRENT)
	void configurationFromAServerIsRefused() throws Exception {
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		server.createContext("/", (exchange) -> {
			byte[] body = EVIL.getBytes(StandardCharsets.UTF_8);
			exchange.sendResponseHeaders(200, exchange.getRequestMethod().equals("HEAD") ? -1 : body.length);
			exchange.getResponseBody().write(body);
			exchange.close();
		});
		server.start();
		try (InstalledDemo demo = new InstalledDemo(null).fromExtractedJars()) {
			String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/app.properties";
			List<String> arguments = new ArrayList<>(demo.arguments());
			arguments.add("--spring.config.import=" + url);
			Result result = demo.command("install", List.of("--app-user", demo.user()), arguments);
			assertThat(result.exitCode()).as(result.out() + result.err()).isEqualTo(65);
			assertThat(result.err()).contains("'URL [" + url + "]' is not a file");
		}
		finally {
			server.stop(0);
		}
	}

	@Test
	@Execution(ExecutionMode.CONCURRENT)
	void configurationOfLoggingIsNotObeyedAndHidesNoWarning() throws Exception {
		try (InstalledDemo demo = new InstalledDemo(null).fromExtractedJars()) {
			Path theirs = Files.createDirectory(demo.directory().resolve("theirs"));
			Path written = theirs.resolve("written");
			Path log = theirs.resolve("app.log");
			Path configuration = Files.writeString(theirs.resolve("logback.xml"), """
					<configuration>
						<appender name="FILE" class="ch.qos.logback.core.FileAppender">
							<file>%s</file>
							<encoder><pattern>%%msg%%n</pattern></encoder>
						</appender>
						<logger name="io.privsep" level="OFF"/>
						<root level="TRACE"><appender-ref ref="FILE"/></root>
					</configuration>
					""".formatted(written));
			Files.setAttribute(theirs, "unix:uid", demo.uid());
			List<String> arguments = new ArrayList<>(demo.arguments());
			arguments.add("--logging.config=file:" + configuration);
			arguments.add("--logging.file.name=" + log);
			arguments.add("--logging.level.io.privsep=OFF");
			Result result = demo.command("install", List.of("--app-user", demo.user()), arguments).requireSuccess();
			assertThat(written).doesNotExist();
			assertThat(log).doesNotExist();
			assertThat(result.err())
				.contains("privsep: WARN Context 'motd' has capabilities that are as good as root, or nearly");
			assertThat(result.out()).startsWith("Installed application '");
			demo.command("verify", List.of(), arguments).requireSuccess();
			demo.command("uninstall", List.of(), arguments).requireSuccess();
			assertThat(written).doesNotExist();
			assertThat(log).doesNotExist();
		}
	}

	private static Result install(InstalledDemo demo, Source source, Place place, String... options) throws Exception {
		List<String> arguments = new ArrayList<>(demo.arguments());
		arguments.addAll(source.arguments(place));
		return demo.commandIn(Path.of("/"), source.environment(place), "install",
				Stream.concat(Stream.of("--app-user", demo.user()), Stream.of(options)).toList(), arguments);
	}

	/**
	 * Where a test's configuration lies.
	 */
	private static final class Place {

		/** Root's. */
		private final Path ours;

		/** The attacker's, and root's in the end. */
		private final Path theirs;

		Place(InstalledDemo demo) throws IOException {
			this.ours = Files.createDirectory(demo.directory().resolve("ours"));
			this.theirs = Files.createDirectory(demo.directory().resolve("theirs"));
		}

	}

	/**
	 * How a property comes to the application.
	 */
	enum Source {

		LOCATIONS_BY_ENVIRONMENT {

			@Override
			Path write(Place place) throws IOException {
				Files.writeString(place.theirs.resolve("application.properties"), EVIL);
				return place.theirs;
			}

			@Override
			Map<String, String> environment(Place place) {
				return Map.of("SPRING_CONFIG_ADDITIONALLOCATION",
						"optional:file:" + place.ours + "/missing/,optional:file:" + place.theirs + "/");
			}

		},
		IMPORT_BY_ENVIRONMENT {

			@Override
			Path write(Place place) throws IOException {
				return LOCATIONS_BY_ENVIRONMENT.write(place);
			}

			@Override
			Map<String, String> environment(Place place) {
				return Map.of("SPRING_CONFIG_IMPORT", "file:" + place.theirs + "/application.properties");
			}

		},
		NESTED_IMPORT {

			@Override
			Path write(Place place) throws IOException {
				Files.writeString(place.ours.resolve("application.properties"),
						"spring.config.import=optional:file:" + place.theirs + "/more.yml\n");
				Files.writeString(place.theirs.resolve("more.yml"),
						"privsep.contexts.motd.capabilities: [sys_admin]\n");
				return place.theirs;
			}

			@Override
			List<String> arguments(Place place) {
				return List.of("--spring.config.additional-location=file:" + place.ours + "/");
			}

		},
		WILDCARD_DIRECTORY {

			@Override
			Path write(Place place) throws IOException {
				Files.writeString(place.theirs.resolve("application.properties"), EVIL);
				return place.theirs;
			}

			@Override
			List<String> arguments(Place place) {
				return List.of("--spring.config.additional-location=file:" + place.theirs.getParent() + "/*/");
			}

		},
		CONFIG_TREE {

			@Override
			Path write(Place place) throws IOException {
				Files.writeString(place.theirs.resolve("privsep.contexts.motd.capabilities"), "sys_admin");
				return place.theirs;
			}

			@Override
			List<String> arguments(Place place) {
				return List.of("--spring.config.import=configtree:" + place.theirs + "/");
			}

		},
		DIRECTORY_IN_A_CONFIG_TREE {

			@Override
			Path write(Place place) throws IOException {
				Files.writeString(place.theirs.resolve("capabilities"), "sys_admin");
				Path tree = Files.createDirectories(place.ours.resolve("privsep/contexts"));
				Files.createSymbolicLink(tree.resolve("motd"), place.theirs);
				return place.theirs;
			}

			@Override
			List<String> arguments(Place place) {
				return List.of("--spring.config.import=configtree:" + place.ours + "/");
			}

		},
		FILE_OF_A_PROFILE {

			@Override
			Path write(Place place) throws IOException {
				Path file = Files.writeString(place.ours.resolve("application-prod.properties"), EVIL);
				// as that of the directory, in which this file would be
				Files.setAttribute(file, "unix:uid", Files.getAttribute(place.theirs, "unix:uid"));
				return file;
			}

			@Override
			List<String> arguments(Place place) {
				return List.of("--spring.config.additional-location=file:" + place.ours + "/",
						"--spring.profiles.active=prod");
			}

		},
		LINK_THROUGH_A_DIRECTORY {

			@Override
			Path write(Place place) throws IOException {
				Path file = Files.writeString(place.ours.resolve("root.properties"), EVIL);
				Files.createSymbolicLink(place.theirs.resolve("link.properties"), file);
				Files.createSymbolicLink(place.ours.resolve("application.properties"),
						place.theirs.resolve("link.properties"));
				return place.theirs;
			}

			@Override
			List<String> arguments(Place place) {
				return List.of("--spring.config.additional-location=file:" + place.ours + "/");
			}

		},
		BEANS_OF_A_FILE {

			@Override
			Path write(Place place) throws IOException {
				Files.writeString(place.ours.resolve("application.properties"), EVIL);
				Files.writeString(place.theirs.resolve("beans.xml"), """
						<beans xmlns="http://www.springframework.org/schema/beans"
							xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
							xsi:schemaLocation="http://www.springframework.org/schema/beans
								https://www.springframework.org/schema/beans/spring-beans.xsd"/>
						""");
				return place.theirs;
			}

			@Override
			List<String> arguments(Place place) {
				return List.of("--spring.config.additional-location=file:" + place.ours + "/",
						"--spring.main.sources=file:" + place.theirs + "/beans.xml");
			}

		};

		/**
		 * Writes the files.
		 * @param place where to
		 * @return the one that belongs to the attacker
		 * @throws IOException if they cannot be written
		 */
		abstract Path write(Place place) throws IOException;

		List<String> arguments(Place place) {
			return List.of();
		}

		Map<String, String> environment(Place place) {
			return Map.of();
		}

	}

}
