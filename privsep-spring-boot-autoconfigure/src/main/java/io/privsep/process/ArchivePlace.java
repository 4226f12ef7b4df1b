package io.privsep.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.privsep.launch.HelperDefinition.Rights;

/**
 * A directory with archives, of root's or of a user's, and who may use what is in it.
 * <p>
 * An archive is code. Where the helper has rights of its own nobody but root may be able
 * to change it. A helper with the application's own rights uses what belongs to that very
 * user and nobody else can write. The path is resolved once: what was looked at is what
 * is used, and a link in it is refused, which someone could lead elsewhere in between.
 *
 * @param directory the directory
 * @param ofRoot whether it is root's, for helpers with rights of their own
 * @param uid the application's user
 */
record ArchivePlace(Path directory, boolean ofRoot, int uid) {

	private static final int GROUP_OR_OTHERS_WRITE = 022;

	private static final int STICKY = 01000;

	static ArchivePlace ofRoot(@Nullable Path configured, int uid) throws IOException {
		return new ArchivePlace(resolved((configured != null) ? configured : Path.of("/var/cache/privsep")), true, uid);
	}

	static ArchivePlace ofUser(@Nullable Path configured, int uid) throws IOException {
		if (configured != null) {
			return new ArchivePlace(resolved(configured), false, uid);
		}
		String cache = System.getenv("XDG_CACHE_HOME");
		Path directory = (cache != null && cache.startsWith("/")) ? Path.of(cache)
				: Path.of(System.getProperty("user.home"), ".cache");
		if (!directory.isAbsolute()) {
			// what a JVM says of a user who is in no database
			throw new IOException("this user has no home directory");
		}
		return new ArchivePlace(resolved(directory.resolve("privsep")), false, uid);
	}

	// As far as it exists; the rest is to be made.
	private static Path resolved(Path path) throws IOException {
		Path absolute = path.toAbsolutePath().normalize();
		Path existing = existing(absolute);
		return existing.toRealPath().resolve(existing.relativize(absolute));
	}

	private static Path existing(Path path) {
		Path existing = path;
		while (!Files.exists(existing)) {
			existing = Objects.requireNonNull(existing.getParent());
		}
		return existing;
	}

	/**
	 * Makes the directory, if there is none and this process is the one to own it.
	 * @return whether archives may be made in it
	 * @throws IOException if it cannot be made
	 */
	boolean make() throws IOException {
		if (this.ofRoot && this.uid != 0) {
			return false;
		}
		if (!Files.exists(this.directory, LinkOption.NOFOLLOW_LINKS)) {
			if (!isClosed(existing(this.directory), false)) {
				return false;
			}
			Files.createDirectories(Objects.requireNonNull(this.directory.getParent()), mode("rwxr-xr-x"));
			Files.createDirectory(this.directory, mode("rwx------"));
			if (this.ofRoot) {
				// whatever the umask; helpers read what is in it
				Files.setPosixFilePermissions(this.directory, PosixFilePermissions.fromString("rwxr-xr-x"));
			}
		}
		return mayUse(this.directory, null);
	}

	private static FileAttribute<?> mode(String mode) {
		return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
	}

	/**
	 * Whether a helper may use what is there.
	 * @param path the directory, or an archive in it
	 * @param rights the helper's rights, if it has to be able to read it
	 * @return whether it may
	 * @throws IOException if the system does not tell
	 */
	boolean mayUse(Path path, @Nullable Rights rights) throws IOException {
		// a JVM takes a colon for the end of a path
		return path.toString().indexOf(File.pathSeparatorChar) < 0 && isClosed(path, true)
				&& (!this.ofRoot || rights == null || CodePath.isReadable(path, rights));
	}

	/**
	 * Whether nobody else can change a path, or put something else in the place of any
	 * component of it.
	 * @param path the path, resolved
	 * @param isOurs whether it is the directory or an archive, and has to belong to the
	 * very user
	 * @return whether it is closed to others
	 * @throws IOException if the system does not tell
	 */
	private boolean isClosed(Path path, boolean isOurs) throws IOException {
		for (Path each = path; each != null; each = each.getParent()) {
			Map<String, Object> attributes = Files.readAttributes(each, "unix:uid,mode,isSymbolicLink",
					LinkOption.NOFOLLOW_LINKS);
			int owner = (Integer) Objects.requireNonNull(attributes.get("uid"));
			int mode = (Integer) Objects.requireNonNull(attributes.get("mode"));
			boolean own = isOurs && (each.equals(path) || each.equals(this.directory));
			boolean stickyCounts = !this.ofRoot && !own;
			if ((boolean) Objects.requireNonNull(attributes.get("isSymbolicLink"))
					|| ((mode & GROUP_OR_OTHERS_WRITE) != 0 && !(stickyCounts && (mode & STICKY) != 0))
					|| !(owner == 0 && !(own && !this.ofRoot) || owner == this.uid && !this.ofRoot)) {
				return false;
			}
		}
		return true;
	}

}
