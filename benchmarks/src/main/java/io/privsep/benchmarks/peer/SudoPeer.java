package io.privsep.benchmarks.peer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.privsep.benchmarks.load.Commands;
import io.privsep.benchmarks.load.Payload;
import io.privsep.benchmarks.load.Subject;

/**
 * What is often done instead: a program started through sudo for each call.
 */
public final class SudoPeer implements Subject {

	private SudoPeer() {
	}

	public static void main(String[] args) throws Exception {
		Process trial = new ProcessBuilder("sudo", "-n", "true").inheritIO().start();
		if (trial.waitFor() != 0) {
			throw new IllegalStateException("'sudo -n true' is not allowed here");
		}
		Commands.serve(new SudoPeer(), System.out);
	}

	@Override
	public List<Long> pids() {
		return List.of();
	}

	@Override
	public @Nullable String reasonToSkip(Payload payload) {
		return switch (payload) {
			case RECORD, LIST, EXCEPTION -> "a program takes and gives bytes alone";
			default -> null;
		};
	}

	@Override
	public Call call(Payload payload, int caller) {
		byte[] value = (payload.value() instanceof String text) ? text.getBytes(StandardCharsets.UTF_8)
				: (byte[]) payload.value();
		return () -> {
			Process process = new ProcessBuilder("sudo", "-n", "cat").redirectError(ProcessBuilder.Redirect.INHERIT)
				.start();
			Thread writer = null;
			if (value.length > 1 << 15) {
				writer = new Thread(() -> write(process, value), "writer");
				writer.start();
			}
			else {
				write(process, value);
			}
			try (InputStream output = process.getInputStream()) {
				Checks.same(value.length, output.readAllBytes().length);
			}
			Checks.same(0, process.waitFor());
			if (writer != null) {
				writer.join();
			}
		};
	}

	private static void write(Process process, byte[] value) {
		try (OutputStream input = process.getOutputStream()) {
			input.write(value);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
