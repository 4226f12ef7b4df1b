package io.privsep.definition;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.privsep.rights.Capabilities;
import io.privsep.wire.FrameBody;
import io.privsep.wire.MalformedFrameException;

/**
 * All that a helper needs to know before it serves. It comes with the helper's rights,
 * never from the application that calls it later.
 *
 * @param context name of the context
 * @param code what it runs
 * @param rights the rights that the helper must find itself with; {@code null} if it has
 * the application's own, whatever they are
 * @param clientUid user id that the peer of the connection must have; -1 if the platform
 * has none
 * @param calls bounds of the calls
 * @param logging what is logged of them
 * @param confinement what the helper gives up
 * @param installation what the helper was installed with; {@code null} if the application
 * starts it itself
 */
public record HelperDefinition(String context, Code code, @Nullable Rights rights, int clientUid, Calls calls,
		Logging logging, Confinement confinement, @Nullable Installation installation) {

	/** The most bytes that a definition has. */
	public static final int MAX_LENGTH = 1 << 20;

	static final String NO_CLIENT = "-1";

	static final String FUNCTION = "function.";

	static final String SETTING = "setting.";

	/**
	 * What an installed helper says of itself without being asked: all of its definition
	 * but the settings themselves.
	 * @return the text, empty if the application starts the helper itself
	 */
	public String publicText() {
		return (this.installation == null) ? "" : new HelperDefinition(this.context, new Code(this.code.beans, null),
				this.rights, this.clientUid, this.calls, this.logging, this.confinement, this.installation)
			.toText();
	}

	/**
	 * The definition as text, in the form of {@link java.util.Properties}.
	 * @return the text
	 */
	public String toText() {
		return DefinitionText.of(this);
	}

	/**
	 * Reads a definition as the first frame of a connection has it
	 * ({@link DefinitionFrame}).
	 * @param in the body of the frame
	 * @return the definition
	 * @throws MalformedFrameException if it is none
	 */
	public static HelperDefinition read(FrameBody in) {
		String text = in.getString();
		in.expectEnd();
		try {
			return parse(text);
		}
		catch (InvalidDefinitionException ex) {
			throw new MalformedFrameException(String.valueOf(ex.getMessage()), ex);
		}
	}

	/**
	 * Reads a definition.
	 * @param text the text
	 * @return the definition
	 * @throws InvalidDefinitionException if a key is missing, unknown, twice or has no
	 * valid value
	 */
	public static HelperDefinition parse(String text) {
		try {
			DefinitionKeys keys = new DefinitionKeys(text);
			String uid = keys.takeIfPresent("uid");
			Rights rights = (uid != null) ? new Rights(Integer.parseUnsignedInt(uid),
					Integer.parseUnsignedInt(keys.take("gid")), numbers(keys.take("groups")),
					new Capabilities(Long.parseUnsignedLong(keys.take("capabilities"), 16))) : null;
			String settings = keys.takeIfPresent("settings");
			Code code = new Code(list(keys.take("beans")),
					(settings != null) ? ByteBuffer.wrap(Base64.getDecoder().decode(settings)) : null);
			Calls calls = new Calls(Integer.parseInt(keys.take("max-concurrency")),
					Integer.parseInt(keys.take("max-message-size")), Integer.parseInt(keys.take("max-elements")));
			Logging logging = new Logging(keys.take("log-level"), AuditPlace.parse(keys.take("audit")));
			Confinement confinement = new Confinement(Integer.parseInt(keys.take("max-open-files")),
					keys.takeBoolean("seccomp"), keys.takeBoolean(Sandbox.ENABLED) ? Sandbox.read(keys) : null);
			HelperDefinition definition = new HelperDefinition(keys.take("context"), code, rights,
					clientUid(keys.take("client-uid")), calls, logging, confinement,
					keys.has("build") ? Installation.read(keys) : null);
			keys.requireNoneLeft();
			if (definition.installation != null && rights == null) {
				throw new IllegalArgumentException("'uid' is missing");
			}
			if (definition.installation != null && definition.clientUid == -1) {
				throw new IllegalArgumentException("'client-uid' is '" + NO_CLIENT + "' in an installation");
			}
			return definition;
		}
		catch (IOException | IllegalArgumentException ex) {
			throw new InvalidDefinitionException("The definition of the helper is not valid: " + ex.getMessage(), ex);
		}
	}

	private static int clientUid(String text) {
		if (text.equals(NO_CLIENT)) {
			return -1;
		}
		int uid = Integer.parseUnsignedInt(text);
		if (uid == -1) {
			throw new IllegalArgumentException("no user has the number " + text);
		}
		return uid;
	}

	private static List<Integer> numbers(String text) {
		List<Integer> numbers = new ArrayList<>();
		for (String each : list(text)) {
			numbers.add(Integer.parseUnsignedInt(each));
		}
		return List.copyOf(numbers);
	}

	private static List<String> list(String text) {
		return text.isEmpty() ? List.of() : Arrays.asList(text.split(","));
	}

	/**
	 * What a helper runs.
	 *
	 * @param beans names of the classes of its privileged beans
	 * @param settings the context's settings, as a value of the record that its beans ask
	 * for; {@code null} if none does
	 */
	public record Code(List<String> beans, @Nullable ByteBuffer settings) {
	}

	/**
	 * Bounds of calls.
	 *
	 * @param maxConcurrency how many calls run at once
	 * @param maxMessageSize the most bytes of a call's arguments, or of its result
	 * @param maxElements the most elements of a call's arguments, or of its result
	 */
	public record Calls(int maxConcurrency, int maxMessageSize, int maxElements) {
	}

	/**
	 * What is logged and audited of calls.
	 *
	 * @param level the least severe level that the helper logs, such as {@code INFO}
	 * @param audit where each call is audited
	 */
	public record Logging(String level, AuditPlace audit) {
	}

	/**
	 * What a helper gives up, beside rights.
	 *
	 * @param maxOpenFiles the most descriptors that it has open without a sandbox; 0 for
	 * as many as the application
	 * @param seccomp whether a seccomp filter denies it the system calls that it never
	 * needs
	 * @param sandbox what it is confined to; {@code null} if it is not
	 */
	public record Confinement(int maxOpenFiles, boolean seccomp, @Nullable Sandbox sandbox) {

		/**
		 * Whether a seccomp filter denies the helper what it never needs: where that is
		 * asked for, and always in a sandbox.
		 * @return whether it does
		 */
		public boolean isFiltered() {
			return this.seccomp || this.sandbox != null;
		}

	}

	/**
	 * The rights that every thread of a helper must have, no more and no fewer.
	 *
	 * @param uid the user id
	 * @param gid the group id
	 * @param groups the supplementary groups, ascending
	 * @param capabilities the capabilities in all five sets
	 */
	public record Rights(int uid, int gid, List<Integer> groups, Capabilities capabilities) {
	}

	/**
	 * What a helper was installed with, apart from what it needs to serve: for the
	 * application, which compares it with what it would install now.
	 *
	 * @param build digest of the application's own classes
	 * @param jvm options of the helper's JVM that are configured, as text
	 * @param logsToConnection whether log events go to the application through the
	 * connection, because standard error does not lead there
	 * @param functions signatures of the functions, each at its number
	 * @param settings digests of the components of the settings, by their names
	 */
	public record Installation(String build, String jvm, boolean logsToConnection, List<String> functions,
			SortedMap<String, String> settings) {

		private static Installation read(DefinitionKeys keys) {
			String build = keys.take("build");
			SortedMap<String, String> settings = new TreeMap<>();
			for (String name : keys.left()) {
				if (name.startsWith(SETTING)) {
					settings.put(name.substring(SETTING.length()), keys.take(name));
				}
			}
			return new Installation(build, keys.take("jvm"), keys.takeChoice("log", "connection", "stderr"),
					keys.takeList(FUNCTION), settings);
		}

	}

}
