package io.privsep.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

import io.privsep.definition.HelperDefinition;
import io.privsep.launch.ChildHelper;
import io.privsep.launch.HelperProcess;
import io.privsep.wire.FrameReader;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.Protocol;
import io.privsep.wire.Reply;
import io.privsep.wire.Request;

/**
 * An application that has been taken over: it starts helpers by whatever command it
 * likes, with a connection as standard input, and speaks the protocol by itself.
 */
public final class SocketCaller {

	private SocketCaller() {
	}

	/**
	 * Runs a command and says {@code READY pid uid capabilities} or {@code ENDED how last
	 * words}; then does what each line of its standard input says: {@code call number}
	 * calls a function without arguments, and does not wait for its answer; {@code child}
	 * starts another child and says {@code CHILD pid}; any other line is answered with
	 * {@code PONG} if the helper does so.
	 * @param args the command; or {@code connect:} with the path of a socket
	 * @throws IOException if it cannot be run
	 */
	public static void main(String[] args) throws IOException {
		HelperProcess helper = args[0].startsWith("connect:")
				? new HelperProcess(SocketChannel.open(UnixDomainSocketAddress.of(Path.of(args[0].substring(8)))),
						"ended")
				: ChildHelper.start("caller", List.of(args), System.getenv(), ByteBuffer.allocate(0));
		FrameReader reader = new FrameReader(helper.connection(), 2 * HelperDefinition.MAX_LENGTH);
		try {
			Reply.Ready ready = (Reply.Ready) Reply.read(Objects.requireNonNull(reader.next()));
			System.out.println("READY " + ready.pid() + " " + Integer.toUnsignedString(ready.uid()) + " "
					+ Long.toHexString(ready.capabilities()));
			BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				if (line.equals("child")) {
					System.out.println("CHILD " + new ProcessBuilder("/bin/sleep", "300").start().pid());
				}
				else if (line.startsWith("call ")) {
					int function = Integer.parseInt(line.substring("call ".length()));
					helper.connection()
						.write(Request.Call.write(new FrameWriter(Protocol.OVERHEAD), 1, function, (none) -> {
						}).toBytes());
				}
				else {
					helper.connection().write(new Request.Ping().write(new FrameWriter(Protocol.OVERHEAD)).toBytes());
					Reply reply = Reply.read(Objects.requireNonNull(reader.next()));
					System.out.println((reply instanceof Reply.Pong) ? "PONG" : "not " + reply);
				}
			}
			helper.end();
		}
		catch (IOException ex) {
			System.out.println("ENDED " + helper.end().text() + " " + helper.stderrTail());
		}
	}

}
