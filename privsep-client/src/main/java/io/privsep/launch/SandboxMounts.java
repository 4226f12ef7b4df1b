package io.privsep.launch;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.privsep.definition.HelperDefinition;
import io.privsep.definition.Sandbox;
import io.privsep.sandbox.MountedPaths;
import io.privsep.sandbox.MountedPaths.Change;

/**
 * What the sandbox of a running helper has mounted, and whether there is something else
 * at its paths now.
 */
final class SandboxMounts {

	private static final Logger logger = LoggerFactory.getLogger(SandboxMounts.class);

	private final String context;

	private volatile MountedPaths mounted;

	private volatile boolean isOutdated;

	/**
	 * Makes those of one helper.
	 * @param context name of its context, for what is logged
	 * @param mounted the paths of its sandbox
	 */
	SandboxMounts(String context, MountedPaths mounted) {
		this.context = context;
		this.mounted = mounted;
	}

	/**
	 * Those of an installed helper that is being started.
	 * @param definition what it is
	 * @return what it has mounted, as far as this application can see it; {@code null} if
	 * it has no sandbox
	 */
	static @Nullable SandboxMounts ofInstalled(HelperDefinition definition) {
		Sandbox sandbox = definition.confinement().sandbox();
		return (sandbox != null) ? new SandboxMounts(definition.context(), MountedPaths.ofInstalled(sandbox)) : null;
	}

	boolean hasPaths() {
		return !this.mounted.sources().isEmpty();
	}

	/**
	 * See {@link LaunchedHelper#isOutdated}.
	 * @param obstacle why there can be no other helper; {@code null} if there can
	 * @return whether another helper is to take over
	 */
	boolean isOutdated(Supplier<@Nullable String> obstacle) {
		if (this.isOutdated || this.mounted.change() == null) {
			return this.isOutdated;
		}
		return findOutdated(obstacle);
	}

	// Another caller may ask at the same time, and must not get this helper either.
	private synchronized boolean findOutdated(Supplier<@Nullable String> obstacle) {
		Change change = this.mounted.change();
		while (change != null && change.isOfLink()) {
			this.mounted = this.mounted.withoutLink(change);
			logger.warn(
					"Context '{}': '{}' leads to '{}' now, by a link. The helper still has '{}', and none follows the"
							+ " link: restart the application or, if the helper is installed, run 'install' again",
					this.context, change.path(), change.now(), change.before());
			change = this.mounted.change();
		}
		if (change == null) {
			return this.isOutdated;
		}
		String why = obstacle.get();
		this.isOutdated = why == null;
		this.mounted = MountedPaths.NONE;
		if (why != null) {
			logger
				.warn("Context '{}': '{}' was deleted or renamed, and made again. The helper still has the old one, and"
						+ " cannot be replaced, as {}", this.context, change.path(), why);
			return false;
		}
		logger
			.info("Context '{}': '{}' was deleted or renamed, and made again. The next helper takes over, which has the"
					+ " new one", this.context, change.path());
		return true;
	}

}
