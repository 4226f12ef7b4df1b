package io.privsep.helper.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

import io.privsep.definition.HelperDefinition;
import io.privsep.definition.InvalidDefinitionException;

/**
 * The file that an installation writes for each context: the definition of its helper.
 */
public final class ContextFile {

	private static final int GROUP_OR_OTHERS_WRITE = 022;

	private ContextFile() {
	}

	/**
	 * Reads a context file.
	 * @param path its absolute path
	 * @return the definition
	 * @throws RefusalException if someone other than root could have written it, or it is
	 * not valid
	 * @throws IOException if it cannot be read
	 */
	public static HelperDefinition read(Path path) throws RefusalException, IOException {
		if (!Files.isReadable(path)) {
			throw new RefusalException("privsep: this helper cannot read '" + path
					+ "': there is no such file, or it is for a helper of another user; refusing to serve");
		}
		Path file = path.toRealPath();
		// in a sandbox, where it cannot be changed, root's seems to be nobody's
		if (!ProcessFacts.isToldOfASandbox()) {
			requireOfRoot(file);
		}
		if (Files.size(file) > HelperDefinition.MAX_LENGTH) {
			throw new RefusalException("privsep: '" + file + "' is larger than " + HelperDefinition.MAX_LENGTH
					+ " bytes; refusing to serve");
		}
		try {
			return HelperDefinition.parse(Files.readString(file));
		}
		catch (InvalidDefinitionException ex) {
			throw new RefusalException("privsep: '" + file + "': " + ex.getMessage() + "; refusing to serve");
		}
	}

	// Whoever could write a directory above it could put another in its place.
	private static void requireOfRoot(Path file) throws RefusalException, IOException {
		for (Path each = file; each != null; each = each.getParent()) {
			Map<String, Object> attributes = Files.readAttributes(each, "unix:mode,uid", LinkOption.NOFOLLOW_LINKS);
			int mode = (Integer) Objects.requireNonNull(attributes.get("mode"));
			int uid = (Integer) Objects.requireNonNull(attributes.get("uid"));
			if (uid != 0 || (mode & GROUP_OR_OTHERS_WRITE) != 0) {
				throw new RefusalException("privsep: '" + each + "' belongs to user " + Integer.toUnsignedString(uid)
						+ " and has mode " + Integer.toOctalString(mode & 07777) + ", and others than root could"
						+ " change '" + file + "'; refusing to serve");
			}
		}
	}

}
