package io.privsep.commandloop;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * Runs commands of the installation, one after the other, in the JVM of an application.
 * All of its class path is the application, so this class comes with the option
 * {@code -Xbootclasspath/a}.
 */
public final class CommandLoop {

	private CommandLoop() {
	}

	/**
	 * Reads commands, each a line with its words, until there are no more. Answers each
	 * with a line: its exit code, its standard output and its standard error. Texts are
	 * in Base64, and a zero byte separates words.
	 * @param args nothing
	 * @throws Exception if a command throws one
	 */
	public static void main(String[] args) throws Exception {
		PrintStream answers = System.out;
		BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		ByteArrayOutputStream err = new ByteArrayOutputStream();
		PrintStream printOut = new PrintStream(out, true, StandardCharsets.UTF_8);
		PrintStream printErr = new PrintStream(err, true, StandardCharsets.UTF_8);
		System.setErr(printErr);
		Class<?> type = ClassLoader.getSystemClassLoader().loadClass("io.privsep.install.InstallCommand");
		for (String line = commands.readLine(); line != null; line = commands.readLine()) {
			String words = new String(Base64.getDecoder().decode(line), StandardCharsets.UTF_8);
			System.setOut(printOut);
			Object command = type.getConstructor(PrintStream.class, PrintStream.class).newInstance(printOut, printErr);
			Object exitCode = type.getMethod("run", List.class).invoke(command, List.of(words.split("\0", -1)));
			answers.println(exitCode + " " + take(out) + " " + take(err));
		}
	}

	private static String take(ByteArrayOutputStream output) {
		String text = Base64.getEncoder().encodeToString(output.toByteArray());
		output.reset();
		return text;
	}

}
