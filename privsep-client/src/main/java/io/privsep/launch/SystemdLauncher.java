package io.privsep.launch;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;

import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.privsep.definition.HelperDefinition;
import io.privsep.linux.UnixSocket;

/**
 * Has systemd start helpers: it listens on a socket that only the application's user may
 * connect to, and hands each connection to a new helper.
 */
public final class SystemdLauncher implements Launcher {

	private static final Logger logger = LoggerFactory.getLogger(SystemdLauncher.class);

	private final Path socket;

	private final List<String> packages;

	/**
	 * Makes a launcher.
	 * @param socket path of the socket
	 * @param packages packages whose loggers helpers may name, beside those of their
	 * beans
	 */
	public SystemdLauncher(Path socket, List<String> packages) {
		this.socket = socket;
		this.packages = List.copyOf(packages);
	}

	@Override
	public HelperProcess launch(HelperDefinition definition) throws IOException {
		SandboxMounts mounts = SandboxMounts.ofInstalled(definition);
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
			refuseDescriptors();
			return new HelperProcess(connection, null, HelperLog.ofConnection(OwnLoggers.of(definition, this.packages)),
					mounts, () -> HelperEnd
						.unknown("started by systemd, whose journal has what it said: journalctl --unit='privsep-*'"));
		}
		catch (IOException | RuntimeException ex) {
			connection.close();
			throw ex;
		}
	}

	// It is a second lock, and helpers of systemd need no native library otherwise.
	private void refuseDescriptors() throws IOException {
		try {
			UnixSocket.refuseDescriptors(this.socket);
		}
		catch (LinkageError ex) {
			logger.debug("The connection to '{}' takes descriptors, as the C library cannot be called", this.socket,
					ex);
		}
	}

}
