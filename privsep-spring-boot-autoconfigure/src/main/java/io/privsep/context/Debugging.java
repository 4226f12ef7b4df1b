package io.privsep.context;

import java.time.Duration;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.privsep.channel.ContextSettings;
import io.privsep.context.PrivsepProperties.Context;
import io.privsep.context.PrivsepProperties.LauncherType;
import io.privsep.context.PrivsepProperties.Mode;
import io.privsep.context.PrivsepProperties.NetworkType;

/**
 * A context whose helper one wants to look into: with a debugger, or {@code jcmd}. All
 * that would end a helper that is held at a breakpoint is off.
 */
final class Debugging {

	private static final Logger logger = LoggerFactory.getLogger(Debugging.class);

	private static final int MAX_PORT = 65535;

	/** For ever, in nanoseconds of which some can still be added. */
	private static final Duration NO_LIMIT = Duration.ofDays(365);

	private Debugging() {
	}

	/**
	 * Checks that a helper can be looked into, and warns of it.
	 * @param name name of the context
	 * @param context the context
	 * @param launcher its launcher
	 * @param mode the mode of privsep
	 */
	static void check(String name, Context context, LauncherType launcher, Mode mode) {
		Integer port = context.debug();
		if (port == null || mode == Mode.IN_PROCESS) {
			return;
		}
		if (port < 1 || port > MAX_PORT) {
			throw InvalidContext.value(name, ".debug", port, "it must be a port, from 1 to 65535");
		}
		if (launcher != LauncherType.DIRECT) {
			throw refused(name, port);
		}
		if (context.sandbox() != null && context.sandbox().network() == NetworkType.NONE) {
			throw InvalidContext.value(name, ".debug", port, "no debugger gets into a sandbox without network; set"
					+ " 'privsep.contexts." + name + ".sandbox.network=host' while you debug");
		}
		logger.warn(
				"Context '{}': its helper takes a debugger at port {} of 127.0.0.1: every user of this machine"
						+ " can have its rights; remove 'privsep.contexts.{}.debug' outside of development",
				name, port, name);
	}

	/**
	 * Refuses it for a helper that is installed.
	 * @param name name of the context
	 * @param context the context
	 */
	static void refuseInstalled(String name, Context context) {
		if (context.debug() != null) {
			throw refused(name, context.debug());
		}
	}

	private static RuntimeException refused(String name, int port) {
		return InvalidContext.value(name, ".debug", port,
				"a helper that is installed takes no debugger; remove the property, or use launcher 'direct' or mode"
						+ " 'unprivileged' while you debug");
	}

	/**
	 * Options of the helper's JVM, which come before those that are configured.
	 * @param context the context
	 * @return the options; none where it is not looked into
	 */
	static List<String> options(Context context) {
		return (context.debug() == null) ? List.of()
				: List.of("-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:" + context.debug(),
						"-XX:-DisableAttachMechanism", "-XX:+EnableDynamicAgentLoading",
						// java.io.tmpdir takes no file, and so no recording
						"-XX:FlightRecorderOptions=repository=/tmp");
	}

	/**
	 * Turns off what would end a helper that is held, or start another at the same port.
	 * @param context the context
	 * @param settings its settings
	 * @return the settings of a helper that is looked into, if it is
	 */
	static ContextSettings relax(Context context, ContextSettings settings) {
		if (context.debug() == null) {
			return settings;
		}
		ContextSettings.Times times = settings.times();
		return new ContextSettings(settings.table(), settings.definition(), settings.launcher(), settings.description(),
				new ContextSettings.Times(NO_LIMIT, times.queue(), times.start(), times.stop(), NO_LIMIT,
						Duration.ZERO),
				0, settings.backoff(), ContextSettings.Recycle.NEVER, settings.machine());
	}

}
