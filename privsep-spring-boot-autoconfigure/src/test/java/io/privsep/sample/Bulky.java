package io.privsep.sample;

import java.util.Collections;
import java.util.List;

import io.privsep.PrivsepFunction;

/**
 * Functions that take and return much.
 */
@PrivsepFunction("bulky")
public class Bulky {

	private int calls;

	public int take(byte[] bytes) {
		this.calls++;
		return bytes.length;
	}

	public int takeRows(List<Row> rows) {
		this.calls++;
		return rows.size();
	}

	public byte[] bytes(int length) {
		this.calls++;
		return new byte[length];
	}

	public List<Row> rows(int count) {
		this.calls++;
		return Collections.nCopies(count, new Row(count, "x"));
	}

	public String text(boolean isWhole) {
		this.calls++;
		return isWhole ? "x" : "\ud800";
	}

	/**
	 * Counts the calls of the other functions.
	 * @return how many have run
	 */
	public int calls() {
		return this.calls;
	}

	/**
	 * A row.
	 *
	 * @param number a number
	 * @param text a text
	 */
	public record Row(int number, String text) {
	}

}
