package io.privsep.installation;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import io.privsep.demo.InstalledDemo;
import io.privsep.demo.RunningDemo;
import io.privsep.process.SocketCaller;

/**
 * A process of the application's user that starts a helper by a command of its own.
 */
final class HostileApplication implements AutoCloseable {

	private final Process process;

	private final BufferedReader out;

	private final String firstLine;

	private HostileApplication(Process process) throws IOException {
		this.process = process;
		this.out = process.inputReader(StandardCharsets.UTF_8);
		String line = this.out.readLine();
		StringBuilder others = new StringBuilder();
		while (line != null && !line.startsWith("READY ") && !line.startsWith("ENDED ")) {
			// what it logs
			others.append(line).append('\n');
			line = this.out.readLine();
		}
		this.firstLine = (line != null) ? line : "nothing but " + others;
	}

	/**
	 * Starts it.
	 * @param demo whose user it has
	 * @param words the command
	 * @return the process, which has heard from the helper, or of its end
	 * @throws Exception if it cannot be started
	 */
	static HostileApplication run(InstalledDemo demo, List<String> words) throws Exception {
		String classPath = demo.jar() + ":" + copyOfCaller(demo.directory());
		List<String> command = new ArrayList<>(List.of("/usr/bin/setpriv", "--reuid=" + demo.user(),
				"--regid=" + demo.user(), "--clear-groups", "--", RunningDemo.java(), "-XX:-UsePerfData",
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", classPath, SocketCaller.class.getName()));
		command.addAll(words);
		ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
		builder.directory(Path.of("/tmp").toFile());
		return new HostileApplication(builder.start());
	}

	private static Path copyOfCaller(Path directory) throws IOException {
		Path classes = directory.resolve("caller");
		Path target = classes.resolve(SocketCaller.class.getName().replace('.', '/') + ".class");
		for (Path made = Files.createDirectories(target.getParent()); !made.equals(directory); made = made
			.getParent()) {
			Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
		}
		try (var in = Objects.requireNonNull(SocketCaller.class.getResourceAsStream("SocketCaller.class"))) {
			Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
		}
		Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-r--r--"));
		return classes;
	}

	/**
	 * What it said first: {@code READY} or {@code ENDED}, and more.
	 * @return the line
	 */
	String firstLine() {
		return this.firstLine;
	}

	long helper() {
		if (!this.firstLine.startsWith("READY ")) {
			throw new AssertionError("The helper is not ready: " + this.firstLine);
		}
		return Long.parseLong(this.firstLine.split(" ")[1]);
	}

	Path proc() {
		return Path.of("/proc", Long.toString(helper()));
	}

	List<String> environmentOfHelper() throws IOException {
		return List.of(Files.readString(proc().resolve("environ"), StandardCharsets.ISO_8859_1).split("\0"));
	}

	String status(String field) throws IOException {
		for (String line : Files.readString(proc().resolve("status"), StandardCharsets.ISO_8859_1).split("\n")) {
			if (line.startsWith(field + ":")) {
				return line.substring(field.length() + 1).strip();
			}
		}
		throw new AssertionError("There is no " + field);
	}

	String limit(String name) throws IOException {
		for (String line : Files.readString(proc().resolve("limits"), StandardCharsets.ISO_8859_1).split("\n")) {
			if (line.startsWith(name)) {
				return line.substring(name.length()).strip().replaceAll("\\s+", " ");
			}
		}
		throw new AssertionError("There is no " + name);
	}

	/**
	 * Whether the helper answers.
	 * @return whether it does
	 * @throws IOException if the application has ended
	 */
	boolean isServed() throws IOException {
		tell("");
		return "PONG".equals(this.out.readLine());
	}

	/**
	 * Calls a function without arguments, and does not wait for its answer.
	 * @param function number of the function
	 * @throws IOException if the application has ended
	 */
	void call(int function) throws IOException {
		tell("call " + function);
	}

	/**
	 * Starts another child of the application, which does nothing.
	 * @return its process id
	 * @throws IOException if the application has ended
	 */
	long startChild() throws IOException {
		tell("child");
		return Long.parseLong(String.valueOf(this.out.readLine()).substring("CHILD ".length()));
	}

	private void tell(String line) throws IOException {
		this.process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
		this.process.getOutputStream().flush();
	}

	/**
	 * Kills the application, without a chance to end its helper.
	 * @throws InterruptedException if the test is interrupted
	 */
	void kill() throws InterruptedException {
		this.process.destroyForcibly().waitFor();
	}

	@Override
	public void close() throws IOException {
		this.process.getOutputStream().close();
		try {
			if (!this.process.waitFor(2, TimeUnit.MINUTES)) {
				this.process.destroyForcibly();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
