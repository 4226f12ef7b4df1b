package io.privsep.channel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.privsep.PrivsepFunction;
import io.privsep.definition.HelperDefinition;
import io.privsep.function.FunctionTable;
import io.privsep.launch.ChildHelper;
import io.privsep.launch.HelperProcess;
import io.privsep.launch.InProcessLauncher;
import io.privsep.launch.Launcher;
import io.privsep.linux.Tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How often a helper is started before the application is given up.
 */
class FirstStartTests {

	private static final Duration LONG = Duration.ofSeconds(120);

	private static final FunctionTable TABLE = FunctionTable.of("first", List.of(Functions.class));

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
				Arguments.of("not found", (Launcher) (each) -> start("exit 127")));
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
		channel.close();
	}

	private static HelperProcess start(String script) throws IOException {
		return ChildHelper.start("first", List.of("/bin/sh", "-c", "read x; " + script), Map.of(),
				ByteBuffer.wrap(new byte[] { '\n' }));
	}

	private Channel start(Launcher launcher) {
		HelperDefinition definition = new HelperDefinition("first",
				new HelperDefinition.Code(List.of(Functions.class.getName()), null, false), null, -1,
				new HelperDefinition.Calls(2, 4096, 250_000),
				new HelperDefinition.Logging("INFO", HelperDefinition.Logging.NO_AUDIT),
				new HelperDefinition.Confinement(0, false, null), null);
		Channel channel = new Channel(
				new ContextSettings(TABLE, definition, launcher, "x", List.of(), "in-process", LONG, LONG, LONG, LONG,
						LONG, LONG, 0, new ContextSettings.Backoff(LONG, LONG, 1), ContextSettings.Recycle.NEVER));
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
