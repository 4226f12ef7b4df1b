package io.privsep.wire;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;

import com.code_intelligence.jazzer.junit.FuzzTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Fuzz tests for {@link FrameReader}: frames are the same in whatever pieces they come.
 */
class FrameReaderFuzzTests {

	private static final int MAX_LENGTH = 1 << 17;

	@FuzzTest
	void frames(byte[] input) throws IOException {
		if (input.length == 0) {
			return;
		}
		// zeros behind it, so that a short input has large frames
		ByteBuffer bytes = ByteBuffer.wrap(Arrays.copyOf(input, input.length + MAX_LENGTH + MAX_LENGTH / 2));
		Random random = new Random(input[0]);
		List<Object> pieces = read(new Pieces(bytes.duplicate(), () -> random.nextInt(1 << random.nextInt(18))));
		assertThat(pieces).isEqualTo(read(new Pieces(bytes, () -> Integer.MAX_VALUE)));
	}

	private static List<Object> read(Pieces pieces) throws IOException {
		FrameReader reader = new FrameReader(pieces, MAX_LENGTH);
		List<Object> frames = new ArrayList<>();
		try {
			while (true) {
				FrameBody body = reader.next();
				if (body != null) {
					frames.add(bytes(body));
					frames.add(end(body));
				}
			}
		}
		catch (EOFException | MalformedFrameException ex) {
			frames.add(ex.toString());
		}
		return frames;
	}

	// tells how many attachments there are
	private static String end(FrameBody body) {
		try {
			body.expectEnd();
			return "none";
		}
		catch (MalformedFrameException ex) {
			return String.valueOf(ex.getMessage());
		}
	}

	private static ByteBuffer bytes(FrameBody body) {
		ByteBuffer bytes = ByteBuffer.allocate(MAX_LENGTH);
		try {
			while (true) {
				bytes.put((byte) body.getByte());
			}
		}
		catch (MalformedFrameException ex) {
			return bytes.flip();
		}
	}

	/**
	 * A channel that does not block, and has some bytes at a time, or none.
	 */
	private record Pieces(ByteBuffer left, IntSupplier sizes) implements ReadableByteChannel {

		@Override
		public int read(ByteBuffer target) {
			if (!this.left.hasRemaining()) {
				return -1;
			}
			int size = Math.min(this.sizes.getAsInt(), Math.min(this.left.remaining(), target.remaining()));
			target.put(this.left.slice(this.left.position(), size));
			this.left.position(this.left.position() + size);
			return size;
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
