package io.privsep.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

import io.privsep.launch.HelperDefinition;
import io.privsep.process.Archives;
import io.privsep.process.JavaCommand;

/**
 * The archive of classes of a context, in a release.
 *
 * @param path its path
 * @param checksum what cksum(1) prints for it: a JVM would crash where it is damaged
 */
record InstalledArchive(Path path, String checksum) {

	/**
	 * Where the archive of a context is.
	 * @param release the release
	 * @param context name of the context
	 * @return a path
	 */
	static Path path(Path release, String context) {
		return release.resolve("archives").resolve(context + ".jsa");
	}

	/**
	 * Makes the archive, by a process without capabilities. The release has to be in its
	 * place: a JVM compares the paths.
	 * @param release the release
	 * @param java the helper's command
	 * @param definition what the helper is told
	 * @return the archive, if it could be made
	 * @throws IOException if it cannot be looked at
	 */
	static Optional<InstalledArchive> make(Path release, JavaCommand java, HelperDefinition definition)
			throws IOException {
		Path path = path(release, definition.context());
		Optional<Path> made = Archives.make(java, definition, Objects.requireNonNull(path.getParent()),
				definition.context());
		if (made.isEmpty()) {
			return Optional.empty();
		}
		Files.move(made.get(), path);
		SystemFiles.permissions(path, "rw-r--r--", 0);
		String[] fields = SystemCommand.run("cksum", path.toString()).split(" ");
		return Optional.of(new InstalledArchive(path, fields[0] + " " + fields[1]));
	}

}
