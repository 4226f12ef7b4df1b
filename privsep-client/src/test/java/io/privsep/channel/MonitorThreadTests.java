package io.privsep.channel;

import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;

import io.privsep.channel.MonitorThread.LeftBehindException;
import io.privsep.connection.Connection;
import io.privsep.connection.Lifespan;
import io.privsep.connection.Machine;
import io.privsep.connection.Slots;
import io.privsep.connection.UnusedTransport;
import io.privsep.launch.HelperProcess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link MonitorThread}.
 */
class MonitorThreadTests {

	@Test
	void threadThatDoesNotComeBackIsWokenWithinTwoSecondsAndThenLeftBehind() throws Exception {
		StuckTransport transport = new StuckTransport();
		Connection connection = new Connection("net", transport, 4096, new Slots(1), (line) -> {
		}, Duration.ZERO, new Lifespan(null, null, System::nanoTime, () -> true, null));
		MonitorThread monitor = new MonitorThread("privsep-stuck-monitor", Machine.OF_JVM);
		CountDownLatch comesBack = new CountDownLatch(1);
		try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
			monitor.watch(connection, new HelperProcess(channel, "ended"));
			assertThatExceptionOfType(LeftBehindException.class).isThrownBy(() -> monitor.call(() -> {
				comesBack.await();
				return null;
			}));
		}
		finally {
			comesBack.countDown();
			monitor.end();
		}
		assertThat(MonitorThread.LOOK.multipliedBy(transport.looksBeforeWoken)).isPositive()
			.isLessThan(Duration.ofSeconds(2));
		assertThat(transport.wasOpen).isFalse();
		assertThat(connection.reason()).hasMessageContaining("does not come back");
		assertThat(MonitorThread.LOOK.multipliedBy(transport.looks)).isLessThanOrEqualTo(Duration.ofSeconds(4));
	}

	/** A thread is in it all the time. */
	private static final class StuckTransport extends UnusedTransport {

		private int looks;

		private int looksBeforeWoken;

		private boolean isStopped;

		private boolean wasOpen;

		@Override
		public long visit() {
			this.looks++;
			return 1;
		}

		@Override
		public void interrupt(long visit) {
			if (this.looksBeforeWoken == 0) {
				this.looksBeforeWoken = this.looks;
				this.wasOpen = !this.isStopped;
			}
		}

		@Override
		public void wakeWriter() {
			this.isStopped = true;
		}

		@Override
		public void wakeReader() {
			// nobody is woken by that
		}

	}

}
