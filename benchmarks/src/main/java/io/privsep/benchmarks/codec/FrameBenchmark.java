package io.privsep.benchmarks.codec;

import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import io.privsep.benchmarks.load.Payload;
import io.privsep.benchmarks.load.TenFields;
import io.privsep.value.ValueCodec;
import io.privsep.value.ValueReader;
import io.privsep.value.ValueWriter;
import io.privsep.wire.Frame;
import io.privsep.wire.FrameReader;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.Request;

/**
 * Writes a call into a frame, and reads it back out of one, without a connection.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class FrameBenchmark {

	private static final int MAX_LENGTH = 4 << 20;

	private static final int MAX_ELEMENTS = 250_000;

	/** What is sent. */
	@Param({ "text", "record", "list", "1KiB", "1MiB" })
	public String payload = "text";

	private Object value = "";

	private ValueCodec codec = ValueCodec.of(String.class);

	private FrameWriter writer = new FrameWriter(MAX_LENGTH);

	private EndlessChannel channel = new EndlessChannel(ByteBuffer.allocate(0));

	private FrameReader reader = new FrameReader(this.channel, MAX_LENGTH);

	/**
	 * Writes the frame that is then read again and again.
	 * @throws NoSuchMethodException if there is no such type
	 */
	@Setup
	public void prepare() throws NoSuchMethodException {
		Payload what = Payload.of(this.payload);
		this.value = what.value();
		this.codec = ValueCodec.of(type(what));
		ByteBuffer frame = write().toBytes();
		this.channel = new EndlessChannel(ByteBuffer.allocate(frame.remaining()).put(frame).flip());
		this.reader = new FrameReader(this.channel, MAX_LENGTH);
	}

	private static Type type(Payload payload) throws NoSuchMethodException {
		return switch (payload) {
			case TEXT, EXCEPTION -> String.class;
			case RECORD -> TenFields.class;
			case LIST -> ListOfTenFields.class.getDeclaredMethod("type").getGenericReturnType();
			default -> byte[].class;
		};
	}

	@Benchmark
	public Frame write() {
		return Request.Call.write(this.writer, 1, 2,
				(out) -> ValueWriter.write(this.codec, this.value, out, MAX_ELEMENTS));
	}

	@Benchmark
	public @Nullable Object read() throws IOException {
		Request request = Request.read(Objects.requireNonNull(this.reader.next()));
		return ValueReader.read(this.codec, ((Request.Call) request).arguments(), MAX_ELEMENTS);
	}

	/**
	 * Has a method that returns a list of records.
	 */
	private interface ListOfTenFields {

		List<TenFields> type();

	}

	/**
	 * Delivers the same frame for ever, one a read.
	 */
	private static final class EndlessChannel implements ReadableByteChannel {

		private final ByteBuffer frame;

		EndlessChannel(ByteBuffer frame) {
			this.frame = frame;
		}

		@Override
		public int read(ByteBuffer destination) {
			if (!this.frame.hasRemaining()) {
				this.frame.rewind();
			}
			int length = Math.min(destination.remaining(), this.frame.remaining());
			destination.put(this.frame.slice(this.frame.position(), length));
			this.frame.position(this.frame.position() + length);
			return length;
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
