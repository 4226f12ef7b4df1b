package io.privsep.process;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A connected pair of stream sockets.
 * <p>
 * The application's end is a JDK channel, for its speed and because virtual threads do
 * not pin their carrier on it; the child's end is a bare descriptor. A listener in a
 * fresh directory, which only this user can enter, joins the two.
 *
 * @param application the application's end
 * @param childFd the child's end, closed on exec
 */
record SocketPair(SocketChannel application, int childFd) {

	static SocketPair open() throws IOException {
		Path directory = Files.createTempDirectory("privsep-");
		Path path = directory.resolve("s");
		try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
			listener.bind(UnixDomainSocketAddress.of(path));
			int childFd = Posix.connect(path);
			try {
				return new SocketPair(listener.accept(), childFd);
			}
			catch (IOException | RuntimeException ex) {
				Posix.close(childFd);
				throw ex;
			}
		}
		finally {
			Files.deleteIfExists(path);
			Files.deleteIfExists(directory);
		}
	}

	/**
	 * Closes the child's end here, without ending the connection for the child.
	 */
	void closeChildFd() {
		Posix.close(this.childFd);
	}

}
