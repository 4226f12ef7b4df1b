package io.privsep.benchmarks.load;

import java.io.Serializable;

/**
 * A record with ten fields.
 *
 * @param id a number
 * @param name a text
 * @param active a flag
 * @param ratio a fraction
 * @param size a large number
 * @param owner a text
 * @param path a text
 * @param count a number
 * @param note a longer text
 * @param version a number
 */
public record TenFields(int id, String name, boolean active, double ratio, long size, String owner, String path,
		int count, String note, int version) implements Serializable {

	private static final long serialVersionUID = 1L;

	public static TenFields of(int id) {
		return new TenFields(id, "order-" + id, true, 0.5, 4711, "someone", "/var/lib/orders", 12,
				"as agreed by telephone", 3);
	}

}
