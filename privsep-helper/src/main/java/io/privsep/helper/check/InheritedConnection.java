package io.privsep.helper.check;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.nio.file.attribute.UserPrincipal;

import jdk.net.ExtendedSocketOptions;

import io.privsep.definition.HelperDefinition;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.helper.sandbox.SandboxCheck;

/**
 * The connection that the helper is started with, as its fd 0.
 */
public final class InheritedConnection {

	private static final String PROVIDER = "sun.nio.ch.EPollSelectorProvider";

	private InheritedConnection() {
	}

	/**
	 * Takes the connection from fd 0, and puts /dev/null in its place.
	 * @return the connection
	 * @throws IOException if it cannot be taken
	 * @throws RefusalException if fd 0 is no Unix socket
	 */
	public static SocketChannel take() throws IOException, RefusalException {
		nameProvider();
		Channel channel = System.inheritedChannel();
		if (channel instanceof SocketChannel connection && connection.isConnected()
				&& connection.getRemoteAddress() instanceof UnixDomainSocketAddress) {
			// The channel has a descriptor of its own. In place of fd 0 this puts
			// /dev/null (OpenJDK's fileDescriptorClose), where neither functions nor
			// programs that they start can find the connection.
			new FileInputStream(FileDescriptor.in).close();
			return connection;
		}
		throw new RefusalException("privsep: fd 0 is not a connected Unix stream socket");
	}

	// Otherwise the JDK searches the whole class path for another, which is what no
	// helper should run, and takes 75 classes.
	private static void nameProvider() {
		try {
			Class.forName(PROVIDER);
			System.setProperty("java.nio.channels.spi.SelectorProvider", PROVIDER);
		}
		catch (ClassNotFoundException ex) {
			// not Linux, or not the JDK that we know
		}
	}

	/**
	 * Checks that the user at the other end is the configured one.
	 * @param connection the connection
	 * @param definition tells the user
	 * @throws RefusalException if it is another
	 * @throws IOException if the system does not tell
	 */
	public static void checkPeer(SocketChannel connection, HelperDefinition definition)
			throws RefusalException, IOException {
		if (definition.clientUid() == -1) {
			return;
		}
		UserPrincipal peer = connection.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
		if (!peer.equals(user(definition.clientUid()))
				&& !(definition.confinement().sandbox() != null && isUnknown(peer, definition))) {
			throw new RefusalException("Context '" + definition.context() + "': the peer of the connection is user '"
					+ name(peer) + "', expected uid " + Integer.toUnsignedString(definition.clientUid())
					+ "; refusing to serve");
		}
	}

	// A sandbox knows no user but its own: all others are one to it.
	private static boolean isUnknown(UserPrincipal peer, HelperDefinition definition) throws IOException {
		Rights rights = definition.rights();
		return rights != null && rights.uid() != definition.clientUid() && peer.equals(user(SandboxCheck.UNKNOWN_ID));
	}

	// A user without an entry in the user database has its number as its name, in which
	// the JDK takes one from 2^31 on for a negative one.
	private static String name(UserPrincipal user) {
		String name = user.getName();
		try {
			return Integer.toUnsignedString(Integer.parseInt(name));
		}
		catch (NumberFormatException ex) {
			return name;
		}
	}

	// The JDK takes the text for a user's name first, and for a number if nobody has that
	// name; it knows only numbers with a sign. Principals are equal if their numbers are.
	// Names that are numbers are root's to give, and useradd refuses them.
	private static UserPrincipal user(int uid) throws IOException {
		return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(Integer.toString(uid));
	}

}
