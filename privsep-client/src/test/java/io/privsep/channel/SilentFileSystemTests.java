package io.privsep.channel;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;

import org.awaitility.Awaitility;
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

	private final List<Thread> lookers = new CopyOnWriteArrayList<>();

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

	// The thread that reads sends what is in the queue, and must not wait for files.
	@Test
	void callInTheQueueHasTheFilesLookedAtByItsOwnCaller() throws Throwable {
		Channel channel = new TestContext(TABLE).calls(1, 4096, 10).channel(this::launch);
		channel.start();
		channel.awaitFirstStart();
		Functions.gate = new CountDownLatch(1);
		FutureTask<?> first = begin(channel);
		Awaitility.await().atMost(TestContext.LONG).until(() -> Functions.waits);
		FutureTask<?> second = begin(channel);
		Awaitility.await().atMost(TestContext.LONG).until(() -> channel.waiting() == 1);
		Functions.gate.countDown();
		first.get();
		second.get();
		assertThat(this.lookers).doesNotHaveDuplicates().hasSize(2);
		channel.close();
	}

	private static FutureTask<?> begin(Channel channel) {
		FutureTask<?> call = new FutureTask<>(() -> {
			try {
				return call(channel);
			}
			catch (Throwable ex) {
				throw new IllegalStateException(ex);
			}
		});
		new Thread(call).start();
		return call;
	}

	private static @Nullable Object call(Channel channel) throws Throwable {
		return channel.call(TABLE.functions().get(0), new Object[0], TestContext.LONG);
	}

	private LaunchedHelper launch(HelperDefinition definition) throws IOException {
		LaunchedHelper helper = this.inProcess.launch(definition);
		return (LaunchedHelper) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { LaunchedHelper.class }, (proxy, method, arguments) -> {
					if (method.getName().equals("isOutdated")) {
						this.lookers.add(Thread.currentThread());
						if (Thread.currentThread() == this.silent) {
							this.looks.countDown();
							this.answer.await();
						}
					}
					return method.getName().equals("hasMounts") ? true : method.invoke(helper, arguments);
				});
	}

	/** The function. */
	@PrivsepFunction("silent")
	static class Functions {

		static volatile CountDownLatch gate = new CountDownLatch(0);

		static volatile boolean waits;

		public int one() throws InterruptedException {
			waits = gate.getCount() > 0;
			gate.await();
			return 1;
		}

	}

}
