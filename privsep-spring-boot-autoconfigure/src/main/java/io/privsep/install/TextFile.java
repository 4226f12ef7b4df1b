package io.privsep.install;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a text will be as a file of root's.
 */
final class TextFile {

	private TextFile() {
	}

	static InstalledFile of(Path path, String text, boolean isSecret) {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
			return new InstalledFile(path.toString(), 0, 0, isSecret ? "0440" : "0644",
					HexFormat.of().formatHex(digest));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}
