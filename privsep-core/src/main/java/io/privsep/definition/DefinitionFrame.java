package io.privsep.definition;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The frame with its definition that a helper of launcher {@code direct} gets from the
 * process that started it, before the protocol begins: no file to leave behind, nothing
 * for {@code ps} to show.
 */
public final class DefinitionFrame {

	private DefinitionFrame() {
	}

	/**
	 * Writes the frame.
	 * @param definition the definition
	 * @return the frame with its length
	 * @throws IllegalArgumentException if it is larger than
	 * {@link HelperDefinition#MAX_LENGTH}
	 */
	public static ByteBuffer write(HelperDefinition definition) {
		byte[] text = definition.toText().getBytes(StandardCharsets.UTF_8);
		if (text.length + Integer.BYTES > HelperDefinition.MAX_LENGTH) {
			throw new IllegalArgumentException("Context '" + definition.context() + "': its settings are too large");
		}
		return ByteBuffer.allocate(2 * Integer.BYTES + text.length)
			.putInt(Integer.BYTES + text.length)
			.putInt(text.length)
			.put(text)
			.flip();
	}

}
