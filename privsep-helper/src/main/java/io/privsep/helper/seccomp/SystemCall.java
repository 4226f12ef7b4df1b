package io.privsep.helper.seccomp;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.StringTokenizer;

/**
 * A system call that the filter denies: a line of {@code system-calls.txt}.
 *
 * @param name its name in Linux
 * @param numbers its number on each {@link Architecture}; -1 where there is none
 * @param rule what happens
 * @param unless where the line does not hold
 * @param reason why, as a sentence
 */
record SystemCall(String name, List<Integer> numbers, Rule rule, List<String> unless, String reason) {

	private static final String NONE = "-";

	/**
	 * Reads the list.
	 * @return its lines
	 * @throws IOException if it cannot be read
	 */
	static List<SystemCall> all() throws IOException {
		List<SystemCall> all = new ArrayList<>();
		InputStream list = Objects.requireNonNull(SystemCall.class.getResourceAsStream("system-calls.txt"));
		try (BufferedReader reader = new BufferedReader(new InputStreamReader(list, StandardCharsets.US_ASCII))) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				if (!line.isEmpty() && line.charAt(0) != '#') {
					all.add(parse(line));
				}
			}
		}
		return all;
	}

	private static SystemCall parse(String line) {
		StringTokenizer fields = new StringTokenizer(line);
		return new SystemCall(fields.nextToken(), List.of(number(fields.nextToken()), number(fields.nextToken())),
				Rule.of(fields.nextToken()), unless(fields.nextToken()), fields.nextToken("").strip());
	}

	private static int number(String word) {
		return word.equals(NONE) ? -1 : Integer.parseInt(word);
	}

	private static List<String> unless(String word) {
		return word.equals(NONE) ? List.of() : List.of(word.split(","));
	}

	int number(Architecture architecture) {
		return this.numbers.get(architecture.ordinal());
	}

	boolean isDenied(List<String> exceptions) {
		for (String exception : this.unless) {
			if (exceptions.contains(exception)) {
				return false;
			}
		}
		return true;
	}

}
