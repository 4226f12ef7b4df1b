package io.privsep.test.app;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

import org.springframework.stereotype.Component;

import io.privsep.PrivsepFunction;

/**
 * Functions of the message of the day.
 */
@Component
@PrivsepFunction("motd")
public class Motd {

	private final MotdSettings settings;

	private volatile String message = "";

	public Motd(MotdSettings settings) {
		this.settings = settings;
	}

	public void update(String message) throws IOException {
		if (message.isBlank()) {
			throw new IOException("There is nothing to write");
		}
		this.message = this.settings.prefix() + message;
	}

	public String read() {
		return this.message;
	}

	@PrivsepFunction(value = "motd", timeout = "50ms")
	public String readSoon() {
		return this.message;
	}

	@PrivsepFunction(value = "motd", timeout = "0")
	public String readWithoutLimit() {
		return this.message;
	}

	public CompletableFuture<String> readLater() {
		return CompletableFuture.completedFuture(this.message);
	}

	public int sum(int[] numbers) {
		int sum = 0;
		for (int number : numbers) {
			sum += number;
		}
		// the caller's own array would show that nothing has passed the codec
		numbers[0] = -1;
		return sum;
	}

	public long pid() {
		return ProcessHandle.current().pid();
	}

}
