package io.privsep.channel;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;

import org.jspecify.annotations.Nullable;

import io.privsep.PrivsepFunction;
import io.privsep.definition.HelperDefinition;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.definition.Sandbox;
import io.privsep.function.FunctionTable;
import io.privsep.function.PrivilegedFunction;
import io.privsep.launch.DirectLauncher;
import io.privsep.rights.Capabilities;
import io.privsep.rights.ThreadRights;

/**
 * An application that passes texts and file names to its helper and back, in the locale
 * that it is started in, and says what came of each, in ASCII.
 */
final class LocaleApplication {

	/** Of a sandbox that root starts, which is never root's. */
	private static final int OTHER_USER = 61378;

	private static final Duration MINUTE = Duration.ofMinutes(1);

	private static final FunctionTable TABLE = FunctionTable.of("locale", List.of(Functions.class));

	/** Of a sandbox; a JVM that can deny other native code does so. */
	private static final List<String> OPTIONS = (Runtime.version().feature() < 24)
			? List.of("--enable-native-access=ALL-UNNAMED")
			: List.of("--enable-native-access=ALL-UNNAMED", "--illegal-native-access=deny");

	private final Channel channel;

	private LocaleApplication(Channel channel) {
		this.channel = channel;
	}

	/**
	 * Runs the application.
	 * @param args {@code plain} or {@code sandbox}, and a directory with two directories,
	 * each with one file
	 * @throws Throwable if something fails that is not tried
	 */
	public static void main(String[] args) throws Throwable {
		Channel channel = new Channel(settings(args[0].equals("sandbox"), args[1]));
		channel.start();
		channel.awaitFirstStart();
		try {
			new LocaleApplication(channel).run(Path.of(args[1]));
		}
		finally {
			channel.close();
		}
	}

	private static ContextSettings settings(boolean isSandboxed, String directory) throws IOException {
		int uid = ThreadRights.ofThisProcess().uids().get(1);
		int helper = (uid != 0) ? uid : OTHER_USER;
		Rights rights = isSandboxed ? new Rights(helper, helper, List.of(), Capabilities.NONE) : null;
		Sandbox sandbox = isSandboxed
				? new Sandbox(false, List.of(directory), List.of(), 1 << 24, false, 128 << 20, 256, 1 << 24) : null;
		return new TestContext(TABLE).rights(rights, uid, new HelperDefinition.Confinement(4096, isSandboxed, sandbox))
			.calls(4, 1 << 20, 1000)
			.settings(new DirectLauncher(64 << 20, OPTIONS, List.of()));
	}

	private void run(Path directory) throws Throwable {
		say("names", System.getProperty("sun.jnu.encoding"));
		long pid = this.channel.status().pid();
		FutureTask<Object> inFlight = new FutureTask<>(() -> attempt("waitForRelease"));
		Thread thread = new Thread(inFlight);
		thread.setDaemon(true);
		thread.start();
		while (!Boolean.TRUE.equals(call("isWaiting"))) {
			Thread.sleep(5);
		}
		say("text", attempt("text", "\u00e4\ud83d\ude00"));
		say("path of the helper", attempt("umlaut"));
		for (String name : List.of("utf-8", "latin-1")) {
			say(name + " of the application", attempt("name", only(directory.resolve(name))));
			say(name + " of the helper", attempt("onlyFile", directory.resolve(name).toString()));
		}
		call("release");
		say("call in flight", inFlight.get());
		say("same helper", this.channel.status().pid() == pid);
	}

	private Object attempt(String name, Object... arguments) {
		try {
			return String.valueOf(call(name, arguments));
		}
		catch (Throwable ex) {
			return ex.getClass().getSimpleName() + ": " + ex.getMessage();
		}
	}

	private @Nullable Object call(String name, Object... arguments) throws Throwable {
		return this.channel.call(function(name), arguments, MINUTE);
	}

	private static PrivilegedFunction function(String name) {
		return TABLE.functions()
			.stream()
			.filter((function) -> function.method().getName().equals(name))
			.findFirst()
			.orElseThrow();
	}

	private static Path only(Path directory) throws IOException {
		try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
			return files.iterator().next();
		}
	}

	private static void say(String what, Object outcome) {
		StringBuilder line = new StringBuilder(what).append(" = ");
		String.valueOf(outcome).chars().forEach((c) -> {
			if (c < 0x7f) {
				line.append((char) c);
			}
			else {
				line.append("\\u").append(Integer.toHexString(c));
			}
		});
		System.out.println(line);
	}

	@PrivsepFunction("locale")
	static class Functions {

		private final CountDownLatch released = new CountDownLatch(1);

		private volatile boolean waiting;

		public String waitForRelease() throws InterruptedException {
			this.waiting = true;
			this.released.await();
			return "released";
		}

		public boolean isWaiting() {
			return this.waiting;
		}

		public void release() {
			this.released.countDown();
		}

		public String text(String text) {
			return text;
		}

		public Path umlaut() {
			return Path.of("/\u00fc");
		}

		public String name(Path file) {
			return file.getFileName() + " " + Files.exists(file);
		}

		public Path onlyFile(String directory) throws IOException {
			return only(Path.of(directory));
		}

	}

}
