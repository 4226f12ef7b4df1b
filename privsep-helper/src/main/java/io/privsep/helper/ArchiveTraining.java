package io.privsep.helper;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.slf4j.LoggerFactory;

import io.privsep.PrivsepFunction;
import io.privsep.function.FunctionTable;
import io.privsep.function.PrivilegedFunction;
import io.privsep.value.ValueCodec;
import io.privsep.wire.FrameBody;
import io.privsep.wire.FrameWriter;

/**
 * The privileged bean of the helper from which an archive of classes is made: has loaded
 * what a helper of some other context loads.
 * <p>
 * It makes none of that context's beans: their constructors may need rights, and have
 * effects.
 */
@PrivsepFunction("archive")
class ArchiveTraining {

	private static final String BEANS = "privsep.archive.beans";

	private static final int MAX_VALUE = 1 << 10;

	ArchiveTraining() throws ClassNotFoundException {
		List<Class<?>> types = new ArrayList<>();
		for (String name : Objects.requireNonNull(System.getProperty(BEANS), BEANS).split(",")) {
			types.add(Class.forName(name, false, ArchiveTraining.class.getClassLoader()));
		}
		FunctionTable table = FunctionTable.of("archive", types);
		Class<?> settings = table.settingsType();
		if (settings != null) {
			writeAndRead(ValueCodec.of(settings));
		}
		for (PrivilegedFunction function : table.functions()) {
			function.parameters().forEach(ArchiveTraining::writeAndRead);
			writeAndRead(function.result());
		}
		LoggerFactory.getLogger(ArchiveTraining.class).debug("Loaded {}", types);
	}

	private static void writeAndRead(ValueCodec codec) {
		try {
			FrameWriter out = new FrameWriter(MAX_VALUE);
			codec.write(null, out);
			codec.read(new FrameBody(out.toBytes()));
		}
		catch (RuntimeException ex) {
			// a primitive, which is never null
		}
	}

	/**
	 * Returns what it is given.
	 * @param text a text
	 * @return the same
	 */
	public String echo(String text) {
		return text;
	}

	/**
	 * Throws what it is given.
	 * @param message the message of the exception
	 */
	public void fail(String message) {
		throw new IllegalStateException(message);
	}

}
