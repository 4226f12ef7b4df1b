package io.privsep.demo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.tools.ToolProvider;

import com.jayway.jsonpath.JsonPath;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Makes the application of {@code docs/getting-started.md} of what is on that page, and
 * runs it by the commands that are there.
 */
@Tag("once")
@Timeout(180)
class GettingStartedIntegrationTests {

	private static final Path PAGE = Path.of("../docs/getting-started.md");

	private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```$");

	private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

	private static final Pattern PID = Pattern.compile("with PID (\\d+)");

	private static final Duration SOON = Duration.ofSeconds(60);

	private static final String NAME = "privsep-it-"
			+ HexFormat.of().toHexDigits((short) ThreadLocalRandom.current().nextInt());

	private static final Path DIRECTORY = Path.of("/var/lib", NAME);

	private static final Path JAR = DIRECTORY.resolve("target/app.jar");

	private static final Path MOTD = DIRECTORY.resolve("motd");

	private static final HttpClient http = HttpClient.newHttpClient();

	@BeforeEach
	void requireRoot() {
		assumeTrue(isRoot(), "SKIPPED: only root can start helpers as other users");
		assumeTrue(Files.isExecutable(Path.of("/usr/bin/sudo")), "SKIPPED: sudo is not installed");
	}

	@BeforeAll
	static void make() throws Exception {
		if (!isRoot()) {
			return;
		}
		Files.createDirectory(DIRECTORY);
		Files.setPosixFilePermissions(DIRECTORY, PosixFilePermissions.fromString("rwxr-xr-x"));
		Files.createDirectory(JAR.getParent());
		Files.writeString(MOTD, "before");
		Path classes = compile();
		Files.writeString(classes.resolve("application.yml"),
				block("yaml", "privsep:").replace("/srv/motd", MOTD.toString()) + """
						spring.application.name: %s
						privsep.archive.enabled: false
						management.endpoint.health.show-details: always
						""".formatted(NAME));
		Files.copy(Path.of(System.getProperty("demo.jar")), JAR);
		try (FileSystem jar = FileSystems.newFileSystem(JAR)) {
			Path target = jar.getPath("BOOT-INF/classes");
			FileSystemUtils.deleteRecursively(target);
			try (Stream<Path> files = Files.walk(classes)) {
				for (Path file : files.toList()) {
					Files.copy(file, target.resolve(classes.relativize(file).toString()));
				}
			}
			Path manifest = jar.getPath("META-INF/MANIFEST.MF");
			Files.writeString(manifest, Files.readString(manifest)
				.replaceAll("Start-Class: .*", "Start-Class: com.example.app.Application"));
		}
	}

	@AfterAll
	static void remove() throws Exception {
		if (Files.exists(Path.of("/usr/lib/privsep", NAME))) {
			InstalledDemo.run(List.of(RunningDemo.java(), "-Djarmode=privsep", "-jar", JAR.toString(), "uninstall",
					"--application", NAME));
		}
		if (InstalledDemo.run(List.of("id", NAME)).exitCode() == 0) {
			InstalledDemo.run(List.of("userdel", NAME)).requireSuccess();
		}
		FileSystemUtils.deleteRecursively(DIRECTORY);
	}

	@Test
	void applicationThatStartsAsRootDropsItAndWritesTheFile() throws Exception {
		String script = block("", "sudo install -d -m 0755 /opt/app").replace("/opt/app", DIRECTORY + "/opt");
		try (Running running = run(script)) {
			requireServed(running);
			assertThat(running.log()).contains("Dropped root: user 61001");
			// the page's own way to look at it
			String grep = block("", "grep -E 'Uid|Cap|NoNewPrivs'").replace("<pid>", Long.toString(running.helper()));
			assertThat(InstalledDemo.run(List.of("/bin/sh", "-c", grep)).requireSuccess().out())
				.contains("Uid:\t61002\t61002\t61002\t61002")
				.contains("CapEff:\t0000000000000002")
				.contains("NoNewPrivs:\t1");
		}
	}

	@Test
	void applicationWithoutRootUsesWhatIsInstalled() throws Exception {
		String script = block("", "sudo useradd")
			.replaceAll("(?<=nologin |--app-user |sudo -u |/privsep/|current/app/)app\\b", NAME);
		try (Running running = run(script)) {
			requireServed(running);
			assertThat(running.log()).contains("Installed application '" + NAME + "' for user '" + NAME + "'")
				.contains(block("", "Context 'motd': launcher 'sudo'").strip().replace("/app/", "/" + NAME + "/"));
		}
	}

	private static void requireServed(Running running) throws Exception {
		Files.writeString(MOTD, "before");
		HttpRequest request = HttpRequest.newBuilder(running.uri("/motd"))
			.PUT(HttpRequest.BodyPublishers.ofString("Hello"))
			.header("Content-Type", "text/plain")
			.build();
		assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(200);
		assertThat(MOTD).hasContent("Hello");
	}

	// As a shell that the reader has opened in the directory of the project.
	private static Running run(String commands) throws Exception {
		String script = commands.replaceAll("(?m)(?<=^|\\s)java(?= -)", Matcher.quoteReplacement(RunningDemo.java()))
			.strip() + " --server.port=0\n";
		Path log = DIRECTORY.resolve("log");
		Process shell = new ProcessBuilder("/bin/sh", "-eu", "-c", script).directory(DIRECTORY.toFile())
			.redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start();
		shell.getOutputStream().close();
		Running running = new Running(shell, log);
		try {
			Awaitility.await().atMost(SOON).until(() -> !shell.isAlive() || PORT.matcher(Files.readString(log)).find());
			assertThat(shell.isAlive()).as(Files.readString(log)).isTrue();
			return running;
		}
		catch (Exception | AssertionError ex) {
			running.close();
			throw ex;
		}
	}

	private static Path compile() throws IOException {
		List<String> types = new ArrayList<>();
		String functions = block("java", "package com.example.app.privsep;");
		int settings = functions.indexOf("public record MotdSettings");
		types.add(functions.substring(0, settings));
		types.add("package com.example.app.privsep;\n" + functions.substring(settings));
		types
			.add("package com.example.app;\nimport com.example.app.privsep.Motd;\n" + block("java", "@RestController"));
		types.add("package com.example.app;\n" + """
				@org.springframework.boot.autoconfigure.SpringBootApplication
				public class Application {
					public static void main(String[] args) {
						org.springframework.boot.SpringApplication.run(Application.class, args);
					}
				}
				""");
		Path sources = Files.createDirectory(DIRECTORY.resolve("src"));
		Path classes = Files.createDirectory(DIRECTORY.resolve("target/classes"));
		List<String> arguments = new ArrayList<>(List.of("--release", "17", "-parameters", "-proc:none", "-cp",
				System.getProperty("java.class.path"), "-d", classes.toString()));
		for (String type : types) {
			Matcher name = Pattern.compile("(?:class|record) (\\w+)").matcher(type);
			assertThat(name.find()).isTrue();
			// what an IDE adds
			String source = type.replaceFirst("(?<=;\n)",
					"import java.io.*; import java.nio.file.*; import"
							+ " io.privsep.*; import org.springframework.stereotype.*; import"
							+ " org.springframework.web.bind.annotation.*;\n");
			arguments.add(Files.writeString(sources.resolve(name.group(1) + ".java"), source).toString());
		}
		ByteArrayOutputStream errors = new ByteArrayOutputStream();
		int status = ToolProvider.getSystemJavaCompiler().run(null, null, errors, arguments.toArray(String[]::new));
		assertThat(status).as(errors.toString(StandardCharsets.UTF_8)).isZero();
		return classes;
	}

	private static String block(String language, String part) throws IOException {
		Matcher blocks = BLOCK.matcher(Files.readString(PAGE));
		while (blocks.find()) {
			if (blocks.group(1).equals(language) && blocks.group(2).contains(part)) {
				return blocks.group(2);
			}
		}
		throw new AssertionError("There is nothing with '" + part + "' on " + PAGE);
	}

	private static boolean isRoot() {
		return "root".equals(System.getProperty("user.name"));
	}

	/**
	 * The application as the page's commands have started it.
	 *
	 * @param shell the shell that they run in
	 * @param file what all of them say
	 */
	private record Running(Process shell, Path file) implements AutoCloseable {

		String log() throws IOException {
			return Files.readString(this.file);
		}

		URI uri(String path) throws IOException {
			return URI.create("http://127.0.0.1:" + find(PORT) + path);
		}

		long helper() throws Exception {
			String health = http
				.send(HttpRequest.newBuilder(uri("/actuator/health")).build(), HttpResponse.BodyHandlers.ofString())
				.body();
			return JsonPath.<Number>read(health, "$.components.privsep.components.motd.details.pid").longValue();
		}

		private long find(Pattern pattern) throws IOException {
			Matcher matcher = pattern.matcher(log());
			assertThat(matcher.find()).as(log()).isTrue();
			return Long.parseLong(matcher.group(1));
		}

		@Override
		public void close() throws IOException {
			if (PID.matcher(log()).find()) {
				ProcessHandle.of(find(PID)).ifPresent(ProcessHandle::destroy);
			}
			else {
				this.shell.descendants().forEach(ProcessHandle::destroy);
			}
			this.shell.onExit().orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join();
		}

	}

}
