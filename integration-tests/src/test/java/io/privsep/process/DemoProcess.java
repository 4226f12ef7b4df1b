package io.privsep.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;

import io.privsep.demo.RunningDemo;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A JVM that runs the demo in some way, as an ordinary user.
 *
 * @param process its process
 * @param log what it writes
 */
record DemoProcess(Process process, Path log) implements AutoCloseable {

	static final int USER = 62199;

	/**
	 * Starts it.
	 * @param directory where it runs, and its log lies
	 * @param words options and arguments of the JVM
	 * @return the process
	 * @throws IOException if it cannot be started
	 */
	static DemoProcess start(Path directory, List<String> words) throws IOException {
		List<String> java = new ArrayList<>(
				List.of(RunningDemo.java(), "-XX:-UsePerfData", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
		java.addAll(words);
		Path temporary = Files.createTempDirectory(directory, "tmp");
		Files.setAttribute(temporary, "unix:uid", USER);
		java.add(1, "-Djava.io.tmpdir=" + temporary);
		Path log = Files.createTempFile(directory, "demo", ".log");
		return new DemoProcess(
				new ProcessBuilder(Command.as(USER, java.toArray(String[]::new))).directory(directory.toFile())
					.redirectErrorStream(true)
					.redirectOutput(log.toFile())
					.start(),
				log);
	}

	/**
	 * Starts it with helpers that have its own rights, and waits for them.
	 * @param directory where it runs, and its log lies
	 * @param words options of the JVM, and the arguments that come first
	 * @return the process
	 * @throws IOException if it cannot be started
	 */
	static DemoProcess startWithHelpers(Path directory, List<String> words) throws IOException {
		List<String> all = new ArrayList<>(words);
		all.addAll(List.of("--server.port=0", "--privsep.mode=unprivileged", "--privsep.contexts.documents.standby=0"));
		DemoProcess demo = start(directory, all);
		try {
			Awaitility.await()
				.atMost(5, TimeUnit.MINUTES)
				.until(() -> !demo.process().isAlive() || demo.text().contains("Started DemoApplication"));
			assertThat(demo.text()).contains("Started helpers [documents, motd, nobody, ports] ")
				.contains("Started DemoApplication");
			return demo;
		}
		catch (Throwable ex) {
			demo.close();
			throw ex;
		}
	}

	String text() throws IOException {
		return Files.readString(this.log);
	}

	int await() throws InterruptedException {
		assertThat(this.process.waitFor(5, TimeUnit.MINUTES)).isTrue();
		return this.process.exitValue();
	}

	@Override
	public void close() {
		this.process.destroy();
		this.process.onExit().join();
	}

}
