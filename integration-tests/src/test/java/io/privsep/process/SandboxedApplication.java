package io.privsep.process;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.privsep.linux.Tools;

/**
 * A process that runs the {@link SandboxApplication}, as an ordinary user or as root.
 */
final class SandboxedApplication implements AutoCloseable {

	/** An ordinary user: nobody has the number, and it has no rights. */
	static final int USER = 61377;

	private final Process process;

	private final int port;

	private final StringBuffer output = new StringBuffer();

	/**
	 * Starts the application, and waits until it runs.
	 * @param code what it runs from
	 * @param before what runs it
	 * @param properties of the context; others have a slash before them
	 * @throws IOException if it does not start
	 */
	SandboxedApplication(CodeCopy code, List<String> before, String... properties) throws IOException {
		this.process = start(code, before, properties);
		BufferedReader reader = this.process.inputReader();
		String line;
		while ((line = reader.readLine()) != null && !line.startsWith("listening on ")) {
			this.output.append(line).append('\n');
		}
		if (line == null) {
			throw new IOException(this.output.toString());
		}
		this.port = Integer.parseInt(line.substring("listening on ".length()));
		Thread thread = new Thread(() -> {
			try {
				reader.lines().forEach((each) -> this.output.append(each).append('\n'));
			}
			catch (UncheckedIOException ex) {
				// the application was ended
			}
		});
		thread.setDaemon(true);
		thread.start();
	}

	/**
	 * Starts the application.
	 * @param code what it runs from
	 * @param before what runs it
	 * @param properties of the context; others have a slash before them
	 * @return the process, whose standard output has all that it says
	 * @throws IOException if it cannot be started
	 */
	static Process start(CodeCopy code, List<String> before, String... properties) throws IOException {
		List<String> words = new ArrayList<>(before);
		words.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toRealPath().toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Duser.timezone=Asia/Tokyo",
				"-Dspring.devtools.restart.enabled=false", "-cp",
				code.classPath().stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)),
				SandboxApplication.class.getName(), "--spring.main.banner-mode=off",
				"--privsep.contexts.sandbox.capabilities=", "--privsep.contexts.sandbox.sandbox.enabled=true"));
		List<String> all = new ArrayList<>(List.of(properties));
		// on a busy machine a helper may start late, and a call last for long
		for (String time : List.of("queue-timeout=60s", "start-timeout=5m", "call-timeout=2m")) {
			if (all.stream().noneMatch((each) -> each.startsWith(time.substring(0, time.indexOf('=') + 1)))) {
				all.add(time);
			}
		}
		for (String property : all) {
			words.add(
					"--" + (property.startsWith("/") ? property.substring(1) : "privsep.contexts.sandbox." + property));
		}
		ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true).directory(new File("/"));
		builder.environment().clear();
		builder.environment().put("PATH", Tools.PATH);
		builder.environment().put("SECRET", "of the application");
		return builder.start();
	}

	static List<String> asUser() {
		return List.of("/usr/bin/setpriv", "--reuid=" + USER, "--regid=" + USER, "--clear-groups",
				"--bounding-set=-all", "--inh-caps=-all");
	}

	/**
	 * Calls a function of the application.
	 * @param function its name
	 * @param arguments its arguments
	 * @return its result, or what it has thrown
	 * @throws IOException if the application does not answer
	 */
	Object attempt(String function, Object... arguments) throws IOException {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port)) {
			// longer than a call may wait and take
			socket.setSoTimeout(300_000);
			ObjectOutputStream out = new ObjectOutputStream(socket.getOutputStream());
			out.writeObject(function);
			out.writeObject(arguments);
			return new ObjectInputStream(socket.getInputStream()).readObject();
		}
		catch (ClassNotFoundException ex) {
			throw new IOException(ex);
		}
	}

	Process process() {
		return this.process;
	}

	String output() {
		return this.output.toString();
	}

	@Override
	public void close() {
		// what runs it may ignore the signal while it waits, and helpers do
		this.process.children().forEach(ProcessHandle::destroy);
		this.process.destroy();
		if (this.process.onExit().completeOnTimeout(this.process, 2, TimeUnit.MINUTES).join().isAlive()) {
			this.process.destroyForcibly().onExit().join();
		}
	}

}
