package io.privsep.install;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import io.privsep.process.InstalledPaths;

/**
 * All that is installed below a prefix.
 */
final class Installations {

	static final String LOCK = ".lock";

	private Installations() {
	}

	/**
	 * Reads what is installed.
	 * @param prefix the prefix
	 * @return the installations, by the names of their applications
	 * @throws IOException if the directory cannot be read
	 */
	static List<InstallationRecord> all(Path prefix) throws IOException {
		Path directory = prefix.resolve("usr/lib/privsep");
		List<InstallationRecord> records = new ArrayList<>();
		if (!Files.isDirectory(directory)) {
			return records;
		}
		try (Stream<Path> applications = Files.list(directory)) {
			for (Path application : applications.sorted().toList()) {
				read(application.resolve("current")).ifPresent(records::add);
			}
		}
		return records;
	}

	/**
	 * Reads what is installed of an application.
	 * @param current the link to its release
	 * @return its record, if there is one that can be read
	 */
	static Optional<InstallationRecord> read(Path current) {
		try {
			return Files.isDirectory(current) ? Optional.of(InstallationRecord.read(current.toRealPath()))
					: Optional.empty();
		}
		catch (IOException ex) {
			return Optional.empty();
		}
	}

	/**
	 * Keeps others from changing the same installation. The file is root's alone: whoever
	 * may read it could lock it.
	 * @param paths where the application is installed
	 * @return the lock, to be closed
	 * @throws IOException if it cannot be made
	 */
	static FileChannel lock(InstalledPaths paths) throws IOException {
		Path file = paths.base().resolve(LOCK);
		FileChannel lock = FileChannel.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
		if (lock.tryLock() == null) {
			lock.close();
			throw new InstallException(InstallException.CANNOT_CREATE,
					"Another installation of '" + paths.application() + "' is going on");
		}
		return lock;
	}

	static String toText(List<InstallationRecord> records) {
		if (records.isEmpty()) {
			return "Nothing is installed\n";
		}
		StringBuilder text = new StringBuilder();
		for (InstallationRecord record : records) {
			text.append("%s: launcher %s, for user %s, %s, started from %s%n".formatted(record.application(),
					record.launcher(), record.appUser(), record.java(), record.jar()));
			for (InstallationRecord.InstalledContext context : record.contexts()) {
				text.append("  context %s: user %s, capabilities %s%n".formatted(context.name(), context.user(),
						context.capabilities()));
				context.functions().forEach((function) -> text.append("    ").append(function).append('\n'));
			}
		}
		return text.toString();
	}

}
