package io.privsep.channel;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.privsep.PrivsepFunction;
import io.privsep.PrivsepUnavailableException;
import io.privsep.definition.HelperDefinition;
import io.privsep.function.FunctionTable;
import io.privsep.launch.HelperProcess;
import io.privsep.launch.InProcessLauncher;
import io.privsep.launch.Launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A channel whose helpers have ended, and whose application cannot start others, such as
 * one that has dropped root.
 */
class LostChannelTests {

	private static final Duration LONG = Duration.ofSeconds(120);

	private static final FunctionTable TABLE = FunctionTable.of("lost", List.of(Functions.class));

	private final Queue<HelperProcess> started = new ConcurrentLinkedQueue<>();

	private volatile @Nullable String obstacle;

	private volatile boolean fails;

	@Test
	void channelWhoseLastHelperEndsIsLostAndItsCallsFailAtOnce() throws Exception {
		Channel channel = startedChannel(0);
		dropRights(channel);
		assertThat(call(channel)).isEqualTo(1);
		assertThat(channel.status().state()).isEqualTo(ChannelState.RUNNING);
		TestContext.end(this.started.element());
		awaitLost(channel);
		// and not after the queue-timeout, which is longer than this test may take
		assertThatExceptionOfType(PrivsepUnavailableException.class).isThrownBy(() -> call(channel))
			.withMessageContaining("(helper LOST, ");
		assertThatExceptionOfType(ExecutionException.class)
			.isThrownBy(() -> channel.callAsynchronously(TABLE.functions().get(0), new Object[0], LONG).get())
			.withCauseInstanceOf(PrivsepUnavailableException.class);
		// the back-off is as long as the test may take: nothing is tried any more
		awaitNoSupervisor();
		assertThat(this.started).hasSize(1);
		assertThat(channel.status().lastFailure())
			.startsWith("no helper is left, and none can be started, as the application has dropped root; restart the"
					+ " application. To survive the end of a helper, set 'privsep.contexts.lost.standby', or use another"
					+ " launcher. The last failure: helper ended (in-process helper ended): ");
		channel.close();
		assertThat(channel.status().state()).isEqualTo(ChannelState.STOPPED);
	}

	@Test
	void sparesServeBeforeTheChannelIsLost() throws Exception {
		Channel channel = startedChannel(1);
		dropRights(channel);
		HelperProcess serving = this.started.element();
		TestContext.end(serving);
		while (channel.status().spares() > 0) {
			Thread.sleep(1);
		}
		assertThat(channel.status().state()).isEqualTo(ChannelState.RUNNING);
		assertThat(call(channel)).isEqualTo(1);
		assertThat(this.started).hasSize(2);
		TestContext.end(last());
		awaitLost(channel);
		assertThat(this.started).hasSize(2);
		channel.close();
	}

	@Test
	void callThatWaitsForAHelperFailsWhenTheChannelIsLost() throws Exception {
		this.fails = true;
		Channel channel = channel(0);
		channel.start();
		while (channel.status().state() != ChannelState.BACKOFF) {
			Thread.sleep(1);
		}
		Thread dropping = new Thread(() -> {
			while (Thread.getAllStackTraces().keySet().stream().noneMatch(LostChannelTests::isWaiting)) {
				Thread.onSpinWait();
			}
			dropRights(channel);
		});
		dropping.start();
		Thread.currentThread().setName("waits-for-a-helper");
		assertThatExceptionOfType(PrivsepUnavailableException.class).isThrownBy(() -> call(channel))
			.withMessageContaining("(helper LOST, ");
		assertThat(channel.status().lastFailure()).startsWith("no helper is left, and none can be started")
			.endsWith("The last failure: the helper was not started: no such program");
		channel.close();
		assertThat(channel.status().state()).isEqualTo(ChannelState.STOPPED);
	}

	private static boolean isWaiting(Thread thread) {
		return thread.getName().equals("waits-for-a-helper") && thread.getState() == Thread.State.TIMED_WAITING;
	}

	private static void awaitLost(Channel channel) throws InterruptedException {
		while (channel.status().state() != ChannelState.LOST
				|| !String.valueOf(channel.status().lastFailure()).contains("The last failure: ")) {
			Thread.sleep(1);
		}
	}

	private static void awaitNoSupervisor() throws InterruptedException {
		while (Thread.getAllStackTraces().keySet().stream().anyMatch((each) -> each.getName().equals("privsep-lost"))) {
			Thread.sleep(1);
		}
	}

	private void dropRights(Channel channel) {
		this.obstacle = "the application has dropped root";
		channel.rightsChanged();
	}

	private HelperProcess last() {
		return List.copyOf(this.started).get(this.started.size() - 1);
	}

	private Channel startedChannel(int standby) throws Exception {
		Channel channel = channel(standby);
		channel.start();
		channel.awaitFirstStart();
		return channel;
	}

	private Channel channel(int standby) {
		InProcessLauncher inProcess = new InProcessLauncher(getClass().getClassLoader());
		Launcher launcher = new Launcher() {

			@Override
			public HelperProcess launch(HelperDefinition each) throws IOException {
				if (LostChannelTests.this.fails) {
					throw new IOException("no such program");
				}
				HelperProcess helper = inProcess.launch(each);
				LostChannelTests.this.started.add(helper);
				return helper;
			}

			@Override
			public @Nullable String obstacle(HelperDefinition each) {
				return LostChannelTests.this.obstacle;
			}

		};
		return new TestContext(TABLE).inProcess().standby(standby).channel(launcher);
	}

	private static @Nullable Object call(Channel channel) throws Exception {
		try {
			return channel.call(TABLE.functions().get(0), new Object[0], LONG);
		}
		catch (Exception | Error ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** The function. */
	@PrivsepFunction("lost")
	static class Functions {

		public int one() {
			return 1;
		}

	}

}
