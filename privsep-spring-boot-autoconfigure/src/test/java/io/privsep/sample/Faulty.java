package io.privsep.sample;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.privsep.PrivsepFunction;

/**
 * Functions that do to their helper what functions should not do, and some that do not.
 */
@PrivsepFunction("faulty")
public class Faulty {

	private static final AtomicInteger COUNT = new AtomicInteger();

	private final List<FileInputStream> files = new ArrayList<>();

	public long pid() {
		return ProcessHandle.current().pid();
	}

	/**
	 * Counts in the state of its class, which outlives all but the process.
	 * @return how often it was called before, and one
	 */
	public int count() {
		return COUNT.incrementAndGet();
	}

	/**
	 * Says that it ran.
	 * @param file gets a line
	 * @param id the line
	 * @return the same
	 * @throws IOException if it cannot be written
	 */
	public int mark(Path file, int id) throws IOException {
		Files.writeString(file, id + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
		return id;
	}

	/**
	 * Sleeps for ten minutes.
	 * @param begun a file that it makes before
	 * @return the process id
	 * @throws IOException if the file cannot be made
	 * @throws InterruptedException if it is cancelled
	 */
	public long hang(Path begun) throws IOException, InterruptedException {
		Files.createFile(begun);
		return nap(600_000);
	}

	public long nap(long millis) throws InterruptedException {
		Thread.sleep(millis);
		return pid();
	}

	public CompletableFuture<Long> napLater(long millis) throws InterruptedException {
		return CompletableFuture.completedFuture(nap(millis));
	}

	/**
	 * Runs until there is a file.
	 * @param file the file
	 * @return the process id
	 * @throws InterruptedException if it is cancelled
	 */
	public CompletableFuture<Long> waitFor(Path file) throws InterruptedException {
		while (Files.notExists(file)) {
			Thread.sleep(10);
		}
		return CompletableFuture.completedFuture(pid());
	}

	/**
	 * Says that it runs, and runs until there is a file.
	 * @param begun a file that it makes before
	 * @param file the file
	 * @return the process id
	 * @throws IOException if the first file cannot be made
	 * @throws InterruptedException if it is cancelled
	 */
	public CompletableFuture<Long> beginAndWaitFor(Path begun, Path file) throws IOException, InterruptedException {
		Files.createFile(begun);
		return waitFor(file);
	}

	@PrivsepFunction(value = "faulty", timeout = "1ms")
	public void late() throws InterruptedException {
		Thread.sleep(60_000);
	}

	@PrivsepFunction(value = "faulty", timeout = "100ms")
	public void ignoreCancellation() {
		while (true) {
			Thread.onSpinWait();
		}
	}

	public byte[] large(int length) {
		return new byte[length];
	}

	public int length(byte[] bytes, String text) {
		return bytes.length + text.length();
	}

	/**
	 * Opens files until there is no descriptor left, and keeps them.
	 * @return what the system said in the end
	 */
	public String exhaustDescriptors() {
		while (true) {
			try {
				this.files.add(new FileInputStream("/dev/null"));
			}
			catch (IOException ex) {
				return String.valueOf(ex.getMessage());
			}
		}
	}

	public int releaseDescriptors() throws IOException {
		int count = this.files.size();
		for (FileInputStream each : this.files) {
			each.close();
		}
		this.files.clear();
		return count;
	}

	public void exhaustHeap() {
		List<byte[]> all = new ArrayList<>();
		while (true) {
			all.add(new byte[1 << 20]);
		}
	}

	/**
	 * Nearly fills the heap, and goes on to make garbage, as a parser does that has read
	 * too large a document.
	 * @return never
	 */
	@PrivsepFunction(value = "faulty", timeout = "5s")
	public int fillHeap() {
		Runtime runtime = Runtime.getRuntime();
		System.gc();
		long left = runtime.maxMemory() / 100 * 88 - (runtime.totalMemory() - runtime.freeMemory());
		List<byte[]> all = new ArrayList<>();
		while (left > 0) {
			all.add(new byte[1 << 14]);
			left -= 1 << 14;
		}
		System.gc();
		while (!all.isEmpty()) {
			all.set(0, new byte[1 << 14]);
		}
		return all.size();
	}

	public void overflowStack() {
		overflowStack();
	}

	public void failToLink() {
		Unlinkable.touch();
	}

	public void exit() {
		System.exit(3);
	}

	public int readInput() throws IOException {
		return System.in.read();
	}

	public void closeInput() throws IOException {
		System.in.close();
	}

	public Path descriptor() throws IOException {
		return Files.readSymbolicLink(Path.of("/proc/self/fd/0"));
	}

	public void closeDescriptor() throws IOException {
		new FileInputStream(FileDescriptor.in).close();
	}

	public void print(int lines) {
		for (int i = 0; i < lines; i++) {
			System.out.write("a line that goes nowhere\n".getBytes(StandardCharsets.UTF_8), 0, 25);
		}
		System.out.flush();
	}

	/** A class that cannot be initialized. */
	static final class Unlinkable {

		static {
			if (ProcessHandle.current().isAlive()) {
				throw new IllegalStateException("as the test wants it");
			}
		}

		private Unlinkable() {
		}

		static void touch() {
		}

	}

}
