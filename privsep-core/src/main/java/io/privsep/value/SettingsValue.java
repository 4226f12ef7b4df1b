package io.privsep.value;

import java.nio.ByteBuffer;
import java.util.Objects;

import io.privsep.launch.HelperDefinition;
import io.privsep.wire.FrameBody;
import io.privsep.wire.FrameWriter;

/**
 * The settings of a context, as they stand in the definition of its helper.
 */
public final class SettingsValue {

	private SettingsValue() {
	}

	/**
	 * Writes settings.
	 * @param type the record that the context's beans ask for
	 * @param settings the record
	 * @return its bytes
	 */
	public static ByteBuffer write(Class<?> type, Object settings) {
		FrameWriter out = new FrameWriter(HelperDefinition.MAX_LENGTH);
		ValueCodec.of(type).write(settings, out);
		return out.toBytes();
	}

	/**
	 * Reads settings.
	 * @param type the record that the context's beans ask for
	 * @param bytes its bytes
	 * @return the record
	 */
	public static Object read(Class<?> type, ByteBuffer bytes) {
		FrameBody in = new FrameBody(bytes.duplicate());
		Object settings = ValueCodec.of(type).read(in);
		in.expectEnd();
		return Objects.requireNonNull(settings, "settings");
	}

}
