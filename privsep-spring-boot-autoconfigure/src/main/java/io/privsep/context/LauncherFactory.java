package io.privsep.context;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;

import io.privsep.command.TemporaryMount;
import io.privsep.context.PrivsepProperties.Context;
import io.privsep.context.PrivsepProperties.LauncherType;
import io.privsep.context.PrivsepProperties.Mode;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.launch.DirectLauncher;
import io.privsep.launch.InProcessLauncher;
import io.privsep.launch.Launcher;
import io.privsep.launch.SystemdLauncher;
import io.privsep.launch.UnpackedJar;
import io.privsep.launch.WrapperLauncher;
import io.privsep.rights.ThreadRights;
import io.privsep.sandbox.SandboxSupport;

/**
 * Makes the launcher of a context.
 */
final class LauncherFactory {

	/** One, so that it is done once. */
	private static final Runnable AT_EXIT = UnpackedJar::deleteAtExit;

	private final PrivsepProperties properties;

	private final @Nullable String application;

	private final ClassLoader classLoader;

	private final @Nullable ThreadRights own;

	private final ContextRights rights;

	LauncherFactory(PrivsepProperties properties, @Nullable String application, ClassLoader classLoader,
			@Nullable ThreadRights own, ContextRights rights) {
		this.properties = properties;
		this.application = application;
		this.classLoader = classLoader;
		this.own = own;
		this.rights = rights;
	}

	/**
	 * Chooses the launcher of a context that is to have rights, or a sandbox.
	 * @param name name of the context
	 * @param context the context
	 * @param rights the rights
	 * @return the choice
	 */
	LauncherChoice choose(String name, Context context, Rights rights) {
		ThreadRights application = Objects.requireNonNull(this.own);
		LauncherChoice choice = LauncherChoice.of(name, context, this.application, application,
				context.sandbox() != null
						&& (this.rights.isOwnUser(rights) || this.properties.mode() == Mode.UNPRIVILEGED));
		if (context.sandbox() != null && choice.type() != LauncherType.DIRECT && context.user() == null) {
			throw InvalidContext.value(name, ".user", null, "launcher '" + PropertyNames.of(choice.type())
					+ "' needs one; without, the application starts a sandboxed helper itself, with launcher 'auto'");
		}
		if (context.sandbox() != null && choice.type() == LauncherType.DIRECT) {
			SandboxSupport.check(rights, context.sandbox().exec());
			if (this.rights.isOwnUser(rights)) {
				return choice;
			}
		}
		ContextChecks.requireGivable(name, rights.capabilities(), application, choice.type());
		ContextChecks.requireMountable(name, context, application, choice.type());
		if (choice.type() == LauncherType.COMMAND && context.command().isEmpty()) {
			throw InvalidContext.value(name, ".command", context.command(),
					"launcher 'command' needs the command that starts the installed wrapper");
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

	Launcher make(Context context, @Nullable LauncherChoice choice, @Nullable Rights given) {
		if (this.properties.mode() == Mode.IN_PROCESS) {
			return new InProcessLauncher(this.classLoader);
		}
		return switch ((choice != null) ? choice.type() : LauncherType.DIRECT) {
			case SUDO -> WrapperLauncher.sudo(Objects.requireNonNull(choice).wrapper(), context.packages());
			case SYSTEMD -> new SystemdLauncher(Objects.requireNonNull(choice).socket(), context.packages());
			case COMMAND -> WrapperLauncher.command(context.command(), context.packages());
			case AUTO, DIRECT -> directLauncher(context, choice != null, this.rights.isMore(context, given));
		};
	}

	private static DirectLauncher directLauncher(Context context, boolean hasRights, boolean checksCode) {
		// after all contexts are closed, and helpers with them
		SpringApplication.getShutdownHandlers().add(AT_EXIT);
		List<String> options = new ArrayList<>(context.jvmOptions());
		if (!hasRights) {
			// nothing can be mounted for it, and it is the application's own user
			options.replaceAll((option) -> option.equals(TemporaryMount.OPTION)
					? "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir") : option);
		}
		return new DirectLauncher(context.jvm().maxHeap().toBytes(), options, context.packages(),
				hasRights ? context.tmpBytes() : 0, checksCode, Debugging.options(context));
	}

}
