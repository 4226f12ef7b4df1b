package io.privsep.value;

import java.lang.reflect.Type;

import org.jspecify.annotations.Nullable;

import io.privsep.wire.FrameBody;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.MalformedFrameException;

/**
 * Writes and reads the values of one declared type.
 * <p>
 * What is read may have been chosen to do harm. A text is well-formed Unicode, and may
 * have any character in it, NUL and line ends included: whoever makes more of it has to
 * check it. A {@link java.nio.file.Path} has no NUL, and may lead anywhere. Depth, number
 * of elements, digits and scales of numbers are bounded, and so are the comparisons that
 * a set needs whose elements share hash codes.
 */
public interface ValueCodec {

	/**
	 * Makes the codec of a type. Jackson is loaded only for types that are not written
	 * directly.
	 * @param type a type that may cross, or {@code void}
	 * @return the codec
	 */
	static ValueCodec of(Type type) {
		ValueCodec direct = DirectCodec.of(type);
		return (direct != null) ? direct : CborCodec.of(type);
	}

	/**
	 * Writes a value.
	 * @param value the value
	 * @param out where it goes
	 */
	void write(@Nullable Object value, FrameWriter out);

	/**
	 * Reads a value.
	 * @param in where it comes from
	 * @return the value
	 * @throws MalformedFrameException if the bytes are not a value of the type
	 * @throws UnacceptableValueException if a record's constructor does not accept it, or
	 * too many elements of a set have the same hash code
	 */
	@Nullable Object read(FrameBody in);

}
