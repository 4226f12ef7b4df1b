package io.privsep.helper.seccomp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;

import io.privsep.definition.AuditPlace;
import io.privsep.definition.HelperDefinition;
import io.privsep.definition.Sandbox;
import io.privsep.rights.ThreadRights;

/**
 * A process that gives up system calls as a sandboxed helper does, tries some, and says
 * how it went.
 */
final class Confined {

	private Confined() {
	}

	/**
	 * Runs it.
	 * @param args whether it has the network and may start programs
	 * @throws Exception if it cannot be confined
	 */
	public static void main(String[] args) throws Exception {
		boolean isOpen = Boolean.parseBoolean(args[0]);
		Sandbox sandbox = new Sandbox(isOpen, List.of(), List.of(), 1, isOpen, 1, 1, 1);
		SystemCallFilter.load(new HelperDefinition("confined", new HelperDefinition.Code(List.of(), null), null, -1,
				new HelperDefinition.Calls(1, 1000, 250_000),
				new HelperDefinition.Logging("INFO", new AuditPlace.Off()),
				new HelperDefinition.Confinement(0, false, sandbox), null));
		say("threads", Confined::threads);
		say("connection", Confined::connect);
		say("linger", Confined::linger);
		say("path", () -> SocketChannel.open(StandardProtocolFamily.UNIX).toString());
		say("program", Confined::run);
		say("process", () -> run("/bin/sh", "-c", "/bin/true & wait && echo done"));
		say("namespace", () -> run("/usr/bin/unshare", "--user", "/bin/true"));
	}

	private static Set<String> threads() throws IOException {
		Set<String> all = new TreeSet<>();
		for (ThreadRights thread : ThreadRights.ofAllThreads().values()) {
			all.add(thread.seccompMode() + " " + thread.noNewPrivs());
		}
		return all;
	}

	private static String connect() throws IOException {
		try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
				Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
				Socket accepted = server.accept()) {
			accepted.getOutputStream().write(42);
			return String.valueOf(client.getInputStream().read());
		}
	}

	private static String linger() throws IOException {
		try (Socket socket = new Socket()) {
			socket.setSoLinger(true, 3600);
			return "set";
		}
	}

	private static String run() throws IOException {
		return run("/bin/grep", "^Seccomp:", "/proc/self/status");
	}

	private static String run(String... words) throws IOException {
		Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
		return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
	}

	private static void say(String what, Callable<?> attempt) throws Exception {
		try {
			System.out.println(what + ": " + attempt.call());
		}
		catch (IOException ex) {
			// later JVMs add advice
			System.out.println(what + ": " + String.valueOf(ex.getMessage()).lines().findFirst().orElseThrow());
		}
	}

}
