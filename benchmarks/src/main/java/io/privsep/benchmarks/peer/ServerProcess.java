package io.privsep.benchmarks.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Another JVM that serves a Java peer, with the options of a helper's JVM. It ends with
 * its standard input.
 */
final class ServerProcess implements AutoCloseable {

	private final Process process;

	private final Path directory;

	private final String greeting;

	private ServerProcess(Process process, Path directory, String greeting) {
		this.process = process;
		this.directory = directory;
		this.greeting = greeting;
	}

	/**
	 * Starts a server, and waits for the line that it says first.
	 * @param main its main class, which is given the path of a socket and the options
	 * @param options options of its own
	 * @return the server
	 * @throws IOException if it does not start
	 */
	static ServerProcess start(Class<?> main, String... options) throws IOException {
		Path directory = Files.createTempDirectory("privsep-benchmarks-");
		List<String> words = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:+UseSerialGC", "-Xmx256m", "-XX:MaxDirectMemorySize=1g", "-XX:-UsePerfData",
				"-Djava.rmi.server.hostname=127.0.0.1", "-cp", System.getProperty("java.class.path"), main.getName(),
				directory.resolve("s").toString()));
		words.addAll(List.of(options));
		Process process = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT).start();
		BufferedReader output = new BufferedReader(
				new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
		String greeting = output.readLine();
		if (greeting == null) {
			throw new IOException("'" + main.getName() + "' ended before it served");
		}
		return new ServerProcess(process, directory, greeting);
	}

	/**
	 * Says the first line of a server, and ends this process with its standard input.
	 * @param greeting the line
	 */
	static void serving(String greeting) {
		System.out.println(greeting);
		Thread end = new Thread(() -> {
			try {
				while (System.in.read() >= 0) {
					// nothing is ever said
				}
			}
			catch (IOException ex) {
				// an end, too
			}
			Runtime.getRuntime().halt(0);
		}, "end");
		end.setDaemon(true);
		end.start();
	}

	/**
	 * Serves each connection to a socket in a thread of its own.
	 * @param socket path of the socket
	 * @param connected serves a connection
	 * @throws IOException if there is no such socket
	 */
	static void accept(String socket, Connected connected) throws IOException {
		try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
			listener.bind(UnixDomainSocketAddress.of(socket));
			serving("ready");
			while (true) {
				SocketChannel connection = listener.accept();
				new Thread(() -> {
					try (connection) {
						connected.serve(connection);
					}
					catch (IOException ex) {
						ex.printStackTrace();
					}
				}, "server").start();
			}
		}
	}

	long pid() {
		return this.process.pid();
	}

	Path socket() {
		return this.directory.resolve("s");
	}

	String greeting() {
		return this.greeting;
	}

	@Override
	public void close() throws IOException {
		this.process.getOutputStream().close();
		this.process.onExit().completeOnTimeout(this.process, 2, TimeUnit.SECONDS).join();
		this.process.destroyForcibly();
		Files.deleteIfExists(socket());
		Files.deleteIfExists(this.directory);
	}

	/**
	 * Serves a connection until it ends.
	 */
	@FunctionalInterface
	interface Connected {

		void serve(SocketChannel connection) throws IOException;

	}

}
