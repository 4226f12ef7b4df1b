package io.privsep.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Programs of the system.
 */
final class Commands {

	private Commands() {
	}

	/**
	 * Runs a program to its end.
	 * @param words the program and its arguments
	 * @return what it says
	 * @throws IOException if it cannot be run
	 */
	static String run(String... words) throws IOException {
		Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
		process.getOutputStream().close();
		return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
	}

}
