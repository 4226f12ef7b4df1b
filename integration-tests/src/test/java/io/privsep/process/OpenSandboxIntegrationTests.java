package io.privsep.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A sandbox with the network of the host and a program gives these, and no more.
 */
class OpenSandboxIntegrationTests {

	@RegisterExtension
	static final CodeCopy code = new CodeCopy();

	private static Path directory;

	private static SandboxedApplication application;

	@BeforeAll
	static void start() throws IOException {
		directory = code.createDirectory("rwxrwxrwx", SandboxedApplication.USER);
		application = new SandboxedApplication(code, SandboxedApplication.asUser(), "sandbox.network=host",
				"sandbox.exec=true", "sandbox.read=/usr/bin/env," + directory);
	}

	@AfterAll
	static void end() throws IOException {
		if (application != null) {
			application.close();
		}
	}

	@Test
	void startsTheProgramThatItMayRead() throws IOException {
		assertThat(application.attempt("exec", "/usr/bin/env")).asString()
			.contains("PATH=")
			.doesNotContain("SECRET")
			.endsWith("\n0");
		assertThat(application.attempt("exec", "/usr/bin/id")).isInstanceOf(IOException.class);
	}

	@Test
	void findsNamesAsTheHostDoes() throws IOException {
		assertThat(application.attempt("resolve", "localhost")).asString().startsWith("127.");
		assertThat((Long) application.attempt("size", "/etc/hosts")).isPositive();
	}

	@Test
	void connectsByTcpAndNotByPath() throws IOException {
		try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			assertThat(application.attempt("connect", server.getLocalPort())).asString().contains("127.0.0.1");
		}
		Path socket = directory.resolve("socket");
		try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
			server.bind(UnixDomainSocketAddress.of(socket));
			assertThat(application.attempt("connectUnix", socket.toString())).isInstanceOf(Exception.class);
		}
		assertThat((Integer) application.attempt("connectAbstract", "x")).isNegative();
	}

}
