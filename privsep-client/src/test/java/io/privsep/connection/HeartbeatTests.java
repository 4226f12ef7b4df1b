package io.privsep.connection;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When a silent helper is pinged, and when it is missing, by a clock of the test.
 */
class HeartbeatTests {

	private static final long SECOND = 1_000_000_000;

	private final AtomicLong clock = new AtomicLong(17 * SECOND);

	private final AtomicInteger pings = new AtomicInteger();

	private final AtomicBoolean getsThrough = new AtomicBoolean(true);

	private final Heartbeat heartbeat = new Heartbeat(Duration.ofSeconds(10), this::ping, this.clock::get);

	@Test
	void helperThatSpeaksIsNotPinged() {
		for (int i = 0; i < 100; i++) {
			this.clock.addAndGet(9 * SECOND);
			assertThat(this.heartbeat.isMissing(this.clock.get() - 9 * SECOND)).isFalse();
		}
		assertThat(this.pings).hasValue(0);
	}

	@Test
	void helperIsPingedAfterTheIntervalAndMissingAfterAnother() {
		long last = this.clock.get();
		assertThat(isMissingAfter(9, last)).isFalse();
		assertThat(this.pings).hasValue(0);
		assertThat(isMissingAfter(1, last)).isFalse();
		assertThat(this.pings).hasValue(1);
		assertThat(this.heartbeat.untilNext(last, Duration.ofSeconds(1))).isEqualTo(10 * SECOND);
		assertThat(isMissingAfter(9, last)).isFalse();
		assertThat(isMissingAfter(1, last)).isTrue();
		assertThat(this.pings).hasValue(1);
	}

	@Test
	void helperThatSaysAnythingIsNotMissing() {
		long last = this.clock.get();
		isMissingAfter(10, last);
		assertThat(isMissingAfter(20, this.clock.get() + 19 * SECOND)).isFalse();
	}

	@Test
	void pingThatDoesNotGetThroughIsSentAgain() {
		long last = this.clock.get();
		this.getsThrough.set(false);
		isMissingAfter(10, last);
		assertThat(this.heartbeat.untilNext(last, Duration.ofSeconds(1))).isEqualTo(SECOND);
		this.getsThrough.set(true);
		assertThat(isMissingAfter(1, last)).isFalse();
		assertThat(isMissingAfter(1, last)).isFalse();
		assertThat(this.pings).hasValue(2);
	}

	@Test
	void pongsThatNobodyAskedForAreBoundedAndOneMoreEachMinute() {
		int taken = 0;
		while (this.heartbeat.take()) {
			taken++;
		}
		assertThat(taken).isEqualTo(1000);
		this.clock.addAndGet(120 * SECOND);
		assertThat(this.heartbeat.take()).isTrue();
		assertThat(this.heartbeat.take()).isFalse();
	}

	private boolean isMissingAfter(int seconds, long last) {
		this.clock.addAndGet(seconds * SECOND);
		return this.heartbeat.isMissing(last);
	}

	private boolean ping() {
		this.pings.incrementAndGet();
		return this.getsThrough.get();
	}

}
