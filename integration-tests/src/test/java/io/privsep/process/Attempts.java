package io.privsep.process;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import com.github.luben.zstd.Zstd;
import com.sun.jna.Native;

import io.privsep.Audited;
import io.privsep.PrivsepFunction;
import io.privsep.rights.ThreadRights;

/**
 * Functions that try what some capability allows, and say how it went.
 */
@PrivsepFunction(Attempts.CONTEXT)
class Attempts {

	static final String CONTEXT = "attempts";

	static final String DONE = "done";

	private final AtomicInteger sleeping = new AtomicInteger();

	public String echo(String text) {
		return text;
	}

	public String property(String name) {
		return System.getProperty(name, "");
	}

	public String write(@Audited String file) {
		return attempt(() -> Files.writeString(Path.of(file), "written"));
	}

	public String bindLowPort() {
		return attempt(() -> {
			for (int port = 1023; port > 1000; port--) {
				try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
					socket.getLocalPort();
					return;
				}
				catch (BindException ex) {
					if (!String.valueOf(ex.getMessage()).contains("in use")) {
						throw ex;
					}
				}
			}
			throw new IOException("all ports are in use");
		});
	}

	public String chown(String file, int uid) {
		return attempt(() -> Files.setAttribute(Path.of(file), "unix:uid", uid));
	}

	public String signal(long pid) {
		return attempt(() -> {
			if (!ProcessHandle.of(pid).orElseThrow().destroy()) {
				throw new IOException("not permitted");
			}
		});
	}

	/**
	 * Runs a script of the shell, with the rights of the helper.
	 * @param script the script
	 * @return the exit status in brackets, and the output
	 * @throws Exception if there is no shell
	 */
	public String run(String script) throws Exception {
		Process process = new ProcessBuilder("/bin/sh", "-c", script).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		return "[" + process.waitFor() + "] " + output;
	}

	/**
	 * Calls the kernel, past the JVM.
	 * @param number number of the system call
	 * @param arguments its arguments, six at most; the others are -1
	 * @return its result, or its error, negative
	 * @throws IOException never
	 */
	public int systemCall(int number, long... arguments) throws IOException {
		return SystemCalls.call(number, arguments);
	}

	/**
	 * What the threads of the helper are confined by, also new ones.
	 * @param count how many new threads
	 * @return the modes of seccomp that they have, each with how many have it
	 * @throws Exception if they cannot be started
	 */
	public Map<String, Integer> seccompModes(int count) throws Exception {
		CountDownLatch running = new CountDownLatch(count);
		CountDownLatch end = new CountDownLatch(1);
		for (int i = 0; i < count; i++) {
			new Thread(() -> {
				running.countDown();
				try {
					end.await();
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			}).start();
		}
		running.await();
		try {
			Map<String, Integer> modes = new TreeMap<>();
			for (ThreadRights thread : ThreadRights.ofAllThreads().values()) {
				modes.merge(Integer.toString(thread.seccompMode()), 1, Integer::sum);
			}
			return modes;
		}
		finally {
			end.countDown();
		}
	}

	/**
	 * Does what functions do.
	 * @param directory where it may write
	 * @return what it did
	 * @throws Exception if something cannot be done
	 */
	public List<String> work(Path directory) throws Exception {
		return OrdinaryWork.all(directory);
	}

	/**
	 * Has a library unpack native code, and calls it.
	 * @param library its name
	 * @return what it answers
	 * @throws SQLException if that is how it fails
	 */
	public String nativeLibrary(String library) throws SQLException {
		return switch (library) {
			case "jna" -> Integer.toString(Native.POINTER_SIZE);
			case "zstd-jni" -> (Zstd.compress(new byte[100_000]).length < 1000) ? "small" : "large";
			case "sqlite-jdbc" -> fromSqlite("select 6 * 7");
			default -> throw new IllegalArgumentException(library);
		};
	}

	private static String fromSqlite(String query) throws SQLException {
		try (Connection database = DriverManager.getConnection("jdbc:sqlite::memory:");
				Statement statement = database.createStatement();
				ResultSet row = statement.executeQuery(query)) {
			return row.getString(1);
		}
	}

	/**
	 * Writes a temporary file.
	 * @param length its length
	 * @return how that went
	 */
	public String temporaryFile(int length) {
		return attempt(() -> Files.write(Files.createTempFile("privsep", ".tmp"), new byte[length]));
	}

	public boolean sleep(long millis) throws InterruptedException {
		this.sleeping.incrementAndGet();
		Thread.sleep(millis);
		return true;
	}

	public boolean sleepWhile(String file) throws InterruptedException {
		this.sleeping.incrementAndGet();
		while (Files.exists(Path.of(file))) {
			Thread.sleep(10);
		}
		return true;
	}

	public int sleeping() {
		return this.sleeping.get();
	}

	private static String attempt(Attempt attempt) {
		try {
			attempt.run();
			return DONE;
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	private interface Attempt {

		void run() throws IOException;

	}

}
