package io.privsep.value;

import java.nio.charset.CharacterCodingException;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.privsep.wire.FrameWriter;
import io.privsep.wire.MessageTooLargeException;

/**
 * Writes the values of one message. Depth and the number of elements have the bounds of
 * {@link ValueReader}: too much fails here, before the other end refuses it. Duplicates,
 * and elements of a set that share a hash code, are found by the reader alone: it refuses
 * such a result after the function has run.
 */
public final class ValueWriter {

	private final FrameWriter frame;

	private final int maxElements;

	private int elements;

	private int depth;

	private ValueWriter(FrameWriter frame, int maxElements) {
		this.frame = frame;
		this.maxElements = maxElements;
	}

	/**
	 * Writes values, one after the other.
	 * @param codecs their codecs
	 * @param values the values
	 * @param out where they go; what it has of this frame is of no use after a failure
	 * @param maxElements the most elements of all values together
	 * @throws UnacceptableValueException if a value cannot be written
	 * @throws MessageTooLargeException if the frame becomes too large
	 */
	public static void write(List<ValueCodec> codecs, @Nullable Object[] values, FrameWriter out, int maxElements) {
		ValueWriter writer = new ValueWriter(out, maxElements);
		for (int i = 0; i < values.length; i++) {
			writer.write(codecs.get(i), values[i]);
		}
	}

	/**
	 * Writes one value.
	 * @param codec its codec
	 * @param value the value
	 * @param out where it goes; what it has of this frame is of no use after a failure
	 * @param maxElements the most elements of the value
	 * @throws UnacceptableValueException if the value cannot be written
	 * @throws MessageTooLargeException if the frame becomes too large
	 */
	public static void write(ValueCodec codec, @Nullable Object value, FrameWriter out, int maxElements) {
		new ValueWriter(out, maxElements).write(codec, value);
	}

	private void write(ValueCodec codec, @Nullable Object value) {
		try {
			codec.write(value, this);
		}
		catch (MessageTooLargeException ex) {
			throw ex;
		}
		catch (UnacceptableValueException ex) {
			throw ex.of(codec);
		}
		catch (RuntimeException | StackOverflowError ex) {
			// Of a collection that is not what it says, or that another thread changes.
			// Its message may have the value in it, but for that about a text.
			boolean isText = ex.getCause() instanceof CharacterCodingException;
			throw new UnacceptableValueException(isText ? ex.getMessage() : ex.getClass().getName(), ex).of(codec);
		}
	}

	FrameWriter frame() {
		return this.frame;
	}

	/**
	 * Begins a value that has others in it.
	 * @param count how many
	 */
	void begin(long count) {
		if (++this.depth > ValueReader.MAX_DEPTH) {
			throw new UnacceptableValueException("it is nested deeper than " + ValueReader.MAX_DEPTH + " levels");
		}
		count(count);
	}

	void count(long count) {
		if (count > this.maxElements - this.elements) {
			throw ValueReader.tooMany(this.maxElements);
		}
		this.elements += (int) count;
	}

	void end() {
		this.depth--;
	}

}
