package io.privsep.benchmarks.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The commands that come in on the standard input, a line each, and are answered with a
 * line of JSON each. The process ends with its input.
 */
public final class Commands {

	private Commands() {
	}

	/**
	 * Says that the subject is ready, and answers commands.
	 * @param subject who answers
	 * @param answers where to
	 * @throws Exception if the subject cannot be closed
	 */
	public static void serve(Subject subject, PrintStream answers) throws Exception {
		try (subject;
				BufferedReader commands = new BufferedReader(
						new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
			answers.println(pids(subject.pids()));
			for (String line = commands.readLine(); line != null; line = commands.readLine()) {
				answers.println(answer(subject, line.trim().split(" ")));
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException("The commands cannot be read", ex);
		}
	}

	private static String answer(Subject subject, String[] words) {
		try {
			String answer = subject.answer(words);
			return (answer != null) ? answer : Load.parse(words).run(subject);
		}
		catch (Exception ex) {
			ex.printStackTrace();
			return "{\"error\":\"" + String.valueOf(ex.getMessage()).replaceAll("[\"\\\\\\p{Cntrl}]", "'") + "\"}";
		}
	}

	private static String pids(List<Long> pids) {
		return "{\"pids\":" + pids + "}";
	}

}
