package io.privsep.channel;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.privsep.PrivsepFunction;
import io.privsep.definition.HelperDefinition;
import io.privsep.function.FunctionTable;
import io.privsep.launch.InProcessLauncher;
import io.privsep.launch.LaunchedHelper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A caller that looks at the files of a helper's sandbox, which may be on a file system
 * that does not answer, holds nobody else.
 */
class SilentFileSystemTests {

	private static final FunctionTable TABLE = FunctionTable.of("silent", List.of(Functions.class));

	private final InProcessLauncher inProcess = new InProcessLauncher(getClass().getClassLoader());

	private final CountDownLatch looks = new CountDownLatch(1);

	private final CountDownLatch answer = new CountDownLatch(1);

	private volatile @Nullable Thread silent;

	@Test
	void callerWhoLooksAtFilesKeepsNeitherOthersNorHealthNorTheEnd() throws Throwable {
		Channel channel = new TestContext(TABLE).channel(this::launch);
		channel.start();
		channel.awaitFirstStart();
		Thread caller = new Thread(() -> {
			try {
				call(channel);
			}
			catch (Throwable ex) {
				// the channel is closed meanwhile
			}
		});
		this.silent = caller;
		caller.start();
		this.looks.await();
		try {
			assertThat(call(channel)).isEqualTo(1);
			assertThat(channel.status().state()).isEqualTo(ChannelState.RUNNING);
			channel.close();
			assertThat(channel.status().state()).isEqualTo(ChannelState.STOPPED);
			assertThat(caller.isAlive()).isTrue();
		}
		finally {
			this.answer.countDown();
			caller.join();
		}
	}

	private static @Nullable Object call(Channel channel) throws Throwable {
		return channel.call(TABLE.functions().get(0), new Object[0], TestContext.LONG);
	}

	private LaunchedHelper launch(HelperDefinition definition) throws IOException {
		return TestContext.before(this.inProcess.launch(definition), (method) -> {
			if (method.equals("isOutdated") && Thread.currentThread() == this.silent) {
				this.looks.countDown();
				this.answer.await();
			}
		});
	}

	/** The function. */
	@PrivsepFunction("silent")
	static class Functions {

		public int one() {
			return 1;
		}

	}

}
