package io.privsep.autoconfigure;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds helpers before they are ready: their JVMs read options from a file, which is a
 * pipe that nobody writes to as long as the gate is shut.
 */
final class StartGate implements AutoCloseable {

	private final Path options;

	private final Path pipe;

	/** Both ends of the pipe: whoever waits at it goes on. */
	private RandomAccessFile ends;

	/**
	 * Makes a gate, which is open.
	 * @param directory where its files are
	 * @throws IOException if they cannot be made
	 */
	StartGate(Path directory) throws IOException {
		this.options = Files.createFile(directory.resolve("options"));
		this.pipe = directory.resolve("pipe");
	}

	/**
	 * Sends helpers through the gate.
	 * @return the property of their context
	 */
	String property() {
		return "jvm.options=-XX:VMOptionsFile=" + this.options;
	}

	// Once.
	void shut() throws IOException, InterruptedException {
		assertThat(new ProcessBuilder("mkfifo", this.pipe.toString()).inheritIO().start().waitFor()).isZero();
		// in one step: a JVM that found no file would not start
		Path link = Files.createLink(this.pipe.resolveSibling("link"), this.pipe);
		Files.move(link, this.options, StandardCopyOption.ATOMIC_MOVE);
	}

	void open() throws IOException {
		Path empty = Files.createFile(this.options.resolveSibling("empty"));
		Files.move(empty, this.options, StandardCopyOption.ATOMIC_MOVE);
		this.ends = new RandomAccessFile(this.pipe.toFile(), "rw");
	}

	@Override
	public void close() throws IOException {
		if (this.ends != null) {
			this.ends.close();
		}
	}

}
