package io.privsep.process;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;

import jdk.net.ExtendedSocketOptions;

import io.privsep.launch.HelperDefinition;

/**
 * Has systemd start helpers: it listens on a socket that only the application's user may
 * connect to, and hands each connection to a new helper.
 */
public final class SystemdLauncher implements Launcher {

	private final Path socket;

	/**
	 * Makes a launcher.
	 * @param socket path of the socket
	 */
	public SystemdLauncher(Path socket) {
		this.socket = socket;
	}

	@Override
	public HelperProcess launch(HelperDefinition definition) throws IOException {
		SocketChannel connection;
		try {
			connection = SocketChannel.open(UnixDomainSocketAddress.of(this.socket));
		}
		catch (IOException ex) {
			throw new IOException("cannot connect to '" + this.socket + "': " + ex.getMessage(), ex);
		}
		try {
			UserPrincipal root = FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName("0");
			UserPrincipal peer = connection.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
			if (!peer.equals(root)) {
				throw new IOException("at '" + this.socket + "' listens user '" + peer.getName() + "', expected root");
			}
			return new HelperProcess(connection, HelperLog.ofConnection(definition.context()),
					"started by systemd, whose journal has what it said: journalctl --unit='privsep-*'");
		}
		catch (IOException | RuntimeException ex) {
			connection.close();
			throw ex;
		}
	}

}
