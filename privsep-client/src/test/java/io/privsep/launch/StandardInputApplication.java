package io.privsep.launch;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An application that starts children with connections, and has a use for its own
 * standard input.
 */
final class StandardInputApplication {

	private static final int STARTS = 300;

	private StandardInputApplication() {
	}

	/**
	 * Runs the application.
	 * @param args what it does
	 * @throws Exception if something fails
	 */
	public static void main(String[] args) throws Exception {
		switch (args[0]) {
			case "read" -> {
				FutureTask<Long> reader = run(StandardInputApplication::readNumberedBytes);
				startMany();
				System.out.println("started");
				System.out.println("read " + reader.get());
			}
			case "inherit" -> {
				AtomicBoolean done = new AtomicBoolean();
				FutureTask<Integer> programs = run(() -> startPrograms(done));
				startMany();
				done.set(true);
				System.out.println("programs " + programs.get());
			}
			case "at once" -> startAtOnce(10);
			default -> throw new IllegalArgumentException(args[0]);
		}
		// not by itself, should a thread still read
		Runtime.getRuntime().halt(0);
	}

	static byte numbered(long position) {
		return (byte) (position % 251);
	}

	private static <T> FutureTask<T> run(Callable<T> callable) {
		FutureTask<T> task = new FutureTask<>(callable);
		Thread thread = new Thread(task);
		thread.setDaemon(true);
		thread.start();
		return task;
	}

	private static long readNumberedBytes() throws IOException {
		InputStream input = new FileInputStream(FileDescriptor.in);
		byte[] bytes = new byte[64];
		long read = 0;
		while (true) {
			int length = input.read(bytes);
			if (length < 0) {
				return read;
			}
			for (int i = 0; i < length; i++, read++) {
				if (bytes[i] != numbered(read)) {
					System.out.println("wrong byte at " + read);
					Runtime.getRuntime().halt(1);
				}
			}
		}
	}

	private static int startPrograms(AtomicBoolean done) throws Exception {
		int started = 0;
		while (!done.get()) {
			new ProcessBuilder("readlink", "/proc/self/fd/0").inheritIO().start().waitFor();
			started++;
		}
		return started;
	}

	private static void startMany() throws IOException {
		for (int i = 0; i < STARTS; i++) {
			startAndTalk(i);
		}
	}

	private static void startAtOnce(int count) throws Exception {
		CyclicBarrier barrier = new CyclicBarrier(count);
		List<FutureTask<String>> starts = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			int number = i;
			starts.add(run(() -> {
				barrier.await();
				return startAndTalk(number);
			}));
		}
		for (FutureTask<String> start : starts) {
			System.out.println(start.get());
		}
	}

	// what it is sent comes back
	private static String startAndTalk(int number) throws IOException {
		String sent = "this is number " + number;
		ByteBuffer first = StandardCharsets.UTF_8.encode(sent);
		ByteBuffer answer = ByteBuffer.allocate(first.remaining());
		HelperProcess child = ChildHelper.start("talk", List.of("/bin/sh", "-c", "exec cat >&0"), Map.of(), first);
		while (answer.hasRemaining()) {
			if (child.connection().read(answer) < 0) {
				throw new IOException("The connection of child " + number + " has ended after " + answer);
			}
		}
		String received = StandardCharsets.UTF_8.decode(answer.flip()).toString();
		if (!received.equals(sent)) {
			throw new IOException("Sent '" + sent + "' and received '" + received + "'");
		}
		return received + ": " + child.end().text();
	}

}
