package io.privsep.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Archives of classes that an application makes at its first start, for those that start
 * after it: making them would disturb what is measured meanwhile.
 */
final class PreparedArchives {

	private static final int TENTHS_OF_A_SECOND = 600;

	private final Path directory;

	PreparedArchives(Options options) {
		this.directory = options.home().resolve("archives");
	}

	/**
	 * The command of an application that has its archives here.
	 * @param words its command, without archives
	 * @return the words
	 */
	List<String> in(List<String> words) {
		return words.stream()
			.map((word) -> word.equals(SubjectType.NO_ARCHIVES) ? "--privsep.archive.directory=" + this.directory
					: word)
			.toList();
	}

	/**
	 * Has an application make its archives, and ends it.
	 * @param words the command of an application that has its archives here, and stays
	 * until its standard input ends
	 * @param contexts how many archives it makes
	 * @param log where its errors go
	 * @throws IOException if it does not start, or does not make them
	 */
	void make(List<String> words, int contexts, Path log) throws IOException {
		long wanted = count() + contexts;
		try (RunningSubject subject = RunningSubject.start(SubjectType.PRIVSEP, words, log)) {
			subject.awaitReady();
			for (int i = 0; i < TENTHS_OF_A_SECOND && count() < wanted; i++) {
				TimeUnit.MILLISECONDS.sleep(100);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		if (count() < wanted) {
			throw new IOException("The application has not made its archives of classes");
		}
	}

	private long count() throws IOException {
		if (!Files.isDirectory(this.directory)) {
			return 0;
		}
		try (Stream<Path> files = Files.list(this.directory)) {
			return files.filter((file) -> file.toString().endsWith(".jsa")).count();
		}
	}

}
