package io.privsep.definition;

import java.util.List;
import java.util.Properties;

/**
 * What a sandboxed helper is confined to, beside its JVM and the code that it runs.
 *
 * @param hostNetwork whether it has the network of the host; if not, it has none
 * @param read absolute paths that it may read, and what is below them
 * @param write absolute paths that it may write as well, and what is below them
 * @param tmpSize the most bytes of its temporary files
 * @param exec whether it may start programs
 * @param maxMemory the most bytes of its own memory, beside what the JVM takes for
 * itself: heap, direct buffers, stacks and native memory
 * @param maxOpenFiles the most descriptors that it has open
 * @param maxFileSize the most bytes of a file that it writes
 */
public record Sandbox(boolean hostNetwork, List<String> read, List<String> write, long tmpSize, boolean exec,
		long maxMemory, int maxOpenFiles, long maxFileSize) {

	/**
	 * The most threads of a sandboxed helper, beside one for each call that runs, with
	 * the JVM's own and, where it may start some, programs.
	 */
	public static final int MAX_THREADS = 256;

	/**
	 * The most bytes of the first thread's stack, which the limit of data does not count.
	 */
	public static final long STACK = 8 << 20;

	/**
	 * What a JVM takes for itself, whatever functions do: its own threads, compiled code,
	 * classes, and tables of the heap. JDK 25 was seen to take 75 MB, with a heap that is
	 * full.
	 */
	private static final long JVM = 64 << 20;

	/**
	 * What a JVM reserves beside what it uses, with the options of a sandbox, and what
	 * memory may be had in ways that the limit of data does not count. JDK 17 and 25 were
	 * seen to reserve 600 MB beside the heap; the rest is for files that are mapped.
	 */
	private static final long RESERVED = 1L << 30;

	/**
	 * Property with the namespaces outside the sandbox, from the process that starts the
	 * helper, such as {@code user:[4026531837],net:[4026531840]}.
	 */
	public static final String OUTSIDE = "privsep.outside";

	/**
	 * Property with what the paths of the sandbox lead to for the application: the number
	 * of the file system and of the inode of each, those to read first. An installed
	 * helper does not have it: its wrapper looks at who could change these paths.
	 */
	public static final String SOURCES = "privsep.sources";

	private static final String PREFIX = "sandbox.";

	static final String ENABLED = PREFIX + "enabled";

	/**
	 * The most threads of a helper, and processes where it may start some.
	 * @param maxConcurrency how many calls run at once
	 * @return the number; 0 for no limit, as before Linux 5.14, where it would count all
	 * of the user's, also outside of the sandbox (user_namespaces(7))
	 */
	public static int maxThreads(int maxConcurrency) {
		return isAtLeast(System.getProperty("os.version"), 5, 14) ? MAX_THREADS + maxConcurrency : 0;
	}

	static boolean isAtLeast(String version, int major, int minor) {
		int dot = endOfNumber(version, 0);
		int end = endOfNumber(version, dot + 1);
		if (dot == 0 || end <= dot + 1) {
			return false;
		}
		int actual = Integer.parseInt(version, 0, dot, 10);
		return actual > major || actual == major && Integer.parseInt(version, dot + 1, end, 10) >= minor;
	}

	private static int endOfNumber(String text, int begin) {
		int end = begin;
		while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
			end++;
		}
		return end;
	}

	/**
	 * The most bytes that the process maps for itself alone, and may write
	 * ({@code RLIMIT_DATA}).
	 * @return that of {@code maxMemory}, and what the JVM takes for itself
	 */
	public long data() {
		return this.maxMemory + JVM;
	}

	/**
	 * The most bytes of addresses that it has. They bound what the limit of data does not
	 * count.
	 * @return that of {@code maxMemory}, and what a JVM reserves
	 */
	public long addressSpace() {
		return data() + RESERVED;
	}

	void write(Properties properties) {
		properties.setProperty(PREFIX + "network", this.hostNetwork ? "host" : "none");
		writePaths(properties, "read.", this.read);
		writePaths(properties, "write.", this.write);
		properties.setProperty(PREFIX + "tmp-size", Long.toString(this.tmpSize));
		properties.setProperty(PREFIX + "exec", Boolean.toString(this.exec));
		properties.setProperty(PREFIX + "max-memory", Long.toString(this.maxMemory));
		properties.setProperty(PREFIX + "max-open-files", Integer.toString(this.maxOpenFiles));
		properties.setProperty(PREFIX + "max-file-size", Long.toString(this.maxFileSize));
	}

	private static void writePaths(Properties properties, String name, List<String> paths) {
		for (int i = 0; i < paths.size(); i++) {
			properties.setProperty(PREFIX + name + i, paths.get(i));
		}
	}

	static Sandbox read(DefinitionKeys keys) {
		return new Sandbox(keys.takeChoice(PREFIX + "network", "host", "none"), keys.takeList(PREFIX + "read."),
				keys.takeList(PREFIX + "write."), Long.parseLong(keys.take(PREFIX + "tmp-size")),
				keys.takeBoolean(PREFIX + "exec"), Long.parseLong(keys.take(PREFIX + "max-memory")),
				Integer.parseInt(keys.take(PREFIX + "max-open-files")),
				Long.parseLong(keys.take(PREFIX + "max-file-size")));
	}

}
