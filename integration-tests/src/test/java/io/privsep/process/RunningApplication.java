package io.privsep.process;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An {@link Application} that runs.
 */
final class RunningApplication implements AutoCloseable {

	private static final Pattern MODULES = Pattern
		.compile("\\d+-(privsep-(core|client|helper)|slf4j-api|jspecify)-\\d.*\\.jar");

	private final Process process;

	private final BufferedReader reader;

	private final StringBuilder output = new StringBuilder();

	private final long pid;

	private final long helperPid;

	private RunningApplication(Process process) throws IOException {
		this.process = process;
		this.reader = process.inputReader();
		this.pid = Long.parseLong(await("application "));
		this.helperPid = Long.parseLong(await("helper "));
	}

	/**
	 * Starts an application, and waits until it has its helper.
	 * @param words what its own words follow
	 * @param code what it runs from
	 * @param directory its working directory
	 * @param helperUser the user of its helper
	 * @param traits what it does
	 * @return the application
	 * @throws IOException if it does not start
	 */
	static RunningApplication start(List<String> words, CodeCopy code, Path directory, int helperUser,
			Application.Trait... traits) throws IOException {
		List<String> command = new ArrayList<>(words);
		command.addAll(words(code, helperUser, traits));
		return start(command, directory);
	}

	static RunningApplication start(CodeCopy code, int helperUser, Application.Trait... traits) throws IOException {
		return start(words(code, helperUser, traits), Path.of("/"));
	}

	static RunningApplication start(Path java, CodeCopy code, int helperUser) throws IOException {
		List<String> words = words(code, helperUser);
		words.set(0, java.toString());
		return start(words, Path.of("/"));
	}

	/**
	 * Starts an application whose JVM has our jars, and what they need, as modules.
	 * @param code what it runs from
	 * @param helperUser the user of its helper
	 * @return the application
	 * @throws IOException if it does not start
	 */
	static RunningApplication startWithModules(CodeCopy code, int helperUser) throws IOException {
		List<String> words = words(code, helperUser);
		Map<Boolean, String> paths = code.classPath()
			.stream()
			.collect(Collectors.partitioningBy((entry) -> MODULES.matcher(entry.getFileName().toString()).matches(),
					Collectors.mapping(Path::toString, Collectors.joining(File.pathSeparator))));
		int classPath = words.indexOf("-cp") + 1;
		words.set(classPath, paths.get(false));
		words.addAll(classPath - 1, List.of("--module-path", paths.get(true), "--add-modules", "ALL-MODULE-PATH"));
		return start(words, Path.of("/"));
	}

	/**
	 * Starts an application at a terminal of its own.
	 * @param code what it runs from
	 * @param helperUser the user of its helper
	 * @param traits what it does
	 * @return the application
	 * @throws IOException if it does not start
	 */
	static RunningApplication startAtTerminal(CodeCopy code, int helperUser, Application.Trait... traits)
			throws IOException {
		return startAtTerminal("", code, helperUser, traits);
	}

	/**
	 * Starts an application at a terminal, on a system that has no setsid(1).
	 * @param code what it runs from
	 * @param helperUser the user of its helper
	 * @param traits what it does
	 * @return the application
	 * @throws IOException if it does not start
	 */
	static RunningApplication startAtTerminalWithoutSetsid(CodeCopy code, int helperUser, Application.Trait... traits)
			throws IOException {
		return startAtTerminal("unshare --mount sh -c 'mount --bind /dev/null /usr/bin/setsid && exec \"$@\"' sh ",
				code, helperUser, traits);
	}

	private static RunningApplication startAtTerminal(String before, CodeCopy code, int helperUser,
			Application.Trait... traits) throws IOException {
		String command = words(code, helperUser, traits).stream()
			.map((word) -> "'" + word + "'")
			.collect(Collectors.joining(" "));
		return start(List.of("/usr/bin/script", "-qec", "exec " + before + command, "/dev/null"), Path.of("/"));
	}

	private static RunningApplication start(List<String> words, Path directory) throws IOException {
		// who runs the tests may ignore signals, as nohup(1) does and a shell for what is
		// in the background
		List<String> all = new ArrayList<>(List.of("/usr/bin/env", "--default-signal"));
		all.addAll(words);
		ProcessBuilder builder = new ProcessBuilder(all).directory(directory.toFile()).redirectErrorStream(true);
		builder.environment()
			.keySet()
			.removeIf((name) -> name.endsWith("JAVA_OPTIONS") || name.endsWith("_TOOL_OPTIONS"));
		builder.environment().put("SHELL", "/bin/sh");
		Process process = builder.start();
		try {
			return new RunningApplication(process);
		}
		catch (IOException | RuntimeException | AssertionError ex) {
			process.destroyForcibly();
			throw ex;
		}
	}

	private static List<String> words(CodeCopy code, int helperUser, Application.Trait... traits) {
		String classPath = code.classPath()
			.stream()
			.map(Path::toString)
			.collect(Collectors.joining(File.pathSeparator));
		List<String> words = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-cp", classPath,
				Application.class.getName(), String.valueOf(helperUser)));
		Arrays.stream(traits).map(Enum::name).forEach(words::add);
		return words;
	}

	/**
	 * Waits until the application says something.
	 * @param start how it begins
	 * @return the rest of it
	 * @throws IOException if the output cannot be read
	 */
	String await(String start) throws IOException {
		String line = awaitLine(Pattern.quote(Application.LINE + start));
		// a terminal echoes what was typed in front of it
		return line.substring(line.indexOf(Application.LINE) + Application.LINE.length() + start.length()).strip();
	}

	/**
	 * Waits until the application writes something.
	 * @param text a part of it, as a regular expression
	 * @return the line
	 * @throws IOException if the output cannot be read
	 */
	String awaitLine(String text) throws IOException {
		Pattern pattern = Pattern.compile(text);
		String line;
		while ((line = this.reader.readLine()) != null) {
			this.output.append(line).append('\n');
			if (pattern.matcher(line).find()) {
				return line;
			}
		}
		throw new AssertionError("The application ended before it wrote '" + text + "'; it said:\n" + this.output);
	}

	/**
	 * What the application has written up to the line that was last waited for.
	 * @return the lines
	 */
	String output() {
		return this.output.toString();
	}

	/**
	 * Types at the application's terminal.
	 * @param character the character
	 * @throws IOException if it cannot be written
	 */
	void type(char character) throws IOException {
		OutputStream terminal = this.process.getOutputStream();
		terminal.write(character);
		terminal.flush();
	}

	long pid() {
		return this.pid;
	}

	long helperPid() {
		return this.helperPid;
	}

	void kill() throws InterruptedException {
		this.process.destroyForcibly().waitFor();
	}

	int awaitExit() throws InterruptedException {
		return this.process.waitFor();
	}

	@Override
	public void close() {
		// where it runs at a terminal the process is not the application's own
		if (this.process.isAlive()) {
			ProcessHandle.of(this.pid).ifPresent(ProcessHandle::destroyForcibly);
		}
		this.process.destroyForcibly().onExit().join();
	}

}
