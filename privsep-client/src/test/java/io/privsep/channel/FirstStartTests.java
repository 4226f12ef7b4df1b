package io.privsep.channel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.privsep.PrivsepFunction;
import io.privsep.command.CodePath;
import io.privsep.command.JavaCommand;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.function.FunctionTable;
import io.privsep.launch.AuditFiles;
import io.privsep.launch.ChildHelper;
import io.privsep.launch.HelperProcess;
import io.privsep.launch.InProcessLauncher;
import io.privsep.launch.Launcher;
import io.privsep.linux.Tools;
import io.privsep.rights.Capabilities;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How often a helper is started before the application is given up.
 */
class FirstStartTests {

	private static final FunctionTable TABLE = FunctionTable.of("first", List.of(Functions.class));

	/** Where everybody may write. */
	private static final Path DIRECTORY_OF_ALL = Path.of("/tmp");

	private static final Rights OF_OTHERS = new Rights(62999, 62999, List.of(), Capabilities.NONE);

	private final Launcher inProcess = new InProcessLauncher(getClass().getClassLoader());

	private final AtomicInteger starts = new AtomicInteger();

	static Stream<Arguments> races() {
		return Stream.of(Arguments.of("no process", (Launcher) (each) -> {
			throw new IOException("Cannot run program 'env': Resource temporarily unavailable");
		}), Arguments.of("a program that is being replaced", (Launcher) (each) -> start("exit 1")),
				Arguments.of("killed", (Launcher) (each) -> start("kill -9 $$")),
				Arguments.of("no memory", (Launcher) (each) -> {
					throw new OutOfMemoryError("unable to create native thread");
				}));
	}

	static Stream<Arguments> refusals() {
		return Stream.of(Arguments.of("no program", (Launcher) (each) -> {
			Tools.find("privsep-no-such-program");
			throw new IOException("it is there");
		}), Arguments.of("no helper", new InProcessLauncher(ClassLoader.getPlatformClassLoader())),
				Arguments.of("refused", (Launcher) (each) -> start("exit 78")),
				Arguments.of("a bean threw", (Launcher) (each) -> start("exit 70")),
				Arguments.of("not found", (Launcher) (each) -> start("exit 127")),
				Arguments.of("code that others could change", (Launcher) (each) -> {
					new JavaCommand(program(), List.of(DIRECTORY_OF_ALL.resolve("privsep-no-such.jar")), false, 1,
							List.of())
						.requireTrusted();
					throw new IOException("only root could change it");
				}), Arguments.of("an option that brings code", (Launcher) (each) -> {
					new JavaCommand(program(), List.of(), false, 1, List.of("-javaagent:/privsep-no-such.jar"))
						.requireTrusted();
					throw new IOException("it brings none");
				}), Arguments.of("code that the helper cannot read", (Launcher) (each) -> {
					Path own = Files.createTempDirectory("privsep-");
					try {
						CodePath.requireReadable(new JavaCommand(program(), List.of(own), false, 1, List.of()),
								OF_OTHERS, true);
					}
					finally {
						Files.delete(own);
					}
					throw new IOException("it can read it");
				}), Arguments.of("an audit that others could replace", (Launcher) (each) -> {
					AuditFiles.make(DIRECTORY_OF_ALL.resolve("privsep-no-such/first.log"), OF_OTHERS);
					throw new IOException("only root could replace it");
				}));
	}

	private static Path program() {
		return Path.of(System.getProperty("java.home"), "bin", "java");
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("races")
	void startThatMayHaveFailedByARaceIsTriedAgainBeforeTheApplicationIsGivenUp(String what, Launcher failing)
			throws Exception {
		Channel channel = start(
				(each) -> (this.starts.getAndIncrement() == 0) ? failing.launch(each) : this.inProcess.launch(each));
		channel.awaitFirstStart();
		assertThat(channel.status().state()).isEqualTo(ChannelState.RUNNING);
		assertThat(this.starts).hasValue(2);
		// it stays there to be read
		assertThat(channel.status().lastFailure()).isNotNull();
		channel.close();
	}

	@Test
	void startThatFailsTwiceGivesTheApplicationUpWithItsReason() throws Exception {
		Channel channel = start((each) -> {
			throw new IOException("start " + this.starts.incrementAndGet() + " failed");
		});
		assertThatExceptionOfType(HelperStartException.class).isThrownBy(channel::awaitFirstStart)
			.withMessage("the helper was not started: start 2 failed");
		assertThat(this.starts).hasValue(2);
		channel.close();
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("refusals")
	void startThatWouldFailAgainGivesTheApplicationUpAtOnce(String what, Launcher failing) {
		Channel channel = start((each) -> {
			this.starts.incrementAndGet();
			return failing.launch(each);
		});
		assertThatExceptionOfType(HelperStartException.class).isThrownBy(channel::awaitFirstStart);
		assertThat(this.starts).hasValue(1);
		// what ends the start of the application early
		assertThat(channel.isHopeless()).isTrue();
		channel.close();
	}

	private static HelperProcess start(String script) throws IOException {
		return ChildHelper.start("first", List.of("/bin/sh", "-c", "read x; " + script), Map.of(),
				ByteBuffer.wrap(new byte[] { '\n' }));
	}

	private Channel start(Launcher launcher) {
		Channel channel = new TestContext(TABLE).inProcess().channel(launcher);
		channel.start();
		return channel;
	}

	/** The function. */
	@PrivsepFunction("first")
	static class Functions {

		public int one() {
			return 1;
		}

	}

}
