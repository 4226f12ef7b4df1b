package io.privsep.helper.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.privsep.definition.CodeTrust;
import io.privsep.definition.HelperDefinition;
import io.privsep.definition.InvalidDefinitionException;

/**
 * The file that an installation writes for each context: the definition of its helper.
 */
public final class ContextFile {

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
		// in a sandbox, where it cannot be changed, root's seems to be nobody's
		List<String> problems = ProcessFacts.isToldOfASandbox() ? List.of() : new CodeTrust().file(path).problems();
		if (!problems.isEmpty()) {
			throw new RefusalException(
					problems.stream().map((problem) -> "privsep: " + problem + "; refusing to serve").toList());
		}
		if (!Files.isReadable(path)) {
			throw new RefusalException("privsep: this helper cannot read '" + path
					+ "': there is no such file, or it is for a helper of another user; refusing to serve");
		}
		if (Files.size(path) > HelperDefinition.MAX_LENGTH) {
			throw new RefusalException("privsep: '" + path + "' is larger than " + HelperDefinition.MAX_LENGTH
					+ " bytes; refusing to serve");
		}
		try {
			return HelperDefinition.parse(Files.readString(path));
		}
		catch (InvalidDefinitionException ex) {
			throw new RefusalException("privsep: '" + path + "': " + ex.getMessage() + "; refusing to serve");
		}
	}

}
