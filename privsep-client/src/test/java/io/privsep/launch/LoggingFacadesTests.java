package io.privsep.launch;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import io.privsep.PrivsepFunction;
import io.privsep.command.JavaCommand;
import io.privsep.definition.AuditPlace;
import io.privsep.definition.DefinitionFrame;
import io.privsep.definition.HelperDefinition;
import io.privsep.function.FunctionTable;
import io.privsep.wire.FrameBody;
import io.privsep.wire.FrameReader;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.Protocol;
import io.privsep.wire.Reply;
import io.privsep.wire.Request;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever a function or a library logs with, the logging systems of the application do
 * not run in its helper, and obey no file there.
 */
@EnabledOnOs(OS.LINUX)
class LoggingFacadesTests {

	private static final String CONTEXT = "facades";

	private static final int MAX_MESSAGE = 4096;

	private static final FunctionTable TABLE = FunctionTable.of(CONTEXT, List.of(Functions.class));

	@TempDir
	Path configuration;

	@TempDir
	Path written;

	@Test
	void everyFacadeEndsInTheHelpersProviderWhereLog4jHasItsBridge() throws Exception {
		List<String> lines = log(true);
		assertNothingWritten();
		assertThat(lines).contains("facades.jboss by jboss", "facades.commons by commons", "facades.log4j by log4j")
			.noneMatch((line) -> line.contains("by jul"));
	}

	@Test
	void log4jCoreDoesNotRunAndObeysNoFile() throws Exception {
		List<String> lines = log(false);
		assertNothingWritten();
		assertThat(lines).contains("facades.jboss by jboss", "facades.commons by commons")
			.anyMatch((line) -> line.contains("by log4j"))
			.noneMatch((line) -> line.contains("by jul"));
	}

	private void assertNothingWritten() throws IOException {
		try (Stream<Path> files = Files.list(this.written)) {
			assertThat(files).isEmpty();
		}
	}

	private void configure() throws IOException {
		Files.writeString(this.configuration.resolve("log4j2.xml"), """
				<Configuration>
					<Appenders><File name="f" fileName="%s/log4j2"/></Appenders>
					<Loggers><Root level="trace"><AppenderRef ref="f"/></Root></Loggers>
				</Configuration>
				""".formatted(this.written));
		Files.writeString(this.configuration.resolve("logging.properties"), """
				handlers=java.util.logging.FileHandler
				java.util.logging.FileHandler.pattern=%s/jul
				""".formatted(this.written));
		Files.writeString(this.configuration.resolve("log4j2.simplelog.properties"),
				"org.apache.logging.log4j.simplelog.logFile=%s/simple\n".formatted(this.written));
		Files.writeString(this.configuration.resolve("log4j2.component.properties"), """
				log4j2.loggerContextFactory=org.apache.logging.log4j.core.impl.Log4jContextFactory
				log4j2.configurationFile=%s/log4j2.xml
				org.apache.logging.log4j.simplelog.logFile=%s/simple
				""".formatted(this.configuration, this.written));
		Files.writeString(this.configuration.resolve("commons-logging.properties"),
				"org.apache.commons.logging.LogFactory=org.apache.commons.logging.impl.Log4jApiLogFactory\n");
		Files.writeString(this.configuration.resolve("log4j.properties"), """
				log4j.rootLogger=TRACE, f
				log4j.appender.f=org.apache.log4j.FileAppender
				log4j.appender.f.File=%s/log4j
				""".formatted(this.written));
	}

	private List<String> log(boolean withBridge) throws Exception {
		configure();
		ListAppender<ILoggingEvent> events = new ListAppender<>();
		events.start();
		Logger logger = (Logger) LoggerFactory.getLogger("io.privsep.helper." + CONTEXT);
		logger.addAppender(events);
		HelperDefinition definition = new HelperDefinition(CONTEXT,
				new HelperDefinition.Code(List.of(Functions.class.getName()), null), null, -1,
				new HelperDefinition.Calls(1, MAX_MESSAGE, 250_000),
				new HelperDefinition.Logging("INFO", new AuditPlace.Off()),
				new HelperDefinition.Confinement(0, false, null), null);
		HelperProcess helper = ChildHelper.start(CONTEXT,
				DirectLauncher
					.chain(command(withBridge), null, new HelperDefinition.Confinement(0, false, null), Map.of(), 0)
					.command(),
				Map.of(), DefinitionFrame.write(definition));
		try {
			FrameReader reader = new FrameReader(helper.connection(), Protocol.maxFrameLength(MAX_MESSAGE));
			assertThat(Reply.read(next(reader, helper))).isInstanceOf(Reply.Ready.class);
			helper.ready();
			helper.connection()
				.write(Request.Call.write(new FrameWriter(Protocol.maxFrameLength(MAX_MESSAGE)), 1, 0, (out) -> {
				}).toBytes());
			assertThat(Reply.read(next(reader, helper))).isInstanceOf(Reply.Returned.class);
			Awaitility.await()
				.atMost(Duration.ofMinutes(2))
				.until(() -> lines(events).stream().anyMatch((line) -> line.contains("the end")));
			return lines(events);
		}
		finally {
			helper.end();
			logger.detachAppender(events);
		}
	}

	private static FrameBody next(FrameReader reader, HelperProcess helper) throws IOException {
		try {
			return Objects.requireNonNull(reader.next());
		}
		catch (IOException ex) {
			throw new IOException(helper.end().text() + ": " + helper.stderrTail(), ex);
		}
	}

	private static List<String> lines(ListAppender<ILoggingEvent> events) {
		String below = "io.privsep.helper." + CONTEXT + ".";
		return List.copyOf(events.list)
			.stream()
			.map((event) -> event.getLoggerName().replace(below, "") + " " + event.getFormattedMessage())
			.toList();
	}

	private JavaCommand command(boolean withBridge) throws IOException {
		List<Path> classPath = new ArrayList<>();
		classPath.add(this.configuration);
		try (Stream<Path> jars = Files.list(Path.of("target/log4j-core"))) {
			jars.forEach((jar) -> classPath.add(jar.toAbsolutePath()));
		}
		assertThat(classPath).hasSize(2);
		for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
			if (withBridge || !entry.contains("log4j-to-slf4j")) {
				classPath.add(Path.of(entry));
			}
		}
		JavaCommand own = JavaCommand.ofThisApplication(64 << 20, List.of());
		return new JavaCommand(own.java(), classPath, false, 64 << 20, List.of());
	}

	static class Functions {

		@PrivsepFunction(CONTEXT)
		public void log() {
			org.jboss.logging.Logger.getLogger("facades.jboss").warn("by jboss");
			org.apache.commons.logging.LogFactory.getLog("facades.commons").warn("by commons");
			org.apache.logging.log4j.LogManager.getLogger("facades.log4j").warn("by log4j");
			java.util.logging.Logger.getLogger("facades.jul").warning("by jul");
			LoggerFactory.getLogger("facades").warn("the end");
		}

	}

}
