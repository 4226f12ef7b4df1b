package io.privsep.benchmarks.tika;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * One side of the comparison: parses documents in another process.
 */
interface Subject extends AutoCloseable {

	/** How many documents it parses at once. */
	int AT_ONCE = 2;

	/** How long it may take for a document, in seconds. */
	int TIMEOUT = 5;

	/** Heap of each of its processes, in MiB. */
	int HEAP = 256;

	ParsedDocument parse(byte[] document) throws Exception;

	/**
	 * Parses a hostile document in the way of the older constructors of the fork parser,
	 * whose processes get their classes from the application.
	 * @param document the document
	 * @return what is found in it
	 * @throws Exception if it is not parsed
	 */
	default ParsedDocument parseLegacy(byte[] document) throws Exception {
		return parse(document);
	}

	/** Ends its processes. */
	void stop();

	/** Has others started, now or for the next document. */
	void start();

	@Override
	void close();

	/**
	 * A class whose name is on the command lines of its processes.
	 * @return its name
	 */
	String mainClass();

	/**
	 * Its processes.
	 * @return their ids
	 */
	default List<Long> pids() {
		return ProcessHandle.current()
			.descendants()
			.map(ProcessHandle::pid)
			.filter((pid) -> commandLine(pid).contains(mainClass()))
			.toList();
	}

	private static String commandLine(long pid) {
		try {
			return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"));
		}
		catch (IOException ex) {
			// it has ended
			return "";
		}
	}

	/**
	 * The memory of all its processes, each shared page a part of it.
	 * @return the PSS, in MiB
	 * @throws IOException if the system does not tell
	 */
	default double memory() throws IOException {
		long kibibytes = 0;
		for (long pid : pids()) {
			try {
				kibibytes += Files.readAllLines(Path.of("/proc", Long.toString(pid), "smaps_rollup"))
					.stream()
					.filter((line) -> line.startsWith("Pss:"))
					.mapToLong((line) -> Long.parseLong(line.replaceAll("\\D", "")))
					.sum();
			}
			catch (NoSuchFileException ex) {
				// it has ended
			}
		}
		return kibibytes / 1024.0;
	}

}
