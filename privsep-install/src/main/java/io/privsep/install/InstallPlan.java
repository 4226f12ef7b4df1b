package io.privsep.install;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import io.privsep.context.ContextResolver.Installable;
import io.privsep.context.PrivsepProperties.Context;
import io.privsep.context.PrivsepProperties.LauncherType;
import io.privsep.definition.HelperDefinition;
import io.privsep.install.application.InstallableApplication;
import io.privsep.launch.InstalledPaths;
import io.privsep.linux.Accounts;

/**
 * What is to be installed, where, and for whom.
 */
final class InstallPlan {

	private final Options options;

	private final InstallableApplication application;

	private final InstalledPaths paths;

	private final Map<String, Context> contexts;

	private final String appUser;

	private final int appUid;

	/**
	 * Makes the plan.
	 * @param options what root has typed
	 * @param application what the application configures
	 * @param paths where it is to be installed
	 */
	InstallPlan(Options options, InstallableApplication application, InstalledPaths paths) {
		this.options = options;
		this.application = application;
		this.paths = paths;
		this.contexts = contexts(options, application);
		this.appUser = Objects.requireNonNull(options.appUser());
		this.appUid = Accounts.uid(this.appUser)
			.orElseThrow(() -> new InstallException(InstallException.USAGE, "There is no user '" + this.appUser
					+ "'; make it with 'useradd --system --shell /usr/sbin/nologin " + this.appUser + "'"));
		if (this.appUid == 0) {
			throw new InstallException(InstallException.USAGE,
					"'--app-user' is root, who needs no installation; name the user that the application runs as");
		}
	}

	private static Map<String, Context> contexts(Options options, InstallableApplication application) {
		Map<String, Context> contexts = new TreeMap<>(application.contexts());
		for (String name : options.contexts()) {
			if (!contexts.containsKey(name)) {
				throw new InstallException(InstallException.USAGE,
						"There is no context '" + name + "'; there are " + contexts.keySet());
			}
		}
		if (!options.contexts().isEmpty()) {
			contexts.keySet().retainAll(options.contexts());
		}
		Set<String> sandboxed = sandboxed(contexts);
		if (!options.contexts().isEmpty() && !sandboxed.isEmpty()) {
			throw new InstallException(InstallException.USAGE, "The contexts " + sandboxed
					+ " need no installation: their sandboxes only take from the application's own rights");
		}
		contexts.keySet().removeAll(sandboxed);
		if (contexts.isEmpty() && !sandboxed.isEmpty()) {
			throw new InstallException(InstallException.APPLICATION,
					"The application needs no installation: the sandboxes" + " of its contexts " + sandboxed
							+ " only take from its own rights. If an older one is installed, remove"
							+ " it with 'uninstall'");
		}
		if (contexts.isEmpty()) {
			throw new InstallException(InstallException.APPLICATION, "The application has no contexts to install");
		}
		return contexts;
	}

	private static Set<String> sandboxed(Map<String, Context> contexts) {
		Set<String> sandboxed = new TreeSet<>();
		contexts.forEach((name, context) -> {
			if (context.sandbox() != null && context.user() == null) {
				sandboxed.add(name);
			}
		});
		return sandboxed;
	}

	/**
	 * The contexts that need no installation.
	 * @return their names
	 */
	Set<String> sandboxed() {
		return sandboxed(this.application.contexts());
	}

	InstalledPaths paths() {
		return this.paths;
	}

	Map<String, Context> contexts() {
		return this.contexts;
	}

	String appUser() {
		return this.appUser;
	}

	int appUid() {
		return this.appUid;
	}

	LauncherType launcher() {
		return Objects.requireNonNull(this.options.launcher());
	}

	String launcherName() {
		return launcher().name().toLowerCase(Locale.ROOT);
	}

	/**
	 * The arguments that the application was installed with.
	 * @return the arguments
	 */
	List<String> arguments() {
		return this.options.applicationArguments();
	}

	/**
	 * The contexts that were asked for.
	 * @return their names; empty for all
	 */
	List<String> chosen() {
		return this.options.contexts();
	}

	@Nullable Path java() {
		return this.options.java();
	}

	@Nullable String chosenJava() {
		return (java() != null) ? java().toString() : null;
	}

	/**
	 * Whether an upgrade of it would keep the same as one of another installation.
	 * @param record the other installation
	 * @param arguments the arguments that it was made with
	 * @return whether the same was chosen
	 */
	boolean keepsTheSame(InstallationRecord record, List<String> arguments) {
		return record.chosen().equals(chosen()) && Objects.equals(record.chosenJava(), chosenJava())
				&& arguments.equals(arguments());
	}

	/**
	 * What the helper of a context can be asked for.
	 * @param context name of the context
	 * @return the signatures of its functions
	 */
	List<String> functions(String context) {
		return this.application.functions(context);
	}

	/**
	 * Checks all that needs no users of helpers, which may still have to be made.
	 * @return what is known of their helpers, by the names of the contexts
	 */
	Map<String, Installable> requireInstallable() {
		Map<String, Installable> helpers = new LinkedHashMap<>();
		for (String name : this.contexts.keySet()) {
			helpers.put(name, this.application.requireInstallable(name, launcher()));
		}
		return helpers;
	}

	/**
	 * What the helpers are told. Their users have to exist.
	 * @return the definitions, by the names of the contexts
	 */
	Map<String, HelperDefinition> definitions() {
		Map<String, HelperDefinition> definitions = new LinkedHashMap<>();
		for (String name : this.contexts.keySet()) {
			definitions.put(name, this.application.definition(name, launcher(), this.appUid, this.paths.audit(name)));
		}
		return definitions;
	}

	/**
	 * The programs that a wrapper runs before the JVM.
	 * @return their names
	 */
	List<String> programs() {
		List<String> programs = new ArrayList<>(WrapperText.programs(launcher() != LauncherType.SYSTEMD));
		if (this.contexts.values().stream().anyMatch((context) -> context.sandbox() != null)) {
			programs.add("bwrap");
		}
		return programs;
	}

}
