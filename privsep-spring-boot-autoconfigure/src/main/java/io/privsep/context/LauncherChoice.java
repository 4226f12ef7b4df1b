package io.privsep.context;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.privsep.context.PrivsepProperties.Context;
import io.privsep.context.PrivsepProperties.LauncherType;
import io.privsep.launch.InstalledPaths;
import io.privsep.rights.Capabilities;
import io.privsep.rights.Capability;
import io.privsep.rights.ThreadRights;

/**
 * Which launcher a context uses, and why.
 *
 * @param type the launcher, never {@link LauncherType#AUTO}
 * @param wrapper where the wrapper for sudo is, or should be
 * @param socket where the socket of systemd is, or should be
 * @param reason why, as the end of a sentence
 */
record LauncherChoice(LauncherType type, Path wrapper, Path socket, String reason) {

	/** What it takes to start a helper with other rights than one's own. */
	static final Capabilities TO_CHANGE_CREDENTIALS = Capabilities
		.of(List.of(Capability.SETUID, Capability.SETGID, Capability.SETPCAP));

	/**
	 * Chooses.
	 * @param name name of the context
	 * @param context the context
	 * @param application name of the application, or {@code null} if it has none
	 * @param own rights of the application
	 * @param onlyTakes whether the helper has no rights but those of the application
	 * @return the choice
	 * @throws InsufficientRightsException if none is possible
	 */
	static LauncherChoice of(String name, Context context, @Nullable String application, ThreadRights own,
			boolean onlyTakes) {
		InstalledPaths paths = InstalledPaths.ofSystemOrDefault(application);
		Path wrapper = (context.wrapper() != null) ? Path.of(context.wrapper()) : paths.wrapper(name);
		Path socket = (context.socket() != null) ? Path.of(context.socket()) : paths.socket(name);
		if (context.launcher() != LauncherType.AUTO) {
			return new LauncherChoice(context.launcher(), wrapper, socket, "because it is configured");
		}
		if (onlyTakes) {
			return new LauncherChoice(LauncherType.DIRECT, wrapper, socket,
					"because its sandbox only takes from this application's own rights");
		}
		if (own.effective().containsAll(TO_CHANGE_CREDENTIALS)) {
			return new LauncherChoice(LauncherType.DIRECT, wrapper, socket,
					"because this application may change users itself");
		}
		if (!context.command().isEmpty()) {
			return new LauncherChoice(LauncherType.COMMAND, wrapper, socket, "because 'command' is configured");
		}
		if (Files.exists(socket)) {
			return new LauncherChoice(LauncherType.SYSTEMD, wrapper, socket, "because there is '" + socket + "'");
		}
		if (Files.exists(wrapper)) {
			return new LauncherChoice(LauncherType.SUDO, wrapper, socket, "because there is '" + wrapper + "'");
		}
		throw new InsufficientRightsException(name,
				"The application runs as user " + Integer.toUnsignedString(own.uids().get(1))
						+ " and lacks the capabilities " + TO_CHANGE_CREDENTIALS.without(own.effective())
						+ ", and cannot start a helper with other rights than its own; and nothing is installed"
						+ " that could: there is neither '" + socket + "' nor '" + wrapper + "'");
	}

}
