package io.privsep.benchmarks.tika;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a hostile parser gets done in the processes of a subject. What counts is what is
 * seen of it here: an answer that has the secret, a file that was changed, a connection
 * that came in.
 */
final class Confinement implements AutoCloseable {

	/** Environment variable of the application. */
	static final String SECRET = "BENCHMARK_SECRET";

	private final Path directory;

	private final ServerSocket tcp;

	private final ServerSocketChannel unixSocket;

	private final AtomicInteger connections = new AtomicInteger();

	Confinement() throws IOException {
		this.directory = Files.createTempDirectory("privsep-benchmarks-");
		Files.writeString(secretFile(), System.getenv(SECRET));
		this.tcp = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
		this.unixSocket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
		this.unixSocket.bind(UnixDomainSocketAddress.of(socket()));
		accept(this.tcp::accept);
		accept(this.unixSocket::accept);
	}

	private void accept(Listener listener) {
		Thread thread = new Thread(() -> {
			try {
				while (true) {
					listener.accept().close();
					this.connections.incrementAndGet();
				}
			}
			catch (Exception ex) {
				// closed
			}
		}, "listener");
		thread.setDaemon(true);
		thread.start();
	}

	private Path secretFile() {
		return this.directory.resolve("secret");
	}

	private Path socket() {
		return this.directory.resolve("socket");
	}

	private static String secret() {
		return String.valueOf(System.getenv(SECRET));
	}

	/**
	 * Has a hostile document parsed for each attempt.
	 * @param subject who parses it
	 * @return what came of each
	 * @throws Exception if an attempt cannot be prepared
	 */
	List<Outcome> of(Subject subject) throws Exception {
		String self = Long.toString(ProcessHandle.current().pid());
		List<Outcome> outcomes = new ArrayList<>();
		outcomes.add(reads("read `/etc/passwd`", subject, Attempt.READ, "/etc/passwd", "root:"));
		outcomes
			.add(reads("read a file of the application's", subject, Attempt.READ, secretFile().toString(), secret()));
		outcomes.add(reads("read the environment that the application gave its process", subject, Attempt.ENVIRONMENT,
				"", secret()));
		outcomes.add(reads("read the environment of the application's process", subject, Attempt.READ,
				"/proc/" + self + "/environ", secret()));
		outcomes.add(write(subject));
		outcomes.add(reads("run `/usr/bin/id`", subject, Attempt.PROGRAM, "/usr/bin/id", "uid="));
		outcomes.add(connects("connect to a TCP port of the application's on loopback", subject, Attempt.TCP,
				Integer.toString(this.tcp.getLocalPort())));
		outcomes.add(connects("connect to a Unix socket of the application's", subject, Attempt.UNIX_SOCKET,
				socket().toString()));
		outcomes.add(reads("see the application among the processes", subject, Attempt.PROCESSES, "",
				TikaBenchmarks.class.getName()));
		outcomes.add(signal(subject));
		outcomes.add(reads("write 256 MiB of temporary files", subject, Attempt.TEMPORARY_FILE, "256", Attempt.DONE));
		outcomes.add(deserialize(subject));
		// nearly last, as a process may end of it later than at once
		outcomes
			.add(reads("take 1 GiB of memory beside its heap", subject, Attempt.NATIVE_MEMORY, "1024", Attempt.DONE));
		subject.stop();
		subject.start();
		outcomes.add(remembers("be there still for the next document", subject));
		return outcomes;
	}

	private static Outcome reads(String what, Subject subject, Attempt attempt, String argument, String evidence) {
		String answer = parse(subject, attempt, argument);
		return Outcome.of(what, answer.contains(evidence), answer, argument);
	}

	private Outcome write(Subject subject) throws IOException {
		Path file = Files.writeString(this.directory.resolve("data"), "as it was");
		String answer = parse(subject, Attempt.WRITE, file.toString());
		return Outcome.of("overwrite a file of the application's", Files.readString(file).equals(Attempt.OVERWRITTEN),
				answer, file.toString());
	}

	private Outcome connects(String what, Subject subject, Attempt attempt, String argument)
			throws InterruptedException {
		int before = this.connections.get();
		String answer = parse(subject, attempt, argument);
		for (int i = 0; i < 20 && this.connections.get() == before; i++) {
			TimeUnit.MILLISECONDS.sleep(50);
		}
		return Outcome.of(what, this.connections.get() > before, answer, argument);
	}

	private Outcome signal(Subject subject) throws IOException, InterruptedException {
		Process victim = new ProcessBuilder("/bin/sleep", "60").start();
		try {
			String pid = Long.toString(victim.pid());
			String answer = parse(subject, Attempt.SIGNAL, pid);
			return Outcome.of("kill another process of the same user", victim.waitFor(1, TimeUnit.SECONDS), answer,
					pid);
		}
		finally {
			victim.destroyForcibly();
		}
	}

	/**
	 * Has hostile documents parsed, of which one finds what another has left.
	 * @param what what is attempted
	 * @param subject who parses them
	 * @return what came of it
	 */
	static Outcome remembers(String what, Subject subject) {
		// two processes may take turns
		parse(subject, Attempt.REMEMBER, "");
		parse(subject, Attempt.REMEMBER, "");
		return reads(what, subject, Attempt.REMEMBER, "", Attempt.DONE);
	}

	private static Outcome deserialize(Subject subject) {
		System.clearProperty(Gadget.PROPERTY);
		String answer = parse(subject::parseLegacy, Attempt.THROW, "");
		return Outcome.of("have the application deserialize an object of its choice (legacy fork parser)",
				System.getProperty(Gadget.PROPERTY) != null, answer, "");
	}

	private static String parse(Subject subject, Attempt attempt, String argument) {
		return parse(subject::parse, attempt, argument);
	}

	private static String parse(Parse parse, Attempt attempt, String argument) {
		try {
			return parse.of(attempt.document(argument)).text().strip();
		}
		catch (Exception ex) {
			return HostileParser.FAILED + ex;
		}
	}

	@Override
	public void close() throws IOException {
		this.tcp.close();
		this.unixSocket.close();
		for (String each : List.of("secret", "data", "socket")) {
			Files.deleteIfExists(this.directory.resolve(each));
		}
		Files.delete(this.directory);
	}

	/** A way to parse. */
	@FunctionalInterface
	private interface Parse {

		ParsedDocument of(byte[] document) throws Exception;

	}

	/** Something that connections come in at. */
	@FunctionalInterface
	private interface Listener {

		AutoCloseable accept() throws IOException;

	}

}
