package io.privsep.value;

import java.lang.reflect.Type;
import java.nio.ByteBuffer;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.exc.ValueInstantiationException;

import io.privsep.wire.FrameBody;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.LogLine;
import io.privsep.wire.MalformedFrameException;
import io.privsep.wire.MessageTooLargeException;

/**
 * The codec of a type that Jackson writes, as a length and CBOR.
 * <p>
 * This, {@link CborMapper} and what that uses are the only classes that load Jackson.
 */
record CborCodec(String typeName, ObjectWriter writer, ObjectReader reader) implements ValueCodec {

	private static final int MAX_CAUSE = 8192;

	static CborCodec of(Type type) {
		JavaType javaType = CborMapper.INSTANCE.constructType(type);
		return new CborCodec(type.getTypeName(), CborMapper.INSTANCE.writerFor(javaType),
				CborMapper.INSTANCE.readerFor(javaType));
	}

	@Override
	public void write(@Nullable Object value, FrameWriter out) {
		int start = out.beginLength();
		try {
			this.writer.writeValue(out.asOutputStream(), value);
		}
		catch (JacksonException ex) {
			if (ex.getCause() instanceof MessageTooLargeException cause) {
				throw cause;
			}
			throw new IllegalArgumentException(
					"A value of type '" + this.typeName + "' cannot be written: " + ex.getOriginalMessage(), ex);
		}
		out.endLength(start);
		try {
			// what would end the helper does not get there
			CborCheck.check(out.written(start), CborMapper.MAX_DEPTH);
		}
		catch (MalformedFrameException ex) {
			throw new IllegalArgumentException(
					"A value of type '" + this.typeName + "' cannot be written: " + ex.getMessage(), ex);
		}
	}

	@Override
	public @Nullable Object read(FrameBody in) {
		ByteBuffer bytes = in.getSlice();
		CborCheck.check(bytes.duplicate(), CborMapper.MAX_DEPTH);
		try {
			return this.reader.readValue(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
		}
		catch (ValueInstantiationException ex) {
			Throwable cause = (ex.getCause() != null) ? ex.getCause() : ex;
			throw new UnacceptableValueException("A value of type '" + this.typeName + "' is not accepted: "
			// it may tell the value
					+ LogLine.printable(cause.toString(), MAX_CAUSE), cause);
		}
		catch (RuntimeException ex) {
			// not as a cause: it quotes the value, which may be a secret, or an
			// attacker's
			throw new MalformedFrameException(
					"Not a value of type '" + this.typeName + "': " + ex.getClass().getSimpleName());
		}
	}

}
