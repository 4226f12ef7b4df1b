package io.privsep.launch;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import io.privsep.definition.HelperDefinition;
import io.privsep.definition.InProcessHelper;
import io.privsep.linux.TemporaryDirectory;

/**
 * Runs helpers as threads of the application, for development and tests: the same wire,
 * no separation.
 */
public final class InProcessLauncher implements Launcher {

	private static final Logger logger = LoggerFactory.getLogger(InProcessLauncher.class);

	private final ClassLoader classLoader;

	private final AtomicBoolean told = new AtomicBoolean();

	/**
	 * Makes a launcher.
	 * @param classLoader loads the privileged beans
	 */
	public InProcessLauncher(ClassLoader classLoader) {
		this.classLoader = classLoader;
	}

	@Override
	public HelperProcess launch(HelperDefinition definition) throws IOException {
		MissingHelperException.check(this.classLoader);
		InProcessHelper helper = ServiceLoader.load(InProcessHelper.class, this.classLoader).findFirst().orElseThrow();
		Path directory = TemporaryDirectory.makeWithShortPath();
		Path path = directory.resolve("s");
		try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
			listener.bind(UnixDomainSocketAddress.of(path));
			SocketChannel helperEnd = SocketChannel.open(UnixDomainSocketAddress.of(path));
			SocketChannel applicationEnd = listener.accept();
			AtomicReference<HelperEnd> end = new AtomicReference<>(HelperEnd.unknown("in-process helper ended"));
			Thread thread = new Thread(() -> serve(helper, helperEnd, definition, end),
					"privsep-" + definition.context() + "-helper");
			thread.setDaemon(true);
			thread.start();
			return new HelperProcess(applicationEnd, null, null, null, end::get);
		}
		finally {
			Files.deleteIfExists(path);
			Files.deleteIfExists(directory);
		}
	}

	private void serve(InProcessHelper helper, SocketChannel connection, HelperDefinition definition,
			AtomicReference<HelperEnd> end) {
		try (connection) {
			try {
				helper.serve(connection, definition, this.classLoader);
			}
			catch (Exception | LinkageError ex) {
				// before the connection is closed, by which the application hears of it
				end.set(HelperEnd.inProcess(ex));
				// it is started again and again, mostly to end for the same reason
				Level level = this.told.compareAndSet(false, true) ? Level.ERROR : Level.DEBUG;
				logger.atLevel(level)
					.setCause(ex)
					.log("Context '{}': the in-process helper ended", definition.context());
			}
		}
		catch (IOException ex) {
			// closed all the same
		}
	}

}
