package io.privsep.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import io.privsep.linux.CFunction;
import io.privsep.linux.CType;

/**
 * The system calls that helpers give up, as a test calls them: by numbers, past the JVM.
 */
final class SystemCalls {

	private static final CType LONG = CType.POINTER;

	private SystemCalls() {
	}

	/**
	 * Reads the list of the helper.
	 * @return the numbers on this machine of those that are always denied with
	 * {@code EPERM}, by their names; those that a capability allows, or that only a
	 * sandbox denies, are left out
	 * @throws IOException if it cannot be read
	 */
	static Map<String, Integer> denied() throws IOException {
		Map<String, Integer> numbers = new TreeMap<>();
		int column = System.getProperty("os.arch").equals("amd64") ? 1 : 2;
		InputStream list = Objects
			.requireNonNull(SystemCalls.class.getResourceAsStream("/io/privsep/helper/seccomp/system-calls.txt"));
		try (BufferedReader reader = new BufferedReader(new InputStreamReader(list, StandardCharsets.US_ASCII))) {
			reader.lines().map((line) -> line.split(" +")).forEach((words) -> {
				if (words.length > 4 && words[3].equals("EPERM") && !words[4].contains("no-sandbox")
						&& !words[column].equals("-")) {
					numbers.put(words[0], Integer.parseInt(words[column]));
				}
			});
		}
		return numbers;
	}

	static int call(int number, long... arguments) {
		CFunction function = CFunction.withVariableLast("syscall", CType.INT, LONG, LONG, LONG, LONG, LONG, LONG, LONG);
		Object[] all = new Object[7];
		all[0] = (long) number;
		for (int i = 1; i < all.length; i++) {
			all[i] = (i <= arguments.length) ? arguments[i - 1] : -1L;
		}
		int result = function.call(all);
		return (result < 0) ? -CFunction.lastError() : result;
	}

}
