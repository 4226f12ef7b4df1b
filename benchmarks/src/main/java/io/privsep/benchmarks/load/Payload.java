package io.privsep.benchmarks.load;

import java.util.ArrayList;
import java.util.List;

/**
 * What is sent in one call, there and back.
 */
public enum Payload {

	/** A small string. */
	TEXT("text", 64),

	/** A record with ten fields. */
	RECORD("record", 256),

	/** A list of 100 such records. */
	LIST("list", 16 << 10),

	/** One KiB. */
	KIB_1("1KiB", 1 << 10),

	/** 64 KiB. */
	KIB_64("64KiB", 64 << 10),

	/** One MiB. */
	MIB_1("1MiB", 1 << 20),

	/** Three MiB. */
	MIB_3("3MiB", 3 << 20),

	/** An exception instead of a result. */
	EXCEPTION("exception", 64);

	private static final String SOME_TEXT = "x".repeat(40);

	private final String label;

	private final int bytes;

	Payload(String label, int bytes) {
		this.label = label;
		this.bytes = bytes;
	}

	/**
	 * The payload with this name.
	 * @param label the name
	 * @return the payload
	 */
	public static Payload of(String label) {
		for (Payload payload : values()) {
			if (payload.label.equals(label)) {
				return payload;
			}
		}
		throw new IllegalArgumentException("There is no payload '" + label + "'");
	}

	/**
	 * What the floors send instead, which have no values: about as much.
	 * @return the number of bytes
	 */
	public int bytes() {
		return this.bytes;
	}

	public boolean isBytes() {
		return this.label.endsWith("iB");
	}

	/**
	 * The value to send.
	 * @return a string, a record, a list or bytes
	 */
	public Object value() {
		return switch (this) {
			case TEXT, EXCEPTION -> SOME_TEXT;
			case RECORD -> TenFields.of(1);
			case LIST -> {
				List<TenFields> records = new ArrayList<>();
				for (int i = 0; i < 100; i++) {
					records.add(TenFields.of(i));
				}
				yield List.copyOf(records);
			}
			default -> new byte[this.bytes];
		};
	}

	@Override
	public String toString() {
		return this.label;
	}

}
