package io.privsep.demo.web;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What the demo shows of its own configuration.
 *
 * @param contexts contexts by name
 * @param dropRoot whom the application becomes
 */
@ConfigurationProperties("privsep")
record ConfiguredContexts(Map<String, ConfiguredContext> contexts, @Nullable DropRoot dropRoot) {

	/** In the order in which they are shown: the simplest first. */
	static final List<String> NAMES = List.of("motd", "ports", "nobody", "documents");

	/**
	 * Tells whether functions of a context cannot be called again: no helper serves, and
	 * an application that has given up root cannot start one.
	 * @param context name of the context
	 * @param mode how they run
	 * @param pid process id of the helper that serves, if there is one
	 * @return whether only a restart of the application helps
	 */
	boolean needsRestart(String context, String mode, @Nullable Long pid) {
		return pid == null && cannotStartHelpers(context, mode);
	}

	/**
	 * Tells whether the application cannot start a helper any more.
	 * @param context name of the context
	 * @param mode how its functions run
	 * @return whether it has given up root, which a helper with a user of its own takes
	 */
	boolean cannotStartHelpers(String context, String mode) {
		ConfiguredContext configured = this.contexts.get(context);
		return mode.equals("process") && this.dropRoot != null && this.dropRoot.user() != null && configured != null
				&& configured.user() != null;
	}

	/**
	 * One context.
	 *
	 * @param user whom the helper runs as, where it has a user of its own
	 * @param capabilities capabilities it keeps
	 */
	record ConfiguredContext(@Nullable String user, List<String> capabilities) {

	}

	/**
	 * What the application gives up once its helpers run.
	 *
	 * @param user whom it becomes
	 */
	record DropRoot(@Nullable String user) {

	}

}
