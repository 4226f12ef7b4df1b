package io.privsep.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import com.kenai.jffi.Library;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The native library of jffi, which unpacks it to a file and loads that.
 * <p>
 * By itself jffi does so in the directory for temporary files, with a mode that the umask
 * decides: where that lets others write, they could put code of theirs into it before it
 * is loaded.
 */
final class JffiLibrary {

	private static final Logger logger = LoggerFactory.getLogger(JffiLibrary.class);

	private static final String DIRECTORY = "jffi.extract.dir";

	private JffiLibrary() {
	}

	/**
	 * Loads the library from a directory that nobody else can enter, below the one that
	 * the user has chosen for it, if any, and leaves nothing of it.
	 * @return why it is not loaded; {@code null} if it is
	 */
	static @Nullable TemporaryDirectoryException load() {
		String chosen = System.getProperty(DIRECTORY);
		// jffi unpacks by a channel, which an interrupt closes, and never tries again
		boolean interrupted = Thread.interrupted();
		try {
			Path directory = TemporaryDirectory.makeForCode(chosen);
			try {
				System.setProperty(DIRECTORY, directory.toString());
				Library.getDefault();
			}
			finally {
				if (chosen != null) {
					System.setProperty(DIRECTORY, chosen);
				}
				else {
					System.clearProperty(DIRECTORY);
				}
				delete(directory);
			}
			return null;
		}
		catch (TemporaryDirectoryException ex) {
			return ex;
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	// On NFS a file that is in use leaves another one behind.
	private static void delete(Path directory) {
		try (Stream<Path> list = Files.list(directory)) {
			for (Path file : list.toList()) {
				Files.delete(file);
			}
			Files.delete(directory);
		}
		catch (IOException ex) {
			logger.debug("'{}' cannot be removed", directory, ex);
		}
	}

}
