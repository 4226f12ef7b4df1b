package io.privsep.wire;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Frame}: large arrays that go before their message.
 */
class AttachmentTests {

	private static final int MAX_LENGTH = 1 << 20;

	private static final int LEAST = Frame.MIN_ATTACHMENT;

	@Test
	void writeReturnsTheseBytes() {
		byte[] array = array(LEAST, 5);
		ByteBuffer bytes = returned(array).toBytes();
		assertThat(hex(bytes, 0, 7)).isEqualTo("00008001" + "7f" + "0505");
		assertThat(hex(bytes, 5 + LEAST, bytes.limit())).isEqualTo("00000009" + "42" + "00000001" + "ffffffff");
	}

	@Test
	void smallArrayIsAPartOfTheMessage() {
		assertThat(hex(returned(array(LEAST - 1, 5)).toBytes(), 0, 13))
			.isEqualTo("00008008" + "42" + "00000001" + "00007fff");
	}

	@Test
	void arrayIsNotCopiedOnTheWayIntoTheFrame() {
		byte[] array = array(LEAST, 5);
		Frame frame = returned(array);
		array[0] = 9;
		assertThat(hex(frame.toBytes(), 5, 7)).isEqualTo("0905");
	}

	@Test
	void readWhenBytesComeInAnyPiecesReturnsEachArrayInItsPlace() throws IOException {
		Frame frame = Reply.Returned.write(new FrameWriter(MAX_LENGTH), 7,
				(out) -> out.putBytes(array(LEAST, 1)).putBytes(array(3, 2)).putBytes(array(300_000, 3)).putInt(4));
		byte[] bytes = frame.toBytes().array();
		for (int size : new int[] { 1, 7, LEAST, LEAST + 5, 100_000, Integer.MAX_VALUE }) {
			FrameReader reader = reader(bytes, size);
			FrameBody body = null;
			while (body == null) {
				body = reader.next();
			}
			FrameBody result = ((Reply.Returned) Reply.read(body)).result();
			assertThat(result.getBytes()).isEqualTo(array(LEAST, 1));
			assertThat(result.getBytes()).isEqualTo(array(3, 2));
			assertThat(result.getBytes()).isEqualTo(array(300_000, 3));
			assertThat(result.getInt()).isEqualTo(4);
			result.expectEnd();
			assertThatExceptionOfType(EOFException.class).isThrownBy(reader::next).withMessage("The connection ended");
		}
	}

	@Test
	void sendWhenChannelTakesAnyPiecesSendsTheSameBytes() throws IOException {
		for (int size : new int[] { 1, 7, 100_000, Integer.MAX_VALUE }) {
			Sink sink = new Sink(size);
			FrameSender sender = new FrameSender(sink);
			assertThat(sender.add(new Request.Ping().write(new FrameWriter(100)))).isTrue();
			Frame frame = returned(array(400_000, 6));
			assertThat(sender.add(frame)).isFalse();
			int stops = 0;
			while (!sender.send(frame)) {
				stops++;
			}
			assertThat(sender.remaining()).isZero();
			assertThat(stops).isEqualTo((size == Integer.MAX_VALUE) ? 0 : sink.writes / 2);
			assertThat(sink.taken.flip()).isEqualTo(ByteBuffer.allocate(MAX_LENGTH)
				.put(HexFormat.of().parseHex("0000000103"))
				.put(returned(array(400_000, 6)).toBytes())
				.flip());
		}
	}

	@Test
	void withdrawnFrameIsNotSentAndThoseBeforeItAre() throws IOException {
		Sink sink = new Sink(2);
		FrameSender sender = new FrameSender(sink);
		assertThat(sender.add(new Request.Ping().write(new FrameWriter(100)))).isTrue();
		assertThat(sender.flush()).isFalse();
		Frame frame = new Request.Cancel(7).write(new FrameWriter(100));
		long length = frame.remaining();
		assertThat(sender.send(frame)).isFalse();
		sender.withdraw((int) (length - frame.remaining()));
		while (!sender.flush()) {
			// it takes two bytes at a time
		}
		Frame next = new Request.Cancel(8).write(new FrameWriter(100));
		while (!sender.send(next)) {
			// as above
		}
		assertThat(HexFormat.of().formatHex(sink.taken.array(), 0, sink.taken.position()))
			.isEqualTo("0000000103" + "000000050200000008");
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, Frame.MIN_ATTACHMENT - 1 })
	void tinyAttachmentIsMalformed(int length) {
		byte[] bytes = ByteBuffer.allocate(5 + length).putInt(1 + length).put((byte) 0x7f).array();
		assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(reader(bytes, 100)::next)
			.withMessageContaining("An attachment of " + length + " bytes where 32768 is the least");
	}

	@Test
	void attachmentsBeyondTheLongestFrameAreMalformedBeforeMemoryIsTaken() {
		// the second would fit alone, not beside the first
		int length = MAX_LENGTH / 2;
		byte[] bytes = ByteBuffer.allocate(5 + length + 4)
			.putInt(1 + length)
			.put((byte) 0x7f)
			.put(new byte[length])
			.putInt(length)
			.array();
		assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(reader(bytes, Integer.MAX_VALUE)::next)
			.withMessage("A frame of " + length + " bytes where 1 to " + (length - 1) + " are allowed");
	}

	@Test
	void attachmentThatNobodyTakesIsMalformed() throws IOException {
		ByteBuffer bytes = ByteBuffer.allocate(MAX_LENGTH);
		bytes.putInt(1 + LEAST).put((byte) 0x7f).put(new byte[LEAST]).put(HexFormat.of().parseHex("0000000103"));
		FrameBody body = Objects.requireNonNull(reader(bytes.array(), Integer.MAX_VALUE).next());
		assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(() -> Request.read(body))
			.withMessage("1 attachments are left at the end of a frame");
	}

	@Test
	void attachmentThatIsMissingIsMalformed() {
		FrameBody body = new FrameBody(ByteBuffer.wrap(HexFormat.of().parseHex("ffffffff")));
		assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(body::getBytes)
			.withMessage("An attachment of a frame is missing");
	}

	@Test
	void nextWhenConnectionEndsAfterAnAttachmentThrowsEof() {
		byte[] bytes = Arrays.copyOf(returned(array(LEAST, 5)).toBytes().array(), 5 + LEAST);
		assertThatExceptionOfType(EOFException.class).isThrownBy(reader(bytes, Integer.MAX_VALUE)::next)
			.withMessage("The connection ended within a frame");
	}

	@Test
	void unfinishedForIsTheTimeSinceTheFirstAttachmentBegan() throws IOException {
		AtomicLong now = new AtomicLong(1);
		byte[] bytes = returned(array(LEAST, 5)).toBytes().array();
		Source source = new Source(ByteBuffer.wrap(bytes, 0, 5 + LEAST), 5 + LEAST, false);
		FrameReader reader = new FrameReader(source, MAX_LENGTH, now::get);
		assertThat(reader.next()).isNull();
		now.addAndGet(Duration.ofSeconds(3).toNanos());
		assertThat(reader.next()).isNull();
		assertThat(reader.unfinishedFor()).isEqualTo(Duration.ofSeconds(3));
		assertThat(reader.hasNext()).isFalse();
	}

	@Test
	void writeWhenArraysAreTooLargeTogetherThrows() {
		FrameWriter writer = new FrameWriter(3 * LEAST);
		assertThatExceptionOfType(MessageTooLargeException.class).isThrownBy(() -> Reply.Returned.write(writer, 1,
				(out) -> out.putBytes(new byte[LEAST]).putBytes(new byte[LEAST]).putBytes(new byte[LEAST])));
		assertThatExceptionOfType(MessageTooLargeException.class).isThrownBy(() -> Reply.Returned.write(writer, 1,
				(out) -> out.putBytes(new byte[LEAST]).putBytes(new byte[LEAST]).putString("x".repeat(LEAST))));
		assertThatExceptionOfType(MessageTooLargeException.class)
			.isThrownBy(() -> Reply.Returned.write(writer, 1, (out) -> {
				out.putBytes(new byte[LEAST]).putBytes(new byte[2 * LEAST - 12]);
				for (int i = 0; i < 10; i++) {
					out.putInt(i);
				}
			}));
		Frame largest = Reply.Returned.write(writer, 1, (out) -> out.putBytes(new byte[3 * LEAST - 10]));
		assertThat(largest.remaining()).isEqualTo(3 * LEAST + 8L);
	}

	@Test
	void hasNextWhenAWholeFrameIsThereTells() throws IOException {
		FrameReader reader = reader(HexFormat.of().parseHex("0000000103" + "0000000103" + "00000005"), 100);
		assertThat(reader.hasNext()).isFalse();
		assertThat(reader.next()).isNotNull();
		assertThat(reader.hasNext()).isTrue();
		assertThat(reader.next()).isNotNull();
		assertThat(reader.hasNext()).isFalse();
	}

	private static Frame returned(byte[] array) {
		return Reply.Returned.write(new FrameWriter(MAX_LENGTH), 1, (out) -> out.putBytes(array));
	}

	private static byte[] array(int length, int value) {
		byte[] array = new byte[length];
		Arrays.fill(array, (byte) value);
		return array;
	}

	private static String hex(ByteBuffer bytes, int from, int to) {
		return HexFormat.of().formatHex(bytes.array(), from, to);
	}

	private static FrameReader reader(byte[] bytes, int size) {
		return new FrameReader(new Source(ByteBuffer.wrap(bytes), size, true), MAX_LENGTH);
	}

	/**
	 * A channel that delivers so many bytes at a time.
	 */
	private record Source(ByteBuffer left, int size, boolean ends) implements ReadableByteChannel {

		@Override
		public int read(ByteBuffer target) {
			if (!this.left.hasRemaining()) {
				return this.ends ? -1 : 0;
			}
			int count = Math.min(this.size, Math.min(this.left.remaining(), target.remaining()));
			target.put(this.left.slice(this.left.position(), count));
			this.left.position(this.left.position() + count);
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

	/**
	 * A channel that does not block: every other time it takes nothing, unless it takes
	 * all.
	 */
	private static final class Sink implements WritableByteChannel {

		private final ByteBuffer taken = ByteBuffer.allocate(MAX_LENGTH);

		private final int size;

		private int writes;

		Sink(int size) {
			this.size = size;
		}

		@Override
		public int write(ByteBuffer source) {
			int count = Math.min(this.size, source.remaining());
			if (this.writes++ % 2 == 1 && this.size < Integer.MAX_VALUE) {
				return 0;
			}
			this.taken.put(source.slice(source.position(), count));
			source.position(source.position() + count);
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
