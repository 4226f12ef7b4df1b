package io.privsep.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The name of the archive that fits a helper: a digest of all that decides which classes
 * it loads.
 * <p>
 * A JVM compares the sizes of jars and the seconds in which they were changed, both of
 * which a jar may share with the one that it replaces. The number of a file and the time
 * of its last change of status are not anybody's to set, so that they tell.
 */
final class ArchiveKey {

	private static final List<String> FILES_OF_JVM = List.of("lib/server/libjvm.so", "lib/server/classes.jsa",
			"lib/modules", "release");

	private ArchiveKey() {
	}

	/**
	 * Makes the name.
	 * @param java the helper's command
	 * @param context name of its context, which has the same functions as long as the
	 * class path is the same
	 * @return the name
	 * @throws IOException if a file cannot be read
	 */
	static String of(JavaCommand java, String context) throws IOException {
		StringBuilder text = new StringBuilder();
		java.words("-").forEach((word) -> text.append(word).append('\0'));
		text.append(context).append('\0');
		for (String file : FILES_OF_JVM) {
			append(java.home().resolve(file), text);
		}
		for (Path file : ClassPathFiles.of(java.classPath())) {
			append(file, text);
		}
		try {
			return HexFormat.of()
				.formatHex(
						MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8)));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

	private static void append(Path file, StringBuilder text) throws IOException {
		text.append(file).append(' ').append(Files.exists(file) ? stamp(file) : "missing").append('\0');
	}

	/**
	 * What changes with a file's content.
	 * @param file the file
	 * @return its number, size and times, as text
	 * @throws IOException if the system does not tell
	 */
	static String stamp(Path file) throws IOException {
		Map<String, Object> attributes = Files.readAttributes(file, "unix:dev,ino,size,lastModifiedTime,ctime");
		return new TreeMap<>(attributes).toString();
	}

}
