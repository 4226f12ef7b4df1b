package io.privsep.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.privsep.launch.CodeTrust;
import io.privsep.launch.HelperDefinition.Rights;

/**
 * A directory with archives, of root's or of a user's, and who may use what is in it.
 * <p>
 * An archive is code. Where the helper has rights of its own it is looked at like all of
 * its code: nobody but root may be able to change it. A helper with the application's own
 * rights uses what belongs to that very user and nobody else can write.
 *
 * @param directory the directory
 * @param ofRoot whether it is root's, for helpers with rights of their own
 * @param uid the application's user
 */
record ArchivePlace(Path directory, boolean ofRoot, int uid) {

	private static final int GROUP_OR_OTHERS_WRITE = 022;

	private static final int STICKY = 01000;

	static ArchivePlace ofRoot(@Nullable Path configured, int uid) {
		return new ArchivePlace((configured != null) ? configured : Path.of("/var/cache/privsep"), true, uid);
	}

	static ArchivePlace ofUser(@Nullable Path configured, int uid) {
		if (configured != null) {
			return new ArchivePlace(configured, false, uid);
		}
		String cache = System.getenv("XDG_CACHE_HOME");
		Path directory = (cache != null && cache.startsWith("/")) ? Path.of(cache)
				: Path.of(System.getProperty("user.home"), ".cache");
		return new ArchivePlace(directory.resolve("privsep"), false, uid);
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
			Files.createDirectories(Objects.requireNonNull(this.directory.toAbsolutePath().getParent()),
					mode("rwxr-xr-x"));
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
		if (Files.isSymbolicLink(path) || !path.isAbsolute()) {
			return false;
		}
		if (this.ofRoot) {
			List<String> problems = new CodeTrust().file(path).problems();
			return problems.isEmpty() && (rights == null || CodePath.isReadable(path, rights));
		}
		Path real = path.toRealPath();
		for (Path each = real; each != null; each = each.getParent()) {
			Map<String, Object> attributes = Files.readAttributes(each, "unix:uid,mode");
			int owner = (Integer) Objects.requireNonNull(attributes.get("uid"));
			int mode = (Integer) Objects.requireNonNull(attributes.get("mode"));
			boolean isOurs = each.equals(real) || each.equals(this.directory.toRealPath());
			boolean othersWrite = (mode & GROUP_OR_OTHERS_WRITE) != 0 && (isOurs || (mode & STICKY) == 0);
			if (othersWrite || (owner != this.uid && (isOurs || owner != 0))) {
				return false;
			}
		}
		return true;
	}

}
