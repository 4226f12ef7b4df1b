package io.privsep.install;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * A file that was installed, as it has to be.
 *
 * @param path its absolute path
 * @param uid its owner
 * @param gid its group
 * @param mode its permissions, four octal digits
 * @param content SHA-256 of a regular file in hexadecimal digits; {@code null} for a
 * directory
 */
record InstalledFile(String path, long uid, long gid, String mode, @Nullable String content) {

	private static final int BUFFER = 1 << 16;

	private static final int PERMISSIONS = 07777;

	/**
	 * Looks at a file as it is.
	 * @param file the file
	 * @param path the path that it has, or will have
	 * @return what it is
	 * @throws IOException if it cannot be read, or is neither a file nor a directory
	 */
	static InstalledFile look(Path file, Path path) throws IOException {
		return look(file, path, null);
	}

	/**
	 * Looks at a file as it is.
	 * @param file the file
	 * @param path the path that it has, or will have
	 * @param content the SHA-256 of a regular file; {@code null} if that is not known
	 * yet, and for a directory
	 * @return what it is
	 * @throws IOException if it cannot be read, or is neither a file nor a directory
	 */
	static InstalledFile look(Path file, Path path, @Nullable String content) throws IOException {
		Map<String, Object> attributes = Files.readAttributes(file,
				"unix:uid,gid,mode,isDirectory,isRegularFile,isSymbolicLink", LinkOption.NOFOLLOW_LINKS);
		boolean isDirectory = Boolean.TRUE.equals(attributes.get("isDirectory"));
		if (!isDirectory && !Boolean.TRUE.equals(attributes.get("isRegularFile"))) {
			throw new IOException("'" + file + "' is neither a file nor a directory");
		}
		int mode = number(attributes, "mode") & PERMISSIONS;
		return new InstalledFile(path.toString(), Integer.toUnsignedLong(number(attributes, "uid")),
				Integer.toUnsignedLong(number(attributes, "gid")), "%04o".formatted(mode),
				(isDirectory || content != null) ? content : digest(file));
	}

	/**
	 * SHA-256 of a file.
	 * @param file the file
	 * @return the digest in hexadecimal digits
	 * @throws IOException if it cannot be read
	 */
	static String digest(Path file) throws IOException {
		MessageDigest digest = sha256();
		try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
			byte[] buffer = new byte[BUFFER];
			int read = in.read(buffer);
			while (read >= 0) {
				digest.update(buffer, 0, read);
				read = in.read(buffer);
			}
			return HexFormat.of().formatHex(digest.digest());
		}
	}

	/**
	 * SHA-256 of a text.
	 * @param text the text, which is encoded in UTF-8
	 * @return the digest in hexadecimal digits
	 */
	static String digest(String text) {
		return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
	}

	private static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

	private static int number(Map<String, Object> attributes, String name) {
		return (Integer) Objects.requireNonNull(attributes.get(name), name);
	}

}
