package io.privsep.install;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import io.privsep.command.JavaCommand;
import io.privsep.context.PrivsepProperties.Context;
import io.privsep.context.PrivsepProperties.LauncherType;
import io.privsep.linux.Accounts;
import io.privsep.trust.CodeTrust;

/**
 * What has to be so before anything is installed.
 */
final class InstallChecks {

	private final InstallPlan plan;

	private final PlatformFiles platform;

	InstallChecks(InstallPlan plan, PlatformFiles platform) {
		this.plan = plan;
		this.platform = platform;
	}

	/**
	 * Requires the programs that an installation needs.
	 * @param users those that are to be made
	 */
	void requirePrograms(SystemUsers users) {
		users.programs().forEach(SystemCommand::program);
		this.plan.programs().forEach(SystemCommand::program);
		if (this.plan.launcher() == LauncherType.SUDO) {
			List.of("sudo", "visudo").forEach(SystemCommand::program);
		}
		if (this.plan.launcher() == LauncherType.SYSTEMD) {
			if (SystemdUnits.isLive(this.plan.paths())) {
				SystemCommand.program("systemctl");
			}
			this.plan.contexts().forEach((name, context) -> {
				String user = Objects.requireNonNullElse(context.user(), "");
				if (user.matches("\\d+") && Accounts.userName(Accounts.uid(user).orElse(-1)).equals(user)) {
					throw new InstallException(InstallException.APPLICATION, "Context '" + name + "' has the user '"
							+ user
							+ "', a number without an entry in the user database, for which systemd starts nothing; use a name");
				}
			});
		}
	}

	/**
	 * Requires that nobody but root can change what helpers will run.
	 * @param release the release, which is not in its place yet
	 * @throws IOException if it cannot be looked at
	 */
	void requireTrusted(Release release) throws IOException {
		requireKnownOptions();
		CodeTrust trust = new CodeTrust().tree(release.staging()).classPath(release.stagedClassPath());
		for (Context context : this.plan.contexts().values()) {
			new JavaCommand(release.java(), List.of(), false, 0, context.jvmOptions()).lookAtOptions(trust);
		}
		requireTrustedPlaces(trust);
		for (String program : this.plan.programs()) {
			trust.file(SystemCommand.program(program));
		}
		requireNone(trust.problems());
	}

	private void requireKnownOptions() {
		Set<String> problems = new LinkedHashSet<>();
		this.plan.contexts()
			.forEach((name, context) -> JavaCommand.optionProblems(context.jvmOptions())
				.forEach((problem) -> problems.add("context '" + name + "': " + problem)));
		requireNone(List.copyOf(problems));
	}

	private static void requireNone(List<String> problems) {
		if (!problems.isEmpty()) {
			throw new InstallException(InstallException.APPLICATION,
					"Helpers may only run what nobody but root can change: " + String.join("; ", problems));
		}
	}

	/**
	 * Requires that nobody but root can change the directories that are written to.
	 * @throws IOException if they cannot be looked at
	 */
	void requireTrustedPlaces() throws IOException {
		CodeTrust places = new CodeTrust();
		requireTrustedPlaces(places);
		requireNone(places.problems());
	}

	private void requireTrustedPlaces(CodeTrust trust) throws IOException {
		trust.file(this.plan.paths().base());
		for (Path file : this.platform.files()) {
			trust.file(Objects.requireNonNull(file.getParent()));
		}
	}

}
