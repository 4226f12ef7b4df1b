package io.privsep.helper;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.privsep.launch.ArchiveFile;

/**
 * Makes an archive of the classes that a helper loads: runs a helper with
 * {@link ArchiveTraining}, whose JVM writes the archive at its end, and brings that into
 * its place.
 * <p>
 * It is a process of its own, without rights, which nobody has to wait for: whoever
 * starts it may have given up root before it is done.
 */
public final class ArchiveMain {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	/** An archive that is used is touched. */
	private static final Duration KEPT = Duration.ofDays(30);

	private static final String LOCK = ".lock";

	private static final String NEW = ".new";

	private ArchiveMain() {
	}

	/**
	 * Makes an archive.
	 * @param args the directory, the name of the archive, and the words that start the
	 * helper on the connection that is the standard input of both
	 * @throws IOException if the archive cannot be written
	 * @throws InterruptedException never
	 */
	public static void main(String[] args) throws IOException, InterruptedException {
		Path directory = Path.of(args[0]);
		// one at a time, also where many applications are started at once
		try (FileChannel lock = FileChannel.open(directory.resolve(LOCK),
				Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
			lock.lock();
			if (ArchiveFile.find(directory, args[1]).isEmpty()) {
				removeUnused(directory);
				make(directory, args[1], Arrays.asList(args).subList(2, args.length));
			}
		}
	}

	private static void make(Path directory, String name, List<String> helper)
			throws IOException, InterruptedException {
		Path fresh = directory.resolve(name + NEW);
		Files.deleteIfExists(fresh);
		List<String> words = new ArrayList<>(helper);
		words.add(1, "-XX:ArchiveClassesAtExit=" + fresh);
		Process process = new ProcessBuilder(words).redirectInput(ProcessBuilder.Redirect.INHERIT)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		try {
			if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS) || process.exitValue() != ExitStatus.OK) {
				throw new IOException("the helper did not end well within " + LIMIT.toSeconds() + "s");
			}
			ArchiveFile.bringIntoPlace(fresh, name);
		}
		finally {
			process.destroyForcibly();
			Files.deleteIfExists(fresh);
		}
	}

	private static void removeUnused(Path directory) throws IOException {
		Instant oldest = Instant.now().minus(KEPT);
		try (DirectoryStream<Path> files = Files.newDirectoryStream(directory,
				"*{" + ArchiveFile.SUFFIX + "," + NEW + "}")) {
			for (Path file : files) {
				if (Files.getLastModifiedTime(file).toInstant().isBefore(oldest)) {
					Files.delete(file);
				}
			}
		}
	}

}
