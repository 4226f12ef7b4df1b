package io.privsep.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.privsep.linux.Posix;
import io.privsep.linux.SocketPair;
import io.privsep.linux.UnixSocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The helper of another context, which may enter any directory, is not an end of a
 * connection that the application makes meanwhile.
 */
class SocketPairIntegrationTests {

	private static final int OTHER_HELPER_USER = 61243;

	@TempDir
	Path directory;

	private Path path = Path.of("/");

	@BeforeEach
	void requireRoot() throws IOException {
		// for each test: what is skipped before all of them is in no report
		assumeTrue(ProcFiles.uid() == 0, "SKIPPED: only root can start other users' processes; run the build as root");
	}

	@BeforeEach
	void setPath() {
		// of mode 0700, and root's
		this.path = this.directory.resolve("s");
	}

	@Test
	void disallowHelperThatMayEnterAnyDirectoryToConnectFirst() throws Exception {
		try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
			listener.bind(UnixDomainSocketAddress.of(this.path));
			Process attacker = attack("connect");
			int childFd = UnixSocket.connect(this.path);
			try (SocketChannel accepted = SocketPair.accept(listener, childFd)) {
				Posix.write(childFd, new byte[] { 7 });
				ByteBuffer received = ByteBuffer.allocate(10);
				accepted.configureBlocking(false);
				assertThat(accepted.read(received)).isEqualTo(1);
				assertThat(received.get(0)).isEqualTo((byte) 7);
			}
			finally {
				Posix.close(childFd);
				attacker.destroyForcibly().waitFor();
			}
		}
	}

	@Test
	void disallowHelperThatMayEnterAnyDirectoryToListenInstead() throws Exception {
		try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
			listener.bind(UnixDomainSocketAddress.of(this.directory.resolve("moved")));
			Process attacker = attack("listen");
			int childFd = UnixSocket.connect(this.path);
			try {
				assertThatExceptionOfType(IOException.class).isThrownBy(() -> SocketPair.accept(listener, childFd))
					.withMessage("process " + attacker.pid() + " listens where the connection of a helper is made");
			}
			finally {
				Posix.close(childFd);
				attacker.destroyForcibly().waitFor();
			}
		}
	}

	private Process attack(String what) throws IOException {
		List<String> words = new ArrayList<>(List.of("/usr/bin/setpriv", "--reuid=" + OTHER_HELPER_USER,
				"--regid=" + OTHER_HELPER_USER, "--clear-groups", "--inh-caps=-all,+dac_override",
				"--ambient-caps=-all,+dac_override", "--bounding-set=-all,+dac_override", "--no-new-privs", "--"));
		words.addAll(List.of(ProcessHandle.current().info().command().orElseThrow(), "-cp",
				System.getProperty("java.class.path"), PairAttacker.class.getName(), what, this.path.toString()));
		Process attacker = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT).start();
		BufferedReader reader = attacker.inputReader();
		assertThat(reader.readLine()).endsWith("true");
		return attacker;
	}

}
