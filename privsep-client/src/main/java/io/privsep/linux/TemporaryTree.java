package io.privsep.linux;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * A directory that this process has made as root in the directory for temporary files,
 * with all that is in it.
 * <p>
 * Nobody but root has been able to put anything into it, to take it away or to exchange a
 * directory above it. So no path that is given away here leads through another user's
 * link.
 *
 * @param top the directory
 */
public record TemporaryTree(Path top) {

	private static final int GROUP_OR_OTHERS_WRITE = 022;

	private static final int STICKY = 01000;

	/**
	 * Finds the tree of a directory.
	 * @param directory the directory
	 * @param temporary the directory for temporary files
	 * @return the tree, or nothing if the directory lies elsewhere, or someone other than
	 * root could have changed the tree
	 * @throws IOException if the system does not tell
	 */
	public static Optional<TemporaryTree> of(Path directory, Path temporary) throws IOException {
		Path parent = temporary.toRealPath();
		Path path = directory.toRealPath();
		if (!path.startsWith(parent) || path.equals(parent) || !isOfRoot(path, parent)) {
			return Optional.empty();
		}
		return Optional.of(new TemporaryTree(parent.resolve(path.getName(parent.getNameCount()))));
	}

	// Where others may write to a directory, the sticky bit keeps them from what is
	// root's in it; but not from making something of their own.
	private static boolean isOfRoot(Path path, Path parent) throws IOException {
		for (Path each = path; each != null; each = each.getParent()) {
			if (!isOfRoot(each, parent.startsWith(each))) {
				return false;
			}
		}
		return true;
	}

	private static boolean isOfRoot(Path path, boolean stickyCounts) throws IOException {
		Map<String, Object> attributes = Files.readAttributes(path, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
		int mode = (Integer) Objects.requireNonNull(attributes.get("mode"));
		return Integer.valueOf(0).equals(attributes.get("uid"))
				&& ((mode & GROUP_OR_OTHERS_WRITE) == 0 || (stickyCounts && (mode & STICKY) != 0));
	}

	/**
	 * Gives the tree to a user. Each directory comes after all that is in it: the user
	 * can change nothing of what is yet to be given.
	 * @param uid the user
	 * @param gid the group
	 * @throws IOException if the system refuses; some of it is given then
	 */
	public void give(int uid, int gid) throws IOException {
		Files.walkFileTree(this.top, new SimpleFileVisitor<>() {

			@Override
			public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
					throws IOException {
				return isOfRoot(directory, false) ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
			}

			@Override
			public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
				return own(file, uid, gid);
			}

			@Override
			public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException ex) throws IOException {
				if (ex != null) {
					throw ex;
				}
				return own(directory, uid, gid);
			}

		});
	}

	// a link itself, never what it leads to
	private static FileVisitResult own(Path path, int uid, int gid) throws IOException {
		Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
		Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
		return FileVisitResult.CONTINUE;
	}

}
