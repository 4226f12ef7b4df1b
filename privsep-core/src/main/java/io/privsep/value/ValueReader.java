package io.privsep.value;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.privsep.wire.FrameBody;
import io.privsep.wire.MalformedFrameException;

/**
 * Reads the values of one message, to its end. Whatever is wrong with one of them is an
 * {@link UnacceptableValueException}: the connection is in order, as the frame is.
 * <p>
 * An empty list is five bytes and some 50 in memory: the size of a message alone bounds
 * too little. So the elements of all values are counted, one for each 100 bytes that a
 * value may take; depth is bounded, and so are the comparisons that sets need whose
 * elements share hash codes.
 */
public final class ValueReader {

	/** How deep values may be nested. */
	static final int MAX_DEPTH = 32;

	/**
	 * The most bytes of elements to compare with others of one hash code in one message.
	 * To compare so many takes some hundredths of a second, whatever they are.
	 */
	static final long MAX_COMPARED = 1 << 25;

	private final FrameBody frame;

	private final int maxElements;

	private int elements;

	private int depth;

	private long compared;

	private ValueReader(FrameBody frame, int maxElements) {
		this.frame = frame;
		this.maxElements = maxElements;
	}

	/**
	 * Reads the values that are all that is left of a message.
	 * @param codecs their codecs
	 * @param in the message
	 * @param maxElements the most elements of all values together
	 * @return the values
	 * @throws UnacceptableValueException if they are not values of these types, or
	 * something is left, or a record's own constructor throws
	 */
	public static @Nullable Object[] read(List<ValueCodec> codecs, FrameBody in, int maxElements) {
		ValueReader reader = new ValueReader(in, maxElements);
		@Nullable Object[] values = new @Nullable Object[codecs.size()];
		for (int i = 0; i < values.length; i++) {
			values[i] = reader.read(codecs.get(i));
		}
		reader.expectEnd();
		return values;
	}

	/**
	 * Reads the one value that is all that is left of a message.
	 * @param codec its codec
	 * @param in the message
	 * @param maxElements the most elements of the value
	 * @return the value
	 * @throws UnacceptableValueException if it is no value of the type, or something is
	 * left, or a record's own constructor throws
	 */
	public static @Nullable Object read(ValueCodec codec, FrameBody in, int maxElements) {
		ValueReader reader = new ValueReader(in, maxElements);
		Object value = reader.read(codec);
		reader.expectEnd();
		return value;
	}

	private @Nullable Object read(ValueCodec codec) {
		try {
			return codec.read(this);
		}
		catch (UnacceptableValueException ex) {
			throw ex.of(codec);
		}
		catch (MalformedFrameException ex) {
			throw new UnacceptableValueException(ex.getMessage(), ex).of(codec);
		}
		catch (RuntimeException | LinkageError | StackOverflowError ex) {
			// not as a cause: it quotes the value, which may be a secret, or an
			// attacker's
			throw new UnacceptableValueException(ex.getClass().getSimpleName()).of(codec);
		}
	}

	private void expectEnd() {
		try {
			this.frame.expectEnd();
		}
		catch (MalformedFrameException ex) {
			throw new UnacceptableValueException(ex.getMessage(), ex);
		}
	}

	FrameBody frame() {
		return this.frame;
	}

	/**
	 * Begins a value that has others in it, before memory is taken for them.
	 * @param each as how many each of them counts
	 * @return how many elements it has
	 */
	int beginElements(int each) {
		int count = this.frame.getInt();
		// each takes a byte at least
		if (count < 0 || count > this.frame.remaining()) {
			throw new UnacceptableValueException(
					"it has " + count + " elements in " + this.frame.remaining() + " bytes");
		}
		begin((int) Math.min((long) count * each, Integer.MAX_VALUE));
		return count;
	}

	/**
	 * Reads which one of several it is.
	 * @param what what they are
	 * @param count how many there are
	 * @return its position
	 */
	int position(String what, int count) {
		int position = this.frame.getShort() & 0xffff;
		if (position >= count) {
			throw new UnacceptableValueException(what + " " + position + " of " + count);
		}
		return position;
	}

	void begin(int count) {
		if (++this.depth > MAX_DEPTH) {
			throw new UnacceptableValueException("it is nested deeper than " + MAX_DEPTH + " levels");
		}
		count(count);
	}

	/**
	 * Counts elements, before memory is taken for them.
	 * @param count how many; several for a value that takes the memory of several
	 */
	void count(int count) {
		if (count > this.maxElements - this.elements) {
			throw tooMany(this.maxElements);
		}
		this.elements += count;
	}

	void end() {
		this.depth--;
	}

	/**
	 * The bytes that were read, and those that were compared. The difference between two
	 * is what something has cost, and may cost when it is compared.
	 * @return a number of bytes
	 */
	long cost() {
		return this.compared - this.frame.remaining();
	}

	void addCompared(long bytes) {
		this.compared += bytes;
		if (this.compared > MAX_COMPARED) {
			throw new UnacceptableValueException("too many elements of a set have the same hash code");
		}
	}

	static UnacceptableValueException tooMany(int maxElements) {
		return new UnacceptableValueException("more than the " + maxElements + " elements of 'max-elements'");
	}

}
