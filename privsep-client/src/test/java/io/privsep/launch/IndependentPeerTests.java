package io.privsep.launch;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import jnr.unixsocket.UnixServerSocketChannel;
import jnr.unixsocket.UnixSocketAddress;
import jnr.unixsocket.UnixSocketChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import io.privsep.PrivsepFunction;
import io.privsep.command.JavaCommand;
import io.privsep.definition.AuditPlace;
import io.privsep.definition.DefinitionFrame;
import io.privsep.definition.HelperDefinition;
import io.privsep.linux.ChildProcess;
import io.privsep.linux.ErrorPipe;
import io.privsep.linux.Posix;
import io.privsep.linux.UnixSocket;
import io.privsep.rights.ThreadRights;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A helper talks to any peer that knows the wire: here one that has nothing of ours, the
 * sockets of jnr-unixsocket and bytes that are written by hand.
 */
@EnabledOnOs(OS.LINUX)
class IndependentPeerTests {

	/** Its type; the rest is the helper's own. */
	private static final String READY = "41";

	private static final String PING = "0000000103";

	private static final String PONG = "45";

	/** Logs from level INFO, and has no name. */
	private static final String CALLER = "14" + "00";

	private static final String CALL_7_OF_FUNCTION_0 = "0000000b" + "01" + "00000007" + "00000000" + CALLER;

	private static final String RETURNED_7_WITH_42 = "42" + "00000007" + "0000002a";

	private static final String CALL_8_OF_NO_FUNCTION = "0000000b" + "01" + "00000008" + "00000005" + CALLER;

	private static final String REFUSED_8 = "44" + "00000008";

	@Test
	void helperServesAPeerOfAnotherLibrary(@TempDir Path directory) throws Exception {
		Path path = directory.resolve("s");
		try (UnixServerSocketChannel listener = UnixServerSocketChannel.open()) {
			listener.socket().bind(new UnixSocketAddress(path.toFile()));
			int child = UnixSocket.connect(path);
			Process helper = serve(listener, child);
			assertThat(helper.waitFor(1, TimeUnit.MINUTES)).isTrue();
			assertThat(helper.exitValue()).isZero();
		}
	}

	// Until the peer closes the connection.
	private static Process serve(UnixServerSocketChannel listener, int child) throws IOException {
		try (UnixSocketChannel peer = listener.accept()) {
			// as the kernel tells the other library who has connected
			assertThat(peer.socket().getCredentials().getPid()).isEqualTo((int) ProcessHandle.current().pid());
			ErrorPipe error = ErrorPipe.open();
			Process helper = ChildProcess.start(DirectLauncher
				.chain(JavaCommand.ofThisApplication(32 << 20, List.of()), null,
						new HelperDefinition.Confinement(0, false, null), Map.of(), 0)
				.command(), Map.of(), child, error.childFd());
			error.closeChildFd();
			Posix.close(child);
			write(peer, DefinitionFrame.write(definition()));
			DataInputStream replies = new DataInputStream(Channels.newInputStream(peer));
			byte[] ready = frame(replies);
			assertThat(ready).as(() -> text(error.application())).isNotEmpty();
			assertThat(HexFormat.of().formatHex(ready)).startsWith(READY);
			assertThat(exchange(peer, replies, PING)).isEqualTo(PONG);
			assertThat(exchange(peer, replies, CALL_7_OF_FUNCTION_0)).isEqualTo(RETURNED_7_WITH_42);
			assertThat(exchange(peer, replies, CALL_8_OF_NO_FUNCTION)).startsWith(REFUSED_8);
			return helper;
		}
	}

	private static HelperDefinition definition() throws IOException {
		return new HelperDefinition("peer", new HelperDefinition.Code(List.of(Functions.class.getName()), null), null,
				ThreadRights.ofThisProcess().uids().get(1), new HelperDefinition.Calls(2, 4096, 250_000),
				new HelperDefinition.Logging("INFO", new AuditPlace.Off()),
				new HelperDefinition.Confinement(0, false, null), null);
	}

	private static String exchange(UnixSocketChannel peer, DataInputStream replies, String request) throws IOException {
		write(peer, ByteBuffer.wrap(HexFormat.of().parseHex(request)));
		return HexFormat.of().formatHex(frame(replies));
	}

	private static void write(UnixSocketChannel peer, ByteBuffer bytes) throws IOException {
		while (bytes.hasRemaining()) {
			peer.write(bytes);
		}
	}

	// Nothing if the helper has ended instead.
	private static byte[] frame(DataInputStream replies) throws IOException {
		byte[] length = replies.readNBytes(Integer.BYTES);
		return (length.length < Integer.BYTES) ? length : replies.readNBytes(ByteBuffer.wrap(length).getInt());
	}

	private static String text(InputStream errors) {
		try {
			return new String(errors.readAllBytes());
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	@PrivsepFunction("peer")
	static class Functions {

		public int answer() {
			return 42;
		}

	}

}
