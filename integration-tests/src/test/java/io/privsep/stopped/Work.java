package io.privsep.stopped;

import java.nio.file.Files;
import java.nio.file.Path;

import io.privsep.PrivsepFunction;

/**
 * Functions of a helper with a user of its own.
 */
@PrivsepFunction("work")
public class Work {

	private volatile boolean holds;

	/**
	 * Runs until the application is being stopped.
	 * @param file that is there then
	 * @return what it says
	 * @throws InterruptedException if it is cancelled
	 */
	public String hold(Path file) throws InterruptedException {
		this.holds = true;
		while (!Files.exists(file)) {
			Thread.sleep(20);
		}
		return "held";
	}

	public boolean holds() {
		return this.holds;
	}

	public String echo(String text) {
		return text;
	}

}
