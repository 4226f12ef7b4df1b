package io.privsep.channel;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.privsep.PrivsepFunction;
import io.privsep.definition.HelperDefinition;
import io.privsep.function.FunctionTable;
import io.privsep.launch.HelperProcess;
import io.privsep.launch.InProcessLauncher;
import io.privsep.launch.LaunchedHelper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever is thrown where a helper is ended, the next one is started.
 */
class FailingEndTests {

	private static final FunctionTable TABLE = FunctionTable.of("ends", List.of(Functions.class));

	private final InProcessLauncher inProcess = new InProcessLauncher(getClass().getClassLoader());

	private final AtomicInteger starts = new AtomicInteger();

	private final AtomicInteger kills = new AtomicInteger();

	private volatile @Nullable HelperProcess first;

	@Test
	void helperWhoseEndCannotBeFoundOutIsKilledAndTheNextOneServes() throws Throwable {
		Channel channel = new TestContext(TABLE).backoff(Duration.ofMillis(1)).channel(this::launch);
		channel.start();
		channel.awaitFirstStart();
		TestContext.end(Objects.requireNonNull(this.first));
		Awaitility.await().atMost(TestContext.LONG).until(() -> this.starts.get() == 2);
		assertThat(channel.call(TABLE.functions().get(0), new Object[0], TestContext.LONG)).isEqualTo(1);
		assertThat(this.kills).hasValue(1);
		assertThat(channel.status().lastFailure()).contains(" is left behind: ");
		assertThat(channel.status().state()).isEqualTo(ChannelState.RUNNING);
		channel.close();
		assertThat(channel.status().state()).isEqualTo(ChannelState.STOPPED);
	}

	private LaunchedHelper launch(HelperDefinition definition) throws IOException {
		HelperProcess helper = this.inProcess.launch(definition);
		if (this.starts.incrementAndGet() > 1) {
			return helper;
		}
		this.first = helper;
		return TestContext.before(helper, (method) -> {
			if (method.equals("end")) {
				throw new UnsupportedOperationException("the process was reaped");
			}
			if (method.equals("kill")) {
				this.kills.incrementAndGet();
				throw new OutOfMemoryError("and cannot be signalled");
			}
		});
	}

	/** The function. */
	@PrivsepFunction("ends")
	static class Functions {

		public int one() {
			return 1;
		}

	}

}
