package io.privsep.context;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

import io.privsep.channel.ContextSettings;
import io.privsep.context.PrivsepProperties.Context;
import io.privsep.context.PrivsepProperties.LauncherType;
import io.privsep.context.PrivsepProperties.Mode;
import io.privsep.definition.HelperDefinition;
import io.privsep.definition.HelperDefinition.Installation;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.definition.Sandbox;
import io.privsep.function.FunctionTable;
import io.privsep.function.PrivilegedBean;
import io.privsep.function.PrivilegedFunction;
import io.privsep.functions.BroadFunctions;
import io.privsep.launch.DirectLauncher;
import io.privsep.launch.InProcessLauncher;
import io.privsep.launch.Launcher;
import io.privsep.launch.SystemdLauncher;
import io.privsep.launch.WrapperLauncher;
import io.privsep.rights.Capabilities;
import io.privsep.rights.ThreadRights;
import io.privsep.sandbox.SandboxSupport;
import io.privsep.value.SettingsValue;

/**
 * Checks what is configured for the contexts against each other and against this system.
 */
public final class ContextResolver {

	private static final Logger logger = LoggerFactory.getLogger(ContextResolver.class);

	private static final int MAX_STANDBY = 16;

	private final PrivsepProperties properties;

	private final @Nullable String application;

	private final SettingsBinder settingsBinder;

	private final ClassLoader classLoader;

	private final @Nullable ThreadRights own;

	private final AuditPlace audit;

	private final ContextRights rights;

	private final SandboxResolver sandboxes;

	public ContextResolver(PrivsepProperties properties, @Nullable String application, SettingsBinder settingsBinder,
			ClassLoader classLoader, @Nullable ThreadRights own) {
		this.properties = properties;
		this.application = application;
		this.settingsBinder = settingsBinder;
		this.classLoader = classLoader;
		this.own = own;
		this.audit = new AuditPlace(properties, application);
		this.rights = new ContextRights(properties, own);
		this.sandboxes = new SandboxResolver(properties);
	}

	/**
	 * The rights of this application.
	 * @return the rights, or {@code null} where it is not Linux
	 */
	public static @Nullable ThreadRights ownRights() {
		try {
			return ThreadRights.ofThisProcess();
		}
		catch (IOException ex) {
			// not Linux
			return null;
		}
	}

	public List<ContextSettings> resolve(Map<String, FunctionTable> tables) {
		List<ContextSettings> contexts = new ArrayList<>();
		requireAbsolute("privsep.audit.directory", this.properties.audit().directory());
		this.properties.contexts().forEach((name, context) -> {
			FunctionTable table = tables.get(name);
			// there is none where a test has mocked all beans of the context
			if (table != null) {
				contexts.add(resolve(name, context, table));
			}
		});
		warnOfSharedUsers(contexts);
		new SeparationWarnings(this.properties, this.own).log(contexts);
		return contexts;
	}

	private static void warnOfSharedUsers(List<ContextSettings> contexts) {
		Map<Integer, List<String>> byUid = new TreeMap<>();
		for (ContextSettings context : contexts) {
			Rights rights = context.definition().rights();
			if (rights != null && context.definition().sandbox() == null) {
				byUid.computeIfAbsent(rights.uid(), (uid) -> new ArrayList<>()).add(context.context());
			}
		}
		byUid.forEach((uid, names) -> {
			if (names.size() > 1) {
				logger.warn("Contexts {} share the user {}, so that their helpers could take over each other; give each"
						+ " a user of its own", names, Integer.toUnsignedString(uid));
			}
		});
	}

	private ContextSettings resolve(String name, Context context, FunctionTable table) {
		checkNumbers(name, context);
		Capabilities capabilities = this.rights.capabilities(name, context);
		Mode mode = this.properties.mode();
		Rights rights = this.rights.of(name, context);
		LauncherChoice choice = (rights != null) ? launcherChoice(name, context, rights) : null;
		LauncherType type = (choice != null) ? choice.type() : LauncherType.DIRECT;
		Recycling.requireNextHelpers(name, context, type, this.properties, this.own);
		if (choice != null) {
			warnOfRootEquivalence(name, capabilities);
			logger.info("Context '{}': launcher '{}', {}", name, PropertyNames.of(choice.type()), choice.reason());
		}
		warnOfBroadFunctions(name, context, capabilities, table);
		this.audit.warnIfMissing(name, context, table);
		HelperDefinition definition = definition(name, context, table, rights, type,
				this.rights.clientUid(context, type), this.audit.file(name));
		AuditPlace.log(definition, type);
		SandboxResolver.log(definition, type);
		Launcher launcher = launcher(context, choice);
		return new ContextSettings(table, definition, launcher, this.rights.user(context, rights),
				(rights != null) ? capabilities.names() : List.of(), PropertyNames.of(mode), context.callTimeout(),
				context.queueTimeout(), context.startTimeout(), context.stopTimeout(), context.cancelGrace(),
				context.pingInterval(), Recycling.standby(context),
				new ContextSettings.Backoff(context.restart().initialBackoff(), context.restart().maxBackoff(),
						context.restart().multiplier()),
				Recycling.of(context));
	}

	/**
	 * What the helper of a context is told where it is installed.
	 * @param name name of the context
	 * @param table its functions
	 * @param launcher its launcher
	 * @param clientUid the user that the application will run as
	 * @param auditFile the file that it writes its calls down in, if it does so in a file
	 * @return the definition
	 */
	public HelperDefinition resolveForInstallation(String name, FunctionTable table, LauncherType launcher,
			int clientUid, Path auditFile) {
		Context context = Objects.requireNonNull(this.properties.contexts().get(name));
		checkNumbers(name, context);
		Capabilities capabilities = this.rights.capabilities(name, context);
		Rights rights = this.rights.of(name, context, clientUid);
		warnOfRootEquivalence(name, capabilities);
		warnOfBroadFunctions(name, context, capabilities, table);
		this.audit.warnIfMissing(name, context, table);
		checkGivable(name, capabilities, Objects.requireNonNull(this.own), launcher);
		if (context.sandbox() != null) {
			SandboxSupport.check(rights, context.sandbox().exec());
			this.sandboxes.checkForInstallation(name, rights.uid());
		}
		return definition(name, context, table, rights, launcher, clientUid, auditFile);
	}

	private HelperDefinition definition(String name, Context context, FunctionTable table, @Nullable Rights rights,
			LauncherType launcher, int clientUid, Path auditFile) {
		List<String> beans = table.beans().stream().map((bean) -> bean.type().getName()).toList();
		ByteBuffer settings = null;
		SortedMap<String, String> settingsDigests = new TreeMap<>();
		Class<?> settingsType = table.settingsType();
		if (settingsType != null) {
			Object bound = this.settingsBinder.bind(name, settingsType);
			settings = SettingsValue.write(settingsType, bound);
			settingsDigests = SettingsValue.digests(settingsType, bound);
		}
		Sandbox sandbox = this.sandboxes.resolve(name);
		boolean installed = launcher != LauncherType.DIRECT;
		Installation installation = null;
		if (installed) {
			installation = new Installation(
					ApplicationBuild.digest(table.beans().stream().<Class<?>>map(PrivilegedBean::type).toList()),
					"max-heap " + context.jvm().maxHeap().toBytes() + ", options " + context.jvm().options(),
					launcher == LauncherType.SYSTEMD,
					table.functions().stream().map(PrivilegedFunction::signature).toList(), settingsDigests);
		}
		return new HelperDefinition(name, beans, rights, clientUid, maxConcurrency(context),
				Math.toIntExact(context.maxMessageSize().toBytes()), context.maxElements(), logLevel(table),
				this.audit.of(context, auditFile), settings, installed || this.rights.isMore(context, rights),
				context.seccomp(), sandbox, installation);
	}

	private static void requireAbsolute(String property, @Nullable Path directory) {
		if (directory != null && !directory.isAbsolute()) {
			throw new InvalidConfigurationPropertyValueException(property, directory, "it must be an absolute path");
		}
	}

	private LauncherChoice launcherChoice(String name, Context context, Rights rights) {
		ThreadRights application = Objects.requireNonNull(this.own);
		LauncherChoice choice = LauncherChoice.of(name, context, this.application, application,
				context.sandbox() != null
						&& (this.rights.isOwnUser(rights) || this.properties.mode() == Mode.UNPRIVILEGED));
		if (context.sandbox() != null && choice.type() != LauncherType.DIRECT && context.user() == null) {
			throw invalid(name, ".user", null, "launcher '" + PropertyNames.of(choice.type())
					+ "' needs one; without, the application starts a sandboxed helper itself, with launcher 'auto'");
		}
		if (context.sandbox() != null && choice.type() == LauncherType.DIRECT) {
			SandboxSupport.check(rights, context.sandbox().exec());
			if (this.rights.isOwnUser(rights)) {
				return choice;
			}
		}
		checkGivable(name, rights.capabilities(), application, choice.type());
		if (choice.type() == LauncherType.COMMAND && context.command().isEmpty()) {
			throw invalid(name, ".command", context.command(),
					"launcher 'command' needs the words that start the installed wrapper");
		}
		if (choice.type() == LauncherType.SUDO && application.noNewPrivs()) {
			throw new InsufficientRightsException(name,
					"The application runs with no_new_privs, under which sudo cannot give rights",
					"Use launcher 'systemd', or start the application without no_new_privs (NoNewPrivileges= in a unit,"
							+ " allowPrivilegeEscalation in a container).");
		}
		Path needed = switch (choice.type()) {
			case SUDO -> choice.wrapper();
			case SYSTEMD -> choice.socket();
			default -> null;
		};
		if (needed != null && !Files.exists(needed)) {
			throw new InsufficientRightsException(name, "Launcher '" + PropertyNames.of(choice.type())
					+ "' is configured, and there is no '" + needed + "'");
		}
		return choice;
	}

	private Launcher launcher(Context context, @Nullable LauncherChoice choice) {
		if (this.properties.mode() == Mode.IN_PROCESS) {
			return new InProcessLauncher(this.classLoader);
		}
		return switch ((choice != null) ? choice.type() : LauncherType.DIRECT) {
			case SUDO -> WrapperLauncher.sudo(Objects.requireNonNull(choice).wrapper(), context.packages());
			case SYSTEMD -> new SystemdLauncher(Objects.requireNonNull(choice).socket(), context.packages());
			case COMMAND -> WrapperLauncher.command(context.command(), context.packages());
			case AUTO, DIRECT -> directLauncher(context);
		};
	}

	private DirectLauncher directLauncher(Context context) {
		return new DirectLauncher(context.jvm().maxHeap().toBytes(), context.jvmOptions(), context.packages());
	}

	private static int maxConcurrency(Context context) {
		return (context.maxConcurrency() != null) ? context.maxConcurrency()
				: Math.max(2, Runtime.getRuntime().availableProcessors());
	}

	private static void checkNumbers(String name, Context context) {
		if (name.isEmpty() || !name.matches("[a-z0-9][a-z0-9-]{0,62}")) {
			throw invalid(name, "", name, "a context's name has lower-case letters, digits and hyphens");
		}
		if (context.maxConcurrency() != null && (context.maxConcurrency() < 1 || context.maxConcurrency() > 1024)) {
			throw invalid(name, ".max-concurrency", context.maxConcurrency(), "it must be between 1 and 1024");
		}
		Recycling.checkNumbers(name, context);
		int standby = Recycling.standby(context);
		if (standby < 0 || standby > MAX_STANDBY) {
			throw invalid(name, ".standby", standby, "it must be between 0 and " + MAX_STANDBY);
		}
		if (context.pingInterval().isNegative()) {
			throw invalid(name, ".ping-interval", context.pingInterval(), "it must not be negative");
		}
		if (!(context.restart().multiplier() >= 1)) {
			throw invalid(name, ".restart.multiplier", context.restart().multiplier(), "it must be at least 1");
		}
		long size = context.maxMessageSize().toBytes();
		if (size < 1024 || size > 1 << 30) {
			throw invalid(name, ".max-message-size", context.maxMessageSize(), "it must be between 1KB and 1GB");
		}
		if (context.maxElements() < 1) {
			throw invalid(name, ".max-elements", context.maxElements(), "it must be at least 1");
		}
		Map.of("call-timeout", context.callTimeout(), "queue-timeout", context.queueTimeout(), "start-timeout",
				context.startTimeout(), "stop-timeout", context.stopTimeout(), "cancel-grace", context.cancelGrace(),
				"restart.initial-backoff", context.restart().initialBackoff(), "restart.max-backoff",
				context.restart().maxBackoff())
			.forEach((property, duration) -> {
				if (duration.isNegative() || duration.isZero()) {
					throw invalid(name, "." + property, duration, "it must be positive");
				}
			});
	}

	// Also where helpers have no rights, as while developing: then is the time to narrow
	// them.
	private static void warnOfBroadFunctions(String name, Context context, Capabilities capabilities,
			FunctionTable table) {
		if (!capabilities.isEmpty() || context.allowRoot()) {
			BroadFunctions.find(table)
				.forEach((broad) -> logger.warn("Context '{}' has rights, and {}", name, broad.text()));
		}
	}

	private static void warnOfRootEquivalence(String name, Capabilities capabilities) {
		List<String> reasons = RootEquivalence.reasons(capabilities);
		if (!reasons.isEmpty()) {
			logger.warn("Context '{}' has capabilities that are as good as root, or nearly: {}; its functions must be"
					+ " narrow", name, String.join(", ", reasons));
		}
	}

	private static void checkGivable(String name, Capabilities capabilities, ThreadRights application,
			LauncherType launcher) {
		Capabilities missing = LauncherChoice.TO_CHANGE_CREDENTIALS.without(application.effective());
		if (launcher == LauncherType.DIRECT && !missing.isEmpty()) {
			throw new InsufficientRightsException(name,
					"The application runs as user " + Integer.toUnsignedString(application.uids().get(1))
							+ " and lacks the capabilities " + missing
							+ ", so that it cannot start a helper with other rights than its own");
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

	// The application's log has the last word; the helper only need not say less.
	private static String logLevel(FunctionTable table) {
		Level level = Level.INFO;
		for (PrivilegedBean bean : table.beans()) {
			for (Level candidate : List.of(Level.DEBUG, Level.TRACE)) {
				if (candidate.toInt() < level.toInt()
						&& LoggerFactory.getLogger(bean.type()).isEnabledForLevel(candidate)) {
					level = candidate;
				}
			}
		}
		return level.name();
	}

	static InvalidConfigurationPropertyValueException invalid(String name, String property, @Nullable Object value,
			String reason) {
		return new InvalidConfigurationPropertyValueException("privsep.contexts." + name + property, value, reason);
	}

}
