package io.privsep.demo;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

/**
 * The demo's jars side by side, as the tools mode of Spring Boot extracts them: once for
 * all tests of a build, beside the executable jar. With them is an archive of the classes
 * that commands of the installation load: a command takes half of the time so.
 */
final class ExtractedDemo {

	static final Path EXECUTABLE = Path.of(System.getProperty("demo.jar"));

	private static @Nullable ExtractedDemo shared;

	private final Path jar;

	private final Path archive;

	private ExtractedDemo(Path directory) {
		this.jar = directory.resolve(EXECUTABLE.getFileName());
		this.archive = directory.resolve("commands.jsa");
	}

	static synchronized ExtractedDemo get() throws IOException, InterruptedException {
		if (shared == null) {
			// that of another JVM would not fit
			Path directory = EXECUTABLE.resolveSibling("extracted-" + Runtime.version().feature());
			Path done = directory.resolveSibling(directory.getFileName() + "-done");
			ExtractedDemo demo = new ExtractedDemo(directory);
			// tests run in several processes
			try (FileChannel channel = FileChannel.open(EXECUTABLE.resolveSibling("extracted-lock"),
					StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
				channel.lock();
				if (!isNewer(done, EXECUTABLE)) {
					FileSystemUtils.deleteRecursively(directory);
					extract(EXECUTABLE, directory);
					demo.makeArchive();
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

	private void makeArchive() throws IOException, InterruptedException {
		List<String> words = new ArrayList<>(command(RunningDemo.java()));
		words.add(1, "-XX:ArchiveClassesAtExit=" + this.archive);
		words.addAll(List.of("install", "--dry-run", "--app-user", "nobody", "--prefix", "/nonexistent"));
		// whatever it says of this machine
		InstalledDemo.run(words);
	}

	/**
	 * The words that run a command of the installation, but for the command.
	 * @param java the JVM
	 * @return the words
	 */
	List<String> command(String java) {
		List<String> words = new ArrayList<>(List.of(java, "-XX:-UsePerfData", "-XX:TieredStopAtLevel=1",
				"-XX:+UseSerialGC", "-cp", this.jar.toString(), "io.privsep.install.InstallCommand"));
		if (java.equals(RunningDemo.java()) && Files.exists(this.archive)) {
			words.add(1, "-XX:SharedArchiveFile=" + this.archive);
		}
		return words;
	}

	/**
	 * Copies the jars.
	 * @param destination a directory to be made
	 * @return the application's jar there
	 * @throws IOException if it cannot be made
	 */
	Path copy(Path destination) throws IOException {
		FileSystemUtils.copyRecursively(this.jar.getParent(), destination);
		Files.deleteIfExists(destination.resolve(this.archive.getFileName()));
		return destination.resolve(this.jar.getFileName());
	}

}
