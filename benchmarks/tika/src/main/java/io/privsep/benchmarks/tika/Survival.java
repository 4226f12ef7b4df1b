package io.privsep.benchmarks.tika;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Looks whether a hostile parser is still there when the application was killed.
 */
final class Survival {

	private static final int SECONDS = 5;

	private Survival() {
	}

	/**
	 * Kills an application in whose process a hostile parser stays.
	 * @param subject name of what the application uses
	 * @param directory a directory of its own
	 * @return whether any of its processes was there some seconds later
	 * @throws Exception if the application does not start
	 */
	static Outcome of(String subject, Path directory) throws Exception {
		Process application = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-cp", System.getProperty("java.class.path"), "-Xmx256m", TikaBenchmarks.class.getName(),
				directory.toString(), subject)
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		List<ProcessHandle> processes = List.of();
		try {
			processes = pids(application.inputReader()).map(ProcessHandle::of).flatMap(Optional::stream).toList();
		}
		finally {
			application.destroyForcibly().waitFor();
		}
		TimeUnit.SECONDS.sleep(SECONDS);
		List<ProcessHandle> left = processes.stream().filter(ProcessHandle::isAlive).toList();
		left.forEach(ProcessHandle::destroyForcibly);
		return new Outcome("be there still " + SECONDS + " s after the application was killed", !left.isEmpty(), "");
	}

	private static Stream<Long> pids(BufferedReader output) throws IOException {
		String line = output.readLine();
		if (line == null || line.isEmpty()) {
			throw new IOException("The application that was to be killed has said nothing");
		}
		return Stream.of(line.split(" ")).map(Long::valueOf);
	}

	/**
	 * Is that application.
	 * @param subject what it uses
	 * @throws Exception if it is not killed in time
	 */
	static void beKilled(Subject subject) throws Exception {
		subject.parse(Attempt.STAY.document(""));
		// until it has done what it wants to do first
		TimeUnit.SECONDS.sleep(1);
		System.out.println(String.join(" ", subject.pids().stream().map(String::valueOf).toList()));
		TimeUnit.MINUTES.sleep(1);
		System.exit(1);
	}

}
