package io.privsep.demo.privsep;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

import org.springframework.stereotype.Component;

import io.privsep.PrivsepFunction;

/**
 * Reads orders that strangers send.
 * <p>
 * Parsers are where hostile input does its harm; this one runs with fewer rights than its
 * caller, so that there is little to be gained by it.
 */
@Component
@PrivsepFunction("nobody")
public class OrderParser {

	/** Longest order, in characters. */
	public static final int MAX_LENGTH = 1024;

	/**
	 * Reads an order of lines {@code key=value}, with the keys {@code item} and
	 * {@code quantity}.
	 * @param text the order, as it was received
	 * @return the order
	 */
	public Order parse(String text) {
		if (text.length() > MAX_LENGTH) {
			throw new IllegalArgumentException("The order must not be longer than " + MAX_LENGTH + " characters");
		}
		Map<String, String> fields = new HashMap<>();
		text.lines().filter((line) -> !line.isBlank()).forEach((line) -> addField(fields, line));
		String item = fields.get("item");
		String quantity = fields.get("quantity");
		if (item == null || quantity == null || fields.size() != 2) {
			throw new IllegalArgumentException("The order must have the keys 'item' and 'quantity', and no others");
		}
		return new Order(item(item), quantity(quantity));
	}

	/**
	 * Ends its own helper at once, as a crash would. This is here to show what happens
	 * then: an application has no such function.
	 */
	public void endHelper() {
		Runtime.getRuntime().halt(1);
	}

	/**
	 * Says with which rights this context runs.
	 * @return the rights of the helper
	 * @throws IOException if {@code /proc} cannot be read
	 */
	public Rights rights() throws IOException {
		return Rights.ofThisProcess();
	}

	private static void addField(Map<String, String> fields, String line) {
		String[] field = line.split("=", 2);
		if (field.length != 2) {
			throw new IllegalArgumentException("Each line of the order must be 'key=value'");
		}
		if (fields.put(field[0].strip(), field[1].strip()) != null) {
			throw new IllegalArgumentException("Each key of the order must appear once");
		}
	}

	private static String item(String value) {
		if (value.isEmpty()) {
			throw new IllegalArgumentException("'item' must not be empty");
		}
		return value;
	}

	private static int quantity(String value) {
		if (!value.matches("[1-9][0-9]{0,2}")) {
			throw new IllegalArgumentException("'quantity' must be a number from 1 to 999");
		}
		return Integer.parseInt(value);
	}

}
