package io.privsep.demo;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

import io.privsep.commandloop.CommandLoop;
import io.privsep.demo.InstalledDemo.Result;

/**
 * The demo's jars side by side, as the tools mode of Spring Boot extracts them: once for
 * all tests of a build, beside the executable jar.
 */
final class ExtractedDemo {

	static final Path EXECUTABLE = Path.of(System.getProperty("demo.jar"));

	private static @Nullable ExtractedDemo shared;

	private final Path jar;

	/** That runs commands, once there was one. */
	private @Nullable Process commands;

	private ExtractedDemo(Path directory) {
		this.jar = directory.resolve(EXECUTABLE.getFileName());
	}

	static synchronized ExtractedDemo get() throws IOException, InterruptedException {
		if (shared == null) {
			Path directory = EXECUTABLE.resolveSibling("extracted");
			Path done = directory.resolveSibling(directory.getFileName() + "-done");
			ExtractedDemo demo = new ExtractedDemo(directory);
			// tests run in several processes
			try (FileChannel channel = FileChannel.open(EXECUTABLE.resolveSibling("extracted-lock"),
					StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
				channel.lock();
				if (!isNewer(done, EXECUTABLE)) {
					FileSystemUtils.deleteRecursively(directory);
					extract(EXECUTABLE, directory);
					Files.deleteIfExists(done);
					Files.createFile(done);
				}
			}
			shared = demo;
		}
		return shared;
	}

	// A build without 'clean' leaves that of another jar, whose own time is always the
	// same.
	private static boolean isNewer(Path file, Path than) throws IOException {
		return Files.exists(file) && changed(file).compareTo(changed(than)) >= 0;
	}

	private static FileTime changed(Path file) throws IOException {
		return (FileTime) Files.getAttribute(file, "unix:ctime");
	}

	static void extract(Path jar, Path destination) throws IOException, InterruptedException {
		InstalledDemo.run(List.of(RunningDemo.java(), "-XX:-UsePerfData", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
				"-Djarmode=tools", "-jar", jar.toString(), "extract", "--force", "--destination",
				destination.toString()))
			.requireSuccess();
	}

	/**
	 * The words that run a command of the installation, but for the command.
	 * @param java the JVM
	 * @return the words
	 */
	List<String> command(String java) {
		return List.of(java, "-XX:-UsePerfData", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp",
				this.jar.toString(), "io.privsep.install.InstallCommand");
	}

	/**
	 * Runs a command of the installation in a JVM that has run others before, and ends
	 * with this one. The cost of a command is mostly that of a JVM and of the
	 * application's classes.
	 * @param words the command and its options
	 * @return what it said
	 * @throws IOException if there is no such JVM
	 */
	synchronized Result run(List<String> words) throws IOException {
		if (this.commands == null) {
			this.commands = startCommands();
		}
		String line = Base64.getEncoder().encodeToString(String.join("\0", words).getBytes(StandardCharsets.UTF_8));
		PrintWriter in = new PrintWriter(this.commands.outputWriter(), true);
		in.println(line);
		String[] answer = Objects.requireNonNull(this.commands.inputReader().readLine(), "the JVM has ended")
			.split(" ", -1);
		return new Result(Integer.parseInt(answer[0]), decode(answer[1]), decode(answer[2]));
	}

	private static String decode(String text) {
		return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
	}

	private Process startCommands() throws IOException {
		String code = CommandLoop.class.getName().replace('.', '/') + ".class";
		Path directory = Files.createTempDirectory(this.jar.getParent().getParent(), "commands");
		try (InputStream in = Objects.requireNonNull(CommandLoop.class.getClassLoader().getResourceAsStream(code))) {
			Files.createDirectories(directory.resolve(code).getParent());
			Files.copy(in, directory.resolve(code));
		}
		return new ProcessBuilder(RunningDemo.java(), "-XX:-UsePerfData", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
				"-Xbootclasspath/a:" + directory, "-cp", this.jar.toString(), CommandLoop.class.getName())
			.directory(new File("/"))
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
	}

	/**
	 * Copies the jars.
	 * @param destination a directory to be made
	 * @return the application's jar there
	 * @throws IOException if it cannot be made
	 */
	Path copy(Path destination) throws IOException {
		FileSystemUtils.copyRecursively(this.jar.getParent(), destination);
		return destination.resolve(this.jar.getFileName());
	}

}
