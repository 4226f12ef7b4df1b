package io.privsep.launch;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

import io.privsep.wire.LogLine;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a helper logs in an application with Log4j 2, which takes the keys and values of
 * an event for the context of its thread, and may choose a file by that.
 */
class Log4jKeysTests {

	@TempDir
	private Path configuration;

	@TempDir
	private Path written;

	@Test
	void keysOfAHelperChooseNoFileOfTheApplication() throws Exception {
		Files.writeString(this.configuration.resolve("log4j2.xml"), """
				<Configuration>
					<Appenders>
						<Null name="none"/>
						<Console name="out"><PatternLayout pattern="%%m %%X%%n"/></Console>
						<Routing name="files">
							<Routes pattern="$${ctx:tenant}">
								<Route><File name="f" fileName="%s/${ctx:tenant}"/></Route>
								<Route key="$${ctx:tenant}" ref="none"/>
							</Routes>
						</Routing>
					</Appenders>
					<Loggers>
						<Root level="trace"><AppenderRef ref="out"/><AppenderRef ref="files"/></Root>
					</Loggers>
				</Configuration>
				""".formatted(this.written));
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:-UsePerfData", "-cp", classPath(), Application.class.getName())
			.redirectErrorStream(true)
			.start();
		process.getOutputStream().close();
		String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor()).as(out).isZero();
		assertThat(out.lines()).containsExactly("own {tenant=application}",
				"helper's {privsep.context=net, privsep.event.helper.privsep.context=forged,"
						+ " privsep.event.tenant=helper}");
		try (Stream<Path> files = Files.list(this.written)) {
			assertThat(files.map((file) -> file.getFileName().toString())).containsExactly("application");
		}
	}

	private String classPath() throws IOException {
		List<String> own = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> !entry.contains("logback") && !entry.contains("log4j-to-slf4j"))
			.toList();
		try (Stream<Path> core = Files.list(Path.of("target/log4j-core"));
				Stream<Path> provider = Files.list(Path.of("target/log4j-slf4j2-impl"))) {
			return Stream
				.of(Stream.of(this.configuration.toString()), core.map(Path::toString), provider.map(Path::toString),
						own.stream())
				.flatMap((entries) -> entries)
				.collect(Collectors.joining(File.pathSeparator));
		}
	}

	/** Logs an event of its own, and one of a helper. */
	static final class Application {

		private Application() {
		}

		public static void main(String[] args) {
			MDC.put("tenant", "application");
			LoggerFactory.getLogger("own").info("own");
			MDC.clear();
			new HelperEvents(new OwnLoggers("net", Set.of("a.helper"), List.of()))
				.log(new LogLine("INFO", "a.helper.Motd", "t", Map.of(), "helper's", "",
						Map.of("tenant", "helper", "privsep.context", "forged"), 0));
		}

	}

}
