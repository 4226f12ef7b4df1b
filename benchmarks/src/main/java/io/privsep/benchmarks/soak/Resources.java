package io.privsep.benchmarks.soak;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * What a process holds.
 *
 * @param heap heap in use after a collection, in bytes
 * @param rss resident set, in KiB
 * @param descriptors open descriptors
 * @param threads threads
 */
record Resources(long heap, long rss, long descriptors, long threads) {

	static Resources ofThisProcess() throws IOException {
		System.gc();
		Runtime runtime = Runtime.getRuntime();
		return new Resources(runtime.totalMemory() - runtime.freeMemory(), rss("self"),
				Objects.requireNonNull(new File("/proc/self/fd").list()).length,
				ManagementFactory.getThreadMXBean().getThreadCount());
	}

	static Resources ofHelper(SoakFunctions functions, long pid) throws IOException {
		long[] resources = functions.resources();
		return new Resources(resources[0], rss(Long.toString(pid)), resources[1], resources[2]);
	}

	private static long rss(String pid) throws IOException {
		return Files.readAllLines(Path.of("/proc", pid, "status"))
			.stream()
			.filter((line) -> line.startsWith("VmRSS:"))
			.mapToLong((line) -> Long.parseLong(line.replaceAll("\\D", "")))
			.findFirst()
			.orElseThrow();
	}

}
