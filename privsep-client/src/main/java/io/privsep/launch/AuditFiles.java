package io.privsep.launch;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.privsep.command.RefusedStartException;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.linux.Accounts;
import io.privsep.trust.CodeTrust;

/**
 * The files in which helpers audit their calls.
 * <p>
 * Each belongs to its helper's user, and the helper may add to it. It lies in a directory
 * of root's, below such directories: nobody else may put another in its place.
 */
public final class AuditFiles {

	private static final int GROUP_OR_OTHERS_WRITE = 022;

	/** Ubuntu has a user of the system, that of rsyslog, write there. */
	private static final Pattern OF_SYSLOG = Pattern.compile("'/var/log' has mode 2?775,");

	private static final String PERMISSIONS = "rw-------";

	private AuditFiles() {
	}

	/**
	 * Makes the file of a helper, if there is none, with the directories above it, and
	 * gives it to the helper.
	 * @param file its absolute path
	 * @param rights whom the helper runs as; {@code null} for the application's own user
	 * @throws IOException if it cannot be made, or others could replace it
	 */
	public static void make(Path file, @Nullable Rights rights) throws IOException {
		Path directory = Objects.requireNonNull(file.getParent());
		try {
			if (rights != null) {
				// before anything is made there
				requirePathOfRoot(directory);
			}
			makeDirectory(directory);
			if (rights != null) {
				requirePathOfRoot(directory);
			}
			makeFile(file);
			if (rights != null) {
				Files.setAttribute(file, "unix:uid", rights.uid(), LinkOption.NOFOLLOW_LINKS);
			}
			Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
				.setPermissions(PosixFilePermissions.fromString(PERMISSIONS));
		}
		catch (IOException ex) {
			throw new IOException("the audit cannot be written to '" + file + "' (" + ex
					+ "); 'privsep.audit.directory' names another place", ex);
		}
	}

	/**
	 * Takes the files of helpers that are no more for root, also those that were rotated
	 * away: another user may get the number of theirs.
	 * @param directory the directory of the files, which need not be there
	 * @return the files that are there
	 * @throws IOException if that cannot be done
	 */
	public static List<Path> giveToRoot(Path directory) throws IOException {
		List<Path> given = new ArrayList<>();
		if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
			try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
				for (Path file : files) {
					if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
						Files.setAttribute(file, "unix:uid", 0, LinkOption.NOFOLLOW_LINKS);
						given.add(file);
					}
				}
			}
		}
		return given;
	}

	/**
	 * What is wrong with the file of a helper.
	 * @param file its absolute path
	 * @param uid the helper's user
	 * @return a sentence, or {@code null} if nothing is
	 */
	public static @Nullable String problem(Path file, int uid) {
		try {
			requirePathOfRoot(Objects.requireNonNull(file.getParent()));
			Map<String, Object> attributes = attributes(file);
			if (!Boolean.TRUE.equals(attributes.get("isRegularFile"))) {
				return "'" + file + "' is no file: calls cannot be audited to it";
			}
			if (uid(attributes) != uid || (mode(attributes) & 0777) != 0600) {
				return "'" + file + "' belongs to user " + Accounts.userName(uid(attributes))
						+ " and has mode %04o, expected user ".formatted(mode(attributes)) + Accounts.userName(uid)
						+ " and mode 0600";
			}
			return null;
		}
		catch (IOException ex) {
			return "'" + file + "', to which calls are audited, cannot be used: " + ex;
		}
	}

	private static void makeDirectory(Path directory) throws IOException {
		if (Files.isDirectory(directory)) {
			return;
		}
		makeDirectory(Objects.requireNonNull(directory.getParent(), "/ exists"));
		try {
			Files.createDirectory(directory);
			Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
		}
		catch (FileAlreadyExistsException ex) {
			// of another context, at the same time
		}
	}

	// Whoever may write to a directory on the way could put a link into it at any moment,
	// and have root make and give away a file elsewhere.
	private static void requirePathOfRoot(Path directory) throws IOException {
		if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
			requireOfRoot(directory);
		}
		for (String problem : new CodeTrust().path(directory).problems()) {
			if (!OF_SYSLOG.matcher(problem).lookingAt()) {
				throw new RefusedStartException(
						problem + ": of the directories above the audit, only root may be able to change any");
			}
		}
	}

	private static void requireOfRoot(Path directory) throws IOException {
		Map<String, Object> attributes = attributes(directory);
		if (!Boolean.TRUE.equals(attributes.get("isDirectory")) || uid(attributes) != 0
				|| (mode(attributes) & GROUP_OR_OTHERS_WRITE) != 0) {
			throw new RefusedStartException(
					"'" + directory + "' has to be a directory that nobody but root can change");
		}
	}

	private static void makeFile(Path file) throws IOException {
		try {
			Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PERMISSIONS)));
		}
		catch (FileAlreadyExistsException ex) {
			if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
				throw new IOException("it is no file", ex);
			}
		}
	}

	private static Map<String, Object> attributes(Path file) throws IOException {
		return Files.readAttributes(file, "unix:uid,mode,isDirectory,isRegularFile", LinkOption.NOFOLLOW_LINKS);
	}

	private static int uid(Map<String, Object> attributes) {
		return (Integer) Objects.requireNonNull(attributes.get("uid"));
	}

	private static int mode(Map<String, Object> attributes) {
		return (Integer) Objects.requireNonNull(attributes.get("mode")) & 07777;
	}

}
