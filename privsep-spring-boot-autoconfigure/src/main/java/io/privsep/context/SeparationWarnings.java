package io.privsep.context;

import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.privsep.channel.ContextSettings;
import io.privsep.context.PrivsepProperties.Context;
import io.privsep.context.PrivsepProperties.Mode;
import io.privsep.launch.DirectLauncher;
import io.privsep.rights.Capability;
import io.privsep.rights.ThreadRights;

/**
 * Warns, once each, of configurations that separate less than they seem to.
 */
final class SeparationWarnings {

	private static final Logger logger = LoggerFactory.getLogger(SeparationWarnings.class);

	private final PrivsepProperties properties;

	private final @Nullable ThreadRights own;

	SeparationWarnings(PrivsepProperties properties, @Nullable ThreadRights own) {
		this.properties = properties;
		this.own = own;
	}

	/**
	 * Warns.
	 * @param contexts the contexts that have helpers
	 */
	void log(List<ContextSettings> contexts) {
		switch (this.properties.mode()) {
			case PROCESS -> {
				if (keepsRoot()) {
					warnOfRoot(contexts);
				}
				else if (this.properties.dropRoot().user() != null) {
					warnOfLastHelpers(contexts);
				}
			}
			case UNPRIVILEGED -> {
				warnOfRights(contexts,
						"run in helpers with the application's own rights" + (keepsRoot() ? ", which are root's" : ""));
				if (this.properties.dropRoot().user() != null && this.own != null && !this.own.isOfOrdinaryUser()) {
					warnOfLastHelpers(contexts);
				}
			}
			case IN_PROCESS -> {
				// as it should be
				if (!TestRun.isCurrent()) {
					warnOfRights(contexts, "run in the application's own process, with its rights");
				}
			}
		}
	}

	private boolean keepsRoot() {
		return isAsGoodAsRoot(this.own) && this.properties.dropRoot().user() == null;
	}

	/**
	 * Whether a process can become root.
	 * @param rights its rights; {@code null} where it is not Linux
	 * @return whether it can
	 */
	static boolean isAsGoodAsRoot(@Nullable ThreadRights rights) {
		return rights != null && (rights.uids().get(1) == 0 || rights.effective().contains(Capability.SETUID));
	}

	private void warnOfRoot(List<ContextSettings> contexts) {
		List<String> names = names(contexts, (settings) -> isStartedHere(settings)
				&& settings.definition().confinement().sandbox() == null && settings.definition().rights() != null);
		if (!names.isEmpty()) {
			logger.warn("The application has the rights of root and keeps them, so the helpers of contexts {} protect"
					+ " nothing from it; set 'privsep.drop-root.user', or install the helpers and start the application"
					+ " as an ordinary user", names);
		}
	}

	private void warnOfLastHelpers(List<ContextSettings> contexts) {
		List<String> names = names(contexts,
				(settings) -> isStartedHere(settings) && settings.standby() == 0 && !canStartAgain(settings));
		if (!names.isEmpty()) {
			logger.warn(
					"Without root, the application cannot replace a helper of contexts {} that ends, and they have"
							+ " no spares; set 'privsep.contexts.{}.standby=1'{}",
					names, names.get(0), (names.size() > 1) ? " and likewise for the others" : "");
		}
	}

	// Its sandbox takes from what the application has after the drop.
	private boolean canStartAgain(ContextSettings settings) {
		return settings.definition().confinement().sandbox() != null
				&& (context(settings).user() == null || this.properties.mode() != Mode.PROCESS);
	}

	private void warnOfRights(List<ContextSettings> contexts, String how) {
		List<String> names = names(contexts, (settings) -> hasRights(context(settings)));
		if (!names.isEmpty()) {
			logger.warn("'privsep.mode' is '{}': the functions of contexts {} {}; their 'user' and 'capabilities' have"
					+ " no effect", PropertyNames.of(this.properties.mode()), names, how);
		}
	}

	/**
	 * Warns of contexts whose functions run in no helpers at all.
	 * @param properties the properties, with {@code privsep.enabled=false}
	 */
	static void logDisabled(PrivsepProperties properties) {
		List<String> names = properties.contexts()
			.entrySet()
			.stream()
			.filter((entry) -> hasRights(entry.getValue()))
			.map((entry) -> entry.getKey())
			.sorted()
			.toList();
		if (!names.isEmpty()) {
			logger.warn("'privsep.enabled' is false: the functions of contexts {} run in the application's own process,"
					+ " with its rights; their 'user' and 'capabilities' have no effect", names);
		}
	}

	private static boolean hasRights(Context context) {
		return context.user() != null || context.capabilities() != null && !context.capabilities().isEmpty();
	}

	private static boolean isStartedHere(ContextSettings settings) {
		return settings.launcher() instanceof DirectLauncher;
	}

	private Context context(ContextSettings settings) {
		return Objects.requireNonNull(this.properties.contexts().get(settings.context()));
	}

	private static List<String> names(List<ContextSettings> contexts, Predicate<ContextSettings> which) {
		return contexts.stream().filter(which).map(ContextSettings::context).sorted().toList();
	}

}
