package io.privsep.value;

import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;

import io.privsep.definition.HelperDefinition;
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
		ValueWriter.write(ValueCodec.of(type), settings, out, HelperDefinition.MAX_LENGTH);
		return out.toBytes();
	}

	/**
	 * Digests of settings, to compare them without showing them.
	 * @param type the record that the context's beans ask for
	 * @param settings the record
	 * @return a digest for each component, by its name
	 */
	public static SortedMap<String, String> digests(Class<?> type, Object settings) {
		SortedMap<String, String> digests = new TreeMap<>();
		for (RecordComponent component : type.getRecordComponents()) {
			FrameWriter out = new FrameWriter(HelperDefinition.MAX_LENGTH);
			try {
				component.getAccessor().setAccessible(true);
				ValueWriter.write(ValueCodec.of(component.getGenericType()), component.getAccessor().invoke(settings),
						out, HelperDefinition.MAX_LENGTH);
				ByteBuffer bytes = out.toBytes();
				MessageDigest digest = MessageDigest.getInstance("SHA-256");
				digest.update(bytes);
				digests.put(component.getName(), HexFormat.of().formatHex(digest.digest()));
			}
			catch (ReflectiveOperationException | NoSuchAlgorithmException ex) {
				throw new IllegalStateException("'" + component + "' cannot be read", ex);
			}
		}
		return digests;
	}

}
