package io.privsep.install;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.privsep.trust.CodeTrust;

/**
 * All that is installed below a prefix.
 */
final class Installations {

	/** Stays until the machine is shut down. */
	static final Path LOCK = Path.of("/run/privsep-install.lock");

	private Installations() {
	}

	/**
	 * Reads what is installed.
	 * @param prefix the prefix
	 * @return the installations, by the names of their applications
	 * @throws IOException if the directory cannot be read
	 * @throws InstallException if someone other than root could have written a record
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
	 * Reads what is installed of an application. A record names users and files, which
	 * root removes: it is believed only if nobody but root could have written it.
	 * @param current the link to its release
	 * @return its record, if there is one that can be read
	 * @throws IOException if the system does not tell whose it is
	 * @throws InstallException if someone other than root could have written it
	 */
	static Optional<InstallationRecord> read(Path current) throws IOException {
		if (!Files.isDirectory(current)) {
			return Optional.empty();
		}
		Path release = current.toRealPath();
		requireOfRoot(recordTrust(Objects.requireNonNull(current.getParent()), release));
		try {
			return Optional.of(InstallationRecord.read(release));
		}
		catch (IOException ex) {
			return Optional.empty();
		}
	}

	/**
	 * Reads the arguments that an application was installed with. Only root may.
	 * @param current the link to its release, whose record is believed
	 * @return the arguments; none if nothing is installed
	 * @throws IOException if they cannot be read
	 */
	static List<String> arguments(Path current) throws IOException {
		return Files.isRegularFile(current.resolve(InstallationRecord.ARGUMENTS), LinkOption.NOFOLLOW_LINKS)
				? InstallationRecord.readArguments(current) : List.of();
	}

	/**
	 * Looks at all that decides what is read as the record of a release.
	 * @param base the directory with the link to the release
	 * @param release the release, resolved
	 * @return what was found
	 * @throws IOException if the system does not tell
	 */
	static CodeTrust recordTrust(Path base, Path release) throws IOException {
		return new CodeTrust().file(base).file(release).file(release.resolve(InstallationRecord.FILE));
	}

	/**
	 * Refuses a place that someone other than root could change: what is read there could
	 * name anything, and what root writes or removes there could be led elsewhere.
	 * @param trust what was found there
	 * @throws InstallException if someone could
	 */
	static void requireOfRoot(CodeTrust trust) {
		if (!trust.problems().isEmpty()) {
			throw new InstallException(InstallException.WRONG,
					"Someone other than root could have changed what is installed, so nothing in it is believed or"
							+ " removed: " + String.join("; ", trust.problems()));
		}
	}

	/**
	 * Does something while no other installation is made or removed on this machine:
	 * users of helpers are the machine's, whatever the application and the prefix. If
	 * another is going on, waits for its end. The lock is root's alone: whoever may read
	 * it could lock it.
	 * @param lock the file to lock
	 * @param waiting is told that it has to wait
	 * @param action what to do
	 * @param <T> what comes of it
	 * @return what came of it
	 * @throws IOException if the file cannot be locked, or by the action
	 */
	static <T> T alone(Path lock, Consumer<String> waiting, Action<T> action) throws IOException {
		FileChannel channel = FileChannel.open(lock,
				Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
		try {
			if (channel.tryLock() == null) {
				waiting
					.accept("Waiting for the end of another 'install' or 'uninstall', which has locked '" + lock + "'");
				channel.lock();
			}
			return action.run();
		}
		finally {
			channel.close();
		}
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

	/**
	 * What is done alone.
	 *
	 * @param <T> what comes of it
	 */
	interface Action<T> {

		T run() throws IOException;

	}

}
