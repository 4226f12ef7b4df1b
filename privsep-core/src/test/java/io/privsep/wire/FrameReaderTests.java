package io.privsep.wire;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link FrameReader}: what a peer can do with the pieces of frames.
 */
class FrameReaderTests {

	private static final int MAX_LENGTH = 1 << 20;

	private final Pieces pieces = new Pieces();

	private final AtomicLong now = new AtomicLong(-Duration.ofDays(1).toNanos());

	private final FrameReader reader = new FrameReader(this.pieces, MAX_LENGTH, this.now::get);

	@Test
	void nextWhenBytesComeOneByOneReturnsTheFrames() throws IOException {
		byte[] frames = HexFormat.of().parseHex("0000000103" + "000000050200000007");
		int complete = 0;
		for (byte each : frames) {
			this.pieces.add(each);
			FrameBody body = this.reader.next();
			if (body != null) {
				assertThat(Request.read(body))
					.isEqualTo((complete++ == 0) ? new Request.Ping() : new Request.Cancel(7));
			}
		}
		assertThat(complete).isEqualTo(2);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, MAX_LENGTH + 1 })
	void nextWhenLengthIsImpossibleTakesNoMemory(int length) {
		this.pieces.add(ByteBuffer.allocate(4).putInt(length).array());
		assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(this.reader::next)
			.withMessage("A frame of " + length + " bytes where 1 to " + MAX_LENGTH + " are allowed");
	}

	@ParameterizedTest
	@ValueSource(strings = { "00", "000000", "00000005", "0000000502", "00010000" })
	void nextWhenConnectionEndsWithinAFrameThrowsEof(String half) throws IOException {
		this.pieces.add(HexFormat.of().parseHex(half));
		assertThat(this.reader.next()).isNull();
		this.pieces.ended = true;
		assertThatExceptionOfType(EOFException.class).isThrownBy(this.reader::next)
			.withMessage("The connection ended within a frame");
	}

	@Test
	void unfinishedForIsZeroBetweenFrames() throws IOException {
		assertThat(this.reader.next()).isNull();
		pass(Duration.ofHours(1));
		assertThat(this.reader.unfinishedFor()).isZero();
		this.pieces.add(HexFormat.of().parseHex("0000000103"));
		assertThat(this.reader.next()).isNotNull();
		assertThat(this.reader.next()).isNull();
		pass(Duration.ofHours(1));
		assertThat(this.reader.unfinishedFor()).isZero();
	}

	@Test
	void unfinishedForIsTheTimeSinceTheFirstByteNotSinceTheLast() throws IOException {
		for (String piece : new String[] { "00", "00", "0005", "02", "000000" }) {
			this.pieces.add(HexFormat.of().parseHex(piece));
			assertThat(this.reader.next()).isNull();
			pass(Duration.ofSeconds(1));
		}
		assertThat(this.reader.unfinishedFor()).isBetween(Duration.ofMillis(4999), Duration.ofSeconds(5));
		this.pieces.add(HexFormat.of().parseHex("07" + "00"));
		assertThat(this.reader.next()).isNotNull();
		assertThat(this.reader.unfinishedFor()).isZero();
		assertThat(this.reader.next()).isNull();
		pass(Duration.ofSeconds(2));
		assertThat(this.reader.unfinishedFor()).isBetween(Duration.ofMillis(1999), Duration.ofSeconds(2));
	}

	private void pass(Duration time) {
		this.now.addAndGet(time.toNanos());
	}

	/**
	 * A channel that does not block, and delivers what it was given in the same pieces.
	 */
	private static final class Pieces implements ReadableByteChannel {

		private final Deque<ByteBuffer> left = new ArrayDeque<>();

		private boolean ended;

		void add(byte... piece) {
			this.left.add(ByteBuffer.wrap(piece));
		}

		@Override
		public int read(ByteBuffer target) {
			ByteBuffer piece = this.left.peek();
			if (piece == null) {
				return this.ended ? -1 : 0;
			}
			int count = Math.min(piece.remaining(), target.remaining());
			target.put(piece.slice(piece.position(), count));
			piece.position(piece.position() + count);
			if (!piece.hasRemaining()) {
				this.left.remove();
			}
			return count;
		}

		@Override
		public boolean isOpen() {
			return true;
		}

		@Override
		public void close() {
		}

	}

}
