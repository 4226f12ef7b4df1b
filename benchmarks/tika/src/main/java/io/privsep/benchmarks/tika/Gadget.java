package io.privsep.benchmarks.tika;

import java.io.IOException;
import java.io.ObjectInputStream;

import org.apache.tika.exception.TikaException;

/**
 * An exception that does something where it is deserialized.
 */
final class Gadget extends TikaException {

	private static final long serialVersionUID = 1;

	/** System property that it sets. */
	static final String PROPERTY = "privsep.benchmarks.gadget";

	Gadget() {
		super("of the parser's choice");
	}

	private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
		in.defaultReadObject();
		System.setProperty(PROPERTY, "has run");
	}

}
