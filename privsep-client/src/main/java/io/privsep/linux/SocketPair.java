package io.privsep.linux;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connected pair of stream sockets.
 * <p>
 * The application's end is a JDK channel, for its speed and because virtual threads do
 * not pin their carrier on it; the child's end is a bare descriptor. A listener in a
 * fresh directory, which only this user can enter, joins the two. A process with
 * capabilities may enter it, too, such as the helper of another context: who listens and
 * who has connected is checked.
 *
 * @param application the application's end
 * @param childFd the child's end, closed on exec
 */
public record SocketPair(SocketChannel application, int childFd) {

	private static final Logger logger = LoggerFactory.getLogger(SocketPair.class);

	private static final int SECRET_LENGTH = 16;

	private static final String NAME = "s";

	/** How many may wait to be accepted. */
	private static final int QUEUE = 50;

	/**
	 * Opens one.
	 * @return the two ends
	 * @throws IOException if it cannot be opened, such as for want of descriptors or of a
	 * directory for temporary files, or if another process meddles
	 */
	public static SocketPair open() throws IOException {
		Path directory = TemporaryDirectory.make();
		try {
			CLibrary.require();
		}
		catch (TemporaryDirectoryException ex) {
			delete(directory);
			throw ex;
		}
		return open(directory);
	}

	/**
	 * Makes a pair.
	 * @param directory a fresh directory of this user's, which is removed
	 * @return the pair
	 * @throws IOException if the system refuses, or another process meddles
	 */
	static SocketPair open(Path directory) throws IOException {
		int directoryFd = -1;
		Path path = directory.resolve(NAME);
		if (Posix.LINUX && !TemporaryDirectory.hasShortPath(directory)) {
			// the same, by a path that is short enough for a socket
			directoryFd = Posix.openPath(directory);
			path = Posix.path(directoryFd).resolve(NAME);
		}
		try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
			listener.bind(UnixDomainSocketAddress.of(path), QUEUE);
			// before: who is accepted has what its listener had then
			UnixSocket.refuseDescriptors(path);
			int childFd = UnixSocket.connect(path);
			try {
				UnixSocket.refuseDescriptors(childFd);
				return new SocketPair(accept(listener, childFd), childFd);
			}
			catch (IOException | RuntimeException | Error ex) {
				Posix.close(childFd);
				throw ex;
			}
		}
		finally {
			delete(directory.resolve(NAME));
			delete(directory);
			if (directoryFd != -1) {
				Posix.close(directoryFd);
			}
		}
	}

	// Who has put something into the directory must not cost the application its pair.
	private static void delete(Path path) {
		try {
			Files.deleteIfExists(path);
		}
		catch (IOException ex) {
			logger.debug("'{}' cannot be removed", path, ex);
		}
	}

	/**
	 * Accepts the connection of a descriptor, and no other.
	 * @param listener where it has connected
	 * @param childFd the descriptor
	 * @return the other end
	 * @throws IOException if it has connected elsewhere
	 */
	public static SocketChannel accept(ServerSocketChannel listener, int childFd) throws IOException {
		// Nobody stands between: this process listens at the other end of the descriptor,
		// and what is written there comes out here, which nobody else has seen.
		UnixSocket.requireOwnListener(childFd);
		byte[] secret = new byte[SECRET_LENGTH];
		new SecureRandom().nextBytes(secret);
		Posix.write(childFd, secret);
		// it has connected, so that there is nothing to wait for
		listener.configureBlocking(false);
		for (int i = 0; i <= QUEUE; i++) {
			SocketChannel accepted = listener.accept();
			if (accepted == null) {
				break;
			}
			if (brings(accepted, secret)) {
				return accepted;
			}
			accepted.close();
		}
		throw new IOException("the connection of a helper does not arrive where it is awaited");
	}

	private static boolean brings(SocketChannel channel, byte[] secret) throws IOException {
		ByteBuffer bytes = ByteBuffer.allocate(secret.length);
		channel.configureBlocking(false);
		try {
			return channel.read(bytes) == secret.length && MessageDigest.isEqual(bytes.array(), secret);
		}
		catch (IOException ex) {
			// a stranger that is gone already
			return false;
		}
		finally {
			channel.configureBlocking(true);
		}
	}

	/**
	 * Closes the child's end here, without ending the connection for the child.
	 */
	public void closeChildFd() {
		Posix.close(this.childFd);
	}

}
