package io.privsep.rights;

import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ThreadRights}.
 */
class ThreadRightsTests {

	private static final int READINGS = 2_000;

	@Test
	void ofAllThreadsWhenThreadsEndMeanwhileLeavesThemOut() throws Exception {
		AtomicBoolean enough = new AtomicBoolean();
		Thread starter = new Thread(() -> {
			while (!enough.get()) {
				Thread thread = new Thread(() -> {
				});
				thread.start();
				join(thread);
			}
		});
		starter.start();
		try {
			ThreadRights own = ThreadRights.ofThisProcess();
			for (int i = 0; i < READINGS; i++) {
				Map<String, ThreadRights> rights = ThreadRights.ofAllThreads();
				assertThat(rights).containsKey(Long.toString(ProcessHandle.current().pid()));
				assertThat(rights.values()).containsOnly(own);
			}
		}
		finally {
			enough.set(true);
			join(starter);
		}
	}

	private static void join(Thread thread) {
		try {
			thread.join();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
