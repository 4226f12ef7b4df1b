package io.privsep.context;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.privsep.channel.ContextSettings;
import io.privsep.command.JavaCommand;
import io.privsep.connection.Machine;
import io.privsep.context.PrivsepProperties.Context;
import io.privsep.context.PrivsepProperties.LauncherType;
import io.privsep.context.PrivsepProperties.Mode;
import io.privsep.definition.HelperDefinition;
import io.privsep.definition.HelperDefinition.Confinement;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.function.FunctionTable;
import io.privsep.functions.FunctionTimeouts;
import io.privsep.launch.Launcher;
import io.privsep.rights.Capabilities;
import io.privsep.rights.ThreadRights;

/**
 * Checks what is configured for the contexts against each other and against this system.
 */
public final class ContextResolver {

	private static final Logger logger = LoggerFactory.getLogger(ContextResolver.class);

	private final PrivsepProperties properties;

	private final @Nullable ThreadRights own;

	private final ContextRights rights;

	private final AuditResolver audit;

	private final SandboxResolver sandboxes;

	private final LauncherFactory launchers;

	private final DefinitionFactory definitions;

	ContextResolver(PrivsepProperties properties, @Nullable ThreadRights own, ContextRights rights, AuditResolver audit,
			SandboxResolver sandboxes, LauncherFactory launchers, DefinitionFactory definitions) {
		this.properties = properties;
		this.own = own;
		this.rights = rights;
		this.audit = audit;
		this.sandboxes = sandboxes;
		this.launchers = launchers;
		this.definitions = definitions;
	}

	/**
	 * Makes one with all that it asks.
	 * @param properties what is configured
	 * @param application name of the application; {@code null} if it has none
	 * @param settingsBinder binds the settings of the contexts
	 * @param classLoader has the functions of helpers in this JVM
	 * @param own the rights of the application; {@code null} where it is not Linux
	 * @return the resolver
	 */
	public static ContextResolver of(PrivsepProperties properties, @Nullable String application,
			SettingsBinder settingsBinder, ClassLoader classLoader, @Nullable ThreadRights own) {
		ContextRights rights = new ContextRights(properties, own);
		AuditResolver audit = new AuditResolver(properties, application);
		SandboxResolver sandboxes = new SandboxResolver(properties);
		return new ContextResolver(properties, own, rights, audit, sandboxes,
				new LauncherFactory(properties, application, classLoader, own, rights),
				new DefinitionFactory(settingsBinder, audit, sandboxes));
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

	/**
	 * Resolves all contexts, and warns of what separates less than it seems to.
	 * @param tables the functions, by the names of their contexts
	 * @return what is known of each context that has functions
	 */
	public List<ContextSettings> resolve(Map<String, FunctionTable> tables) {
		List<ContextSettings> contexts = new ArrayList<>();
		ContextChecks.requireAbsolute("privsep.audit.directory", this.properties.audit().directory());
		this.properties.contexts().forEach((name, context) -> {
			FunctionTable table = tables.get(name);
			// there is none where a test has mocked all beans of the context
			if (table != null) {
				contexts.add(resolve(name, context, table));
			}
		});
		if (this.properties.mode() == Mode.PROCESS) {
			ContextChecks.warnOfSharedUsers(contexts);
		}
		new SeparationWarnings(this.properties, this.own).log(contexts);
		return contexts;
	}

	private ContextSettings resolve(String name, Context context, FunctionTable table) {
		ContextChecks.requireNumbers(name, context);
		Capabilities capabilities = this.rights.capabilities(name, context);
		Rights rights = this.rights.of(name, context);
		boolean isChosen = rights != null && (this.properties.mode() == Mode.PROCESS || context.sandbox() != null);
		LauncherChoice choice = isChosen ? this.launchers.choose(name, context, Objects.requireNonNull(rights)) : null;
		if (rights != null && choice == null) {
			ContextChecks.requireGivable(name, rights.capabilities(), Objects.requireNonNull(this.own),
					LauncherType.DIRECT);
		}
		LauncherType type = (choice != null) ? choice.type() : LauncherType.DIRECT;
		Debugging.check(name, context, type, this.properties.mode());
		Recycling.requireNextHelpers(name, context, type, this.properties, this.own);
		if (choice != null) {
			ContextChecks.warnOfRootEquivalence(name, capabilities);
			logger.info("Context '{}': launcher '{}', {}", name, PropertyNames.of(choice.type()), choice.reason());
		}
		ContextChecks.warnOfBroadFunctions(name, context, capabilities, table);
		ContextChecks.warnOfExceptions(table);
		ContextChecks.warnOfUnusedSettings(name, context, table);
		this.audit.warnIfMissing(name, context, table);
		HelperDefinition definition = this.definitions.make(name, context, table, rights, type,
				this.rights.clientUid(context, type), this.audit.file(name));
		AuditResolver.log(definition, type);
		SandboxResolver.log(definition, type);
		Launcher launcher = this.launchers.make(context, choice, rights);
		ContextSettings.Description description = new ContextSettings.Description(this.rights.user(context, rights),
				(rights != null) ? rights.capabilities().names() : List.of(), PropertyNames.of(this.properties.mode()),
				heap(name, context));
		ContextSettings.Times times = new ContextSettings.Times(FunctionTimeouts.limit(context.callTimeout()),
				context.queueTimeout(), context.startTimeout(), context.stopTimeout(), context.cancelGrace(),
				context.pingInterval());
		return Debugging
			.relax(context,
					new ContextSettings(table, definition, launcher, description, times, Recycling.standby(context),
							new ContextSettings.Backoff(context.restart().initialBackoff(),
									context.restart().maxBackoff(), context.restart().multiplier()),
							Recycling.of(context), Machine.OF_JVM));
	}

	private static String heap(String name, Context context) {
		return JavaCommand.limitHeap(context.jvmOptions()) ? "the heap in 'privsep.contexts." + name + ".jvm.options'"
				: "'privsep.contexts." + name + ".jvm.max-heap' of " + context.jvm().maxHeap().toMegabytes() + "MB";
	}

	/**
	 * Checks all of a context that is to be installed for which its user need not exist.
	 * @param name name of the context
	 * @param table its functions
	 * @param launcher its launcher
	 * @return what is known of its helper
	 */
	public Installable requireInstallable(String name, FunctionTable table, LauncherType launcher) {
		Context context = Objects.requireNonNull(this.properties.contexts().get(name));
		ContextChecks.requireNumbers(name, context);
		Debugging.refuseInstalled(name, context);
		Capabilities capabilities = this.rights.capabilities(name, context);
		ContextChecks.requireGivable(name, capabilities, Objects.requireNonNull(this.own), launcher);
		Confinement confinement = this.definitions.confinement(name, context, true);
		this.definitions.requireSettings(name, table);
		return new Installable(capabilities, confinement);
	}

	/**
	 * The definition of a context's installed helper.
	 * @param name name of the context
	 * @param table its functions
	 * @param launcher its launcher
	 * @param clientUid the user that the application will run as
	 * @param auditFile the file that it audits its calls in, if it does so in a file
	 * @return the definition
	 */
	public HelperDefinition resolveForInstallation(String name, FunctionTable table, LauncherType launcher,
			int clientUid, Path auditFile) {
		Context context = Objects.requireNonNull(this.properties.contexts().get(name));
		Capabilities capabilities = requireInstallable(name, table, launcher).capabilities();
		Rights rights = this.rights.of(name, context, clientUid);
		ContextChecks.warnOfRootEquivalence(name, capabilities);
		ContextChecks.warnOfBroadFunctions(name, context, capabilities, table);
		this.audit.warnIfMissing(name, context, table);
		if (context.sandbox() != null) {
			this.sandboxes.checkForInstallation(name, rights.uid());
		}
		return this.definitions.make(name, context, table, rights, launcher, clientUid, auditFile);
	}

	/**
	 * What is known of an installed helper before there is its user.
	 *
	 * @param capabilities the capabilities that it keeps
	 * @param confinement what it gives up
	 */
	public record Installable(Capabilities capabilities, Confinement confinement) {
	}

}
