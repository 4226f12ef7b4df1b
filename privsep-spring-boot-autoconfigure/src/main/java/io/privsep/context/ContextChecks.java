package io.privsep.context;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

import io.privsep.channel.ContextSettings;
import io.privsep.context.PrivsepProperties.Context;
import io.privsep.context.PrivsepProperties.LauncherType;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.function.FunctionTable;
import io.privsep.function.PrivilegedFunction;
import io.privsep.functions.BroadFunction;
import io.privsep.functions.BroadFunctions;
import io.privsep.launch.InstalledPaths;
import io.privsep.rights.Capabilities;
import io.privsep.rights.Capability;
import io.privsep.rights.ThreadRights;
import io.privsep.thrown.DeclaredException;

/**
 * What is checked of a context, and warned of, before anything is made of it.
 */
final class ContextChecks {

	private static final Logger logger = LoggerFactory.getLogger(ContextResolver.class);

	private static final int MAX_STANDBY = 16;

	private static final DataSize LEAST_TMP = DataSize.ofKilobytes(64);

	/** Where another option begins in what should be one. */
	private static final Pattern NEXT_OPTION = Pattern
		.compile("[,\\s]\\s*-(X|D\\w|-\\w|e[as]|d[as]|javaagent:|agent|verbose)");

	private ContextChecks() {
	}

	static void requireAbsolute(String property, @Nullable Path directory) {
		if (directory != null && !directory.isAbsolute()) {
			throw new InvalidConfigurationPropertyValueException(property, directory, "it must be an absolute path");
		}
	}

	static void requireNumbers(String name, Context context) {
		if (!name.matches(InstalledPaths.NAME)) {
			throw InvalidContext.value(name, "", name, "a context's name has lower-case letters, digits and hyphens");
		}
		if (context.maxConcurrency() != null && (context.maxConcurrency() < 1 || context.maxConcurrency() > 1024)) {
			throw InvalidContext.value(name, ".max-concurrency", context.maxConcurrency(),
					"it must be between 1 and 1024");
		}
		requireSeparateOptions(name, context);
		requireTmp(name, context);
		Recycling.checkNumbers(name, context);
		int standby = Recycling.standby(context);
		if (standby < 0 || standby > MAX_STANDBY) {
			throw InvalidContext.value(name, ".standby", standby, "it must be between 0 and " + MAX_STANDBY);
		}
		if (context.pingInterval().isNegative()) {
			throw InvalidContext.value(name, ".ping-interval", context.pingInterval(), "it must not be negative");
		}
		if (!(context.restart().multiplier() >= 1)) {
			throw InvalidContext.value(name, ".restart.multiplier", context.restart().multiplier(),
					"it must be at least 1");
		}
		long size = context.maxMessageSize().toBytes();
		if (size < 1024 || size > 1 << 30) {
			throw InvalidContext.value(name, ".max-message-size", context.maxMessageSize(),
					"it must be between 1KB and 1GB");
		}
		if (context.maxElements() < 1) {
			throw InvalidContext.value(name, ".max-elements", context.maxElements(), "it must be at least 1");
		}
		checkOpenFiles(name, context);
		if (context.callTimeout().isNegative()) {
			throw InvalidContext.value(name, ".call-timeout", context.callTimeout(),
					"it must be positive, or 0 for no limit");
		}
		Map.of("queue-timeout", context.queueTimeout(), "start-timeout", context.startTimeout(), "stop-timeout",
				context.stopTimeout(), "cancel-grace", context.cancelGrace(), "restart.initial-backoff",
				context.restart().initialBackoff(), "restart.max-backoff", context.restart().maxBackoff())
			.forEach((property, duration) -> {
				if (duration.isNegative() || duration.isZero()) {
					throw InvalidContext.value(name, "." + property, duration, "it must be positive");
				}
			});
	}

	private static void checkOpenFiles(String name, Context context) {
		Integer max = context.maxOpenFiles();
		if (max != null && context.sandbox() != null) {
			throw InvalidContext.value(name, ".max-open-files", max,
					"the context has a sandbox; use 'sandbox.max-open-files'");
		}
		if (max != null && (max < SandboxResolver.LEAST_OPEN_FILES || max > SandboxResolver.MOST_OPEN_FILES)) {
			throw InvalidContext.value(name, ".max-open-files", max, "it must be between "
					+ SandboxResolver.LEAST_OPEN_FILES + " and " + SandboxResolver.MOST_OPEN_FILES);
		}
	}

	// In one text, nothing tells for certain where the next one begins.
	private static void requireSeparateOptions(String name, Context context) {
		for (String option : context.jvm().options()) {
			if (NEXT_OPTION.matcher(option).find()) {
				throw InvalidContext.value(name, ".jvm.options", option,
						"it looks like more than one option; write a list in a YAML file, or 'jvm.options[0]', 'jvm.options[1]'"
								+ " and so on in other places");
			}
		}
	}

	private static void requireTmp(String name, Context context) {
		DataSize tmp = context.tmp();
		if (tmp == null) {
			return;
		}
		if (tmp.compareTo(LEAST_TMP) < 0) {
			throw InvalidContext.value(name, ".tmp", tmp, "it must be at least " + LEAST_TMP.toKilobytes() + "KB");
		}
		if (context.sandbox() != null) {
			throw InvalidContext.value(name, ".tmp", tmp,
					"a sandbox has a directory for temporary files; its size is 'sandbox.tmp-size'");
		}
		if (context.capabilities() != null && context.capabilities()
			.stream()
			.anyMatch((capability) -> capability.toLowerCase(Locale.ROOT).replace("cap_", "").equals("sys_admin"))) {
			throw InvalidContext.value(name, ".tmp", tmp,
					"with it, other processes would not see what functions with 'sys_admin' mount; make a directory that"
							+ " only the helper's user can write, and name it in 'jvm.options': '-Djava.io.tmpdir=<directory>'");
		}
	}

	// Systemd mounts it itself.
	static void requireMountable(String name, Context context, ThreadRights application, LauncherType launcher) {
		if (context.tmp() != null && launcher == LauncherType.DIRECT
				&& !application.effective().contains(Capability.SYS_ADMIN)) {
			throw new InsufficientRightsException(name,
					"'privsep.contexts." + name + ".tmp' is mounted for the helper, and the application lacks the"
							+ " capability 'sys_admin' to do so, as in most containers",
					"Give it to the container, use an installed helper, or make a directory that only the helper's user can"
							+ " write, and name it in 'jvm.options': '-Djava.io.tmpdir=<directory>'.");
		}
	}

	static void requireGivable(String name, Capabilities capabilities, ThreadRights application,
			LauncherType launcher) {
		Capabilities missing = LauncherChoice.TO_CHANGE_CREDENTIALS.without(application.effective());
		if (launcher == LauncherType.DIRECT && !missing.isEmpty()) {
			throw new InsufficientRightsException(name,
					"The application runs as user " + Integer.toUnsignedString(application.uids().get(1))
							+ " and lacks the capabilities " + missing
							+ ", and cannot start a helper with other rights than its own");
		}
		// those of systemd are not the application's
		Capabilities notGivable = capabilities.without(application.bounding());
		if (launcher != LauncherType.SYSTEMD && !notGivable.isEmpty()) {
			throw new InsufficientRightsException(name, "The capabilities " + notGivable
					+ " are not in the bounding set of this system or container, which is " + application.bounding(),
					"Give them to the container ('--cap-add', 'securityContext.capabilities.add'), or start the"
							+ " application where they are not taken away (CapabilityBoundingSet= in a unit).");
		}
	}

	static void warnOfSharedUsers(List<ContextSettings> contexts) {
		Map<Integer, List<String>> byUid = new TreeMap<>();
		for (ContextSettings context : contexts) {
			Rights rights = context.definition().rights();
			if (rights != null && context.definition().confinement().sandbox() == null) {
				byUid.computeIfAbsent(rights.uid(), (uid) -> new ArrayList<>()).add(context.context());
			}
		}
		byUid.forEach((uid, names) -> {
			if (names.size() > 1) {
				logger.warn("Contexts {} share the user {}: their helpers could take over each other; give each"
						+ " context its own user", names, Integer.toUnsignedString(uid));
			}
		});
	}

	// Also where helpers have no rights, as while developing: then is the time to narrow
	// them.
	static void warnOfUnusedSettings(String name, Context context, FunctionTable table) {
		if (table.settingsType() == null && !context.settings().isEmpty()) {
			logger.warn(
					"Context '{}' has the settings {}, which none of its beans takes; take a record of them as a"
							+ " constructor parameter, or remove them",
					name, new TreeSet<>(context.settings().keySet()));
		}
	}

	static void warnOfBroadFunctions(String name, Context context, Capabilities capabilities, FunctionTable table) {
		if (!capabilities.isEmpty() || context.allowRoot()) {
			Map<String, List<String>> found = new LinkedHashMap<>();
			for (BroadFunction broad : BroadFunctions.find(table)) {
				found.computeIfAbsent(broad.instead(), (instead) -> new ArrayList<>())
					.add("'" + broad.function().name() + "' " + broad.reason());
			}
			if (!found.isEmpty()) {
				List<String> findings = new ArrayList<>();
				found.forEach((instead, broad) -> findings.add(String.join(", ", broad) + "; " + instead));
				logger.warn("Context '{}' has rights, and {}, or say why not: @PrivsepFunction(broad = \"...\")", name,
						String.join("; ", findings));
			}
		}
	}

	/**
	 * Warns of declared exceptions that never reach a caller as themselves.
	 * @param table the functions of the context
	 */
	static void warnOfExceptions(FunctionTable table) {
		Set<Class<?>> known = new HashSet<>();
		for (PrivilegedFunction function : table.functions()) {
			for (DeclaredException declared : DeclaredException.of(function, 0)) {
				if (declared.problem() != null && known.add(declared.type())) {
					logger
						.warn("Context '{}': '{}' declares '{}', which {}; its callers get a PrivsepRemoteException in its"
								+ " place, or a superclass that the function declares. To send it with all it has, give"
								+ " it one constructor (String message, R details), where R is a record, and one public"
								+ " method that returns R", table.context(), function.name(),
								declared.type().getSimpleName(), declared.problem());
				}
			}
		}
	}

	static void warnOfRootEquivalence(String name, Capabilities capabilities) {
		List<String> reasons = RootEquivalence.reasons(capabilities);
		if (!reasons.isEmpty()) {
			logger.warn("Context '{}' has capabilities that are as good as root, or nearly: {}; its functions must be"
					+ " narrow", name, String.join(", ", reasons));
		}
	}

}
