package io.privsep.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import io.privsep.context.PrivsepProperties.Context;
import io.privsep.definition.AuditPlace;
import io.privsep.definition.HelperDefinition;

/**
 * What an installation has recorded of itself, in {@code installation.json}.
 *
 * @param application name of the application
 * @param launcher how its helpers are started
 * @param appUser the application's user
 * @param appUid id of that user
 * @param prefix what all is installed below
 * @param java the program that runs the helpers
 * @param jar what the application itself can be started from, in the installation
 * @param chosen names of the contexts, where not all were to be installed
 * @param chosenJava the program that was named to run the helpers, if one was
 * @param contexts the contexts
 * @param users users that were made for the contexts
 * @param groups groups that were made for the contexts
 * @param directories directories that were made and are not those of the application
 * @param files all files but this one, also those outside the release
 */
record InstallationRecord(String application, String launcher, String appUser, long appUid, String prefix, String java,
		String jar, List<String> chosen, @Nullable String chosenJava, List<InstalledContext> contexts,
		List<String> users, List<String> groups, List<String> directories, List<InstalledFile> files) {

	static final String FILE = "installation.json";

	/** The arguments for the application, which may be secrets, in a file of root's. */
	static final String ARGUMENTS = "arguments.json";

	private static final JsonMapper JSON = JsonMapper.builder().build();

	// one of before has no such value
	InstallationRecord {
		chosen = Objects.requireNonNullElse(chosen, List.of());
	}

	static InstallationRecord read(Path release) throws IOException {
		Path file = release.resolve(FILE);
		try {
			return JSON.readValue(Files.readAllBytes(file), InstallationRecord.class);
		}
		catch (JacksonException ex) {
			throw new IOException("'" + file + "' is not a valid record of an installation: " + ex.getOriginalMessage(),
					ex);
		}
	}

	static List<String> readArguments(Path release) throws IOException {
		Path file = release.resolve(ARGUMENTS);
		try {
			return JSON.readValue(Files.readAllBytes(file), Arguments.class).arguments();
		}
		catch (JacksonException ex) {
			throw new IOException("'" + file + "' is not a valid list of arguments: " + ex.getOriginalMessage(), ex);
		}
	}

	String toJson() {
		return toJson(this);
	}

	static String toJson(Object value) {
		return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n";
	}

	/**
	 * The arguments that an application was installed with. Everybody may read the digest
	 * of their file in a record: so the file has something that nobody could guess.
	 *
	 * @param salt 128 random bits
	 * @param arguments the arguments
	 */
	record Arguments(String salt, List<String> arguments) {

		private static final int SALT = 16;

		static Arguments of(List<String> arguments) {
			byte[] salt = new byte[SALT];
			new SecureRandom().nextBytes(salt);
			return new Arguments(HexFormat.of().formatHex(salt), arguments);
		}

	}

	/**
	 * A context that was installed.
	 *
	 * @param name its name
	 * @param user its user, as configured
	 * @param uid id of that user
	 * @param gid id of its group
	 * @param capabilities what its helper keeps
	 * @param auditFile the file that its helper audits its calls in, if it does so in a
	 * file
	 * @param functions signatures of its functions
	 */
	record InstalledContext(String name, String user, long uid, long gid, List<String> capabilities,
			@Nullable String auditFile, List<String> functions) {

		static InstalledContext of(HelperDefinition definition, Context context) {
			HelperDefinition.Rights rights = Objects.requireNonNull(definition.rights());
			return new InstalledContext(definition.context(), Objects.requireNonNull(context.user()),
					Integer.toUnsignedLong(rights.uid()), Integer.toUnsignedLong(rights.gid()),
					rights.capabilities().names(),
					(definition.logging().audit() instanceof AuditPlace.File file) ? file.text() : null,
					Objects.requireNonNull(definition.installation()).functions());
		}

	}

}
