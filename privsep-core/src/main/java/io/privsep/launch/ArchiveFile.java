package io.privsep.launch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * A file with an archive of classes, with a checksum of itself in its name.
 * <p>
 * A JVM believes all but the head of an archive, and crashes where it is damaged. The
 * checksum finds damage; it is no protection against anyone, which owners and permissions
 * are.
 */
public final class ArchiveFile {

	/** What the name of an archive ends with. */
	public static final String SUFFIX = ".jsa";

	private static final int BUFFER = 1 << 16;

	private ArchiveFile() {
	}

	/**
	 * Finds an archive.
	 * @param directory the directory that it is in
	 * @param name its name, without the checksum
	 * @return the file, if there is one; links are passed over
	 * @throws IOException if the directory cannot be read
	 */
	public static Optional<Path> find(Path directory, String name) throws IOException {
		if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
			return Optional.empty();
		}
		try (DirectoryStream<Path> files = Files.newDirectoryStream(directory,
				(file) -> hasName(file.getFileName().toString(), name))) {
			for (Path file : files) {
				if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
					return Optional.of(file);
				}
			}
		}
		return Optional.empty();
	}

	private static boolean hasName(String file, String name) {
		int end = file.length() - SUFFIX.length();
		if (end != name.length() + 1 + Integer.BYTES * 2 || !file.startsWith(name + "-") || !file.endsWith(SUFFIX)) {
			return false;
		}
		// the name of one context may begin with that of another
		for (int i = name.length() + 1; i < end; i++) {
			if (!HexFormat.isHexDigit(file.charAt(i))) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Whether a file is what was written.
	 * @param file an archive
	 * @return whether its name has the checksum of its content
	 * @throws IOException if it cannot be read
	 */
	public static boolean isWhole(Path file) throws IOException {
		return file.getFileName().toString().endsWith("-" + checksum(file) + SUFFIX);
	}

	/**
	 * Brings an archive into its place: all of it, or nothing.
	 * @param fresh the file that a JVM has written, in the same directory
	 * @param name what the archive is to be called, without the checksum
	 * @return the archive, which everyone may read and only its owner may write
	 * @throws IOException if that cannot be done
	 */
	public static Path bringIntoPlace(Path fresh, String name) throws IOException {
		Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-r--r--"));
		try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
			// the name must not be on the disk before the content
			channel.force(true);
		}
		return Files.move(fresh, fresh.resolveSibling(name + "-" + checksum(fresh) + SUFFIX),
				StandardCopyOption.ATOMIC_MOVE);
	}

	private static String checksum(Path file) throws IOException {
		CRC32 checksum = new CRC32();
		byte[] buffer = new byte[BUFFER];
		try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
			int read = in.read(buffer);
			while (read >= 0) {
				checksum.update(buffer, 0, read);
				read = in.read(buffer);
			}
		}
		return HexFormat.of().toHexDigits((int) checksum.getValue());
	}

}
