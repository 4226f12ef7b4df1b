package io.privsep.connection;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ReplyFrames}.
 */
class ReplyFramesTests {

	private long now = 4711;

	@Test
	void nextWhenEachPartTakesLongComesBackAfterOne() throws IOException {
		SlowTransport transport = new SlowTransport(ByteBuffer.wrap(new byte[] { 0, 0, 0, 2, 7, 9 }),
				Duration.ofSeconds(1));
		ReplyFrames frames = new ReplyFrames(transport, 100, () -> this.now);
		for (int part = 1; part < 6; part++) {
			assertThat(frames.next()).isNull();
			assertThat(transport.bytes.position()).isEqualTo(part);
		}
		assertThat(frames.next()).isNotNull().satisfies((body) -> assertThat(body.getShort()).isEqualTo((short) 0x709));
	}

	@Test
	void nextWhenPartsAreQuickReadsThemAll() throws IOException {
		SlowTransport transport = new SlowTransport(ByteBuffer.wrap(new byte[] { 0, 0, 0, 2, 7, 9 }),
				Duration.ofMillis(1));
		assertThat(new ReplyFrames(transport, 100, () -> this.now).next()).isNotNull();
	}

	/** Has a byte for each read, which takes its time. */
	private final class SlowTransport extends UnusedTransport {

		private final ByteBuffer bytes;

		private final Duration each;

		SlowTransport(ByteBuffer bytes, Duration each) {
			this.bytes = bytes;
			this.each = each;
		}

		@Override
		public int read(ByteBuffer buffer) {
			ReplyFramesTests.this.now += this.each.toNanos();
			buffer.put(this.bytes.get());
			return 1;
		}

	}

}
