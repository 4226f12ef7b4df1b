package io.privsep.context;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

import io.privsep.channel.ContextSettings;
import io.privsep.context.PrivsepProperties.Context;
import io.privsep.context.PrivsepProperties.LauncherType;
import io.privsep.context.PrivsepProperties.Mode;
import io.privsep.context.PrivsepProperties.Recycle;
import io.privsep.rights.ThreadRights;

/**
 * How long helpers serve, as it is configured, and where that is possible.
 */
final class Recycling {

	private Recycling() {
	}

	static void checkNumbers(String name, Context context) {
		Recycle recycle = context.recycle();
		if (recycle.calls() != null && recycle.calls() < 1) {
			throw invalid(name, "calls", recycle.calls(),
					"it must be at least 1, which is a fresh process for each call");
		}
		if (recycle.after() != null && (recycle.after().isNegative() || recycle.after().isZero())) {
			throw invalid(name, "after", recycle.after(), "it must be positive");
		}
	}

	static ContextSettings.Recycle of(Context context) {
		return new ContextSettings.Recycle(context.recycle().calls(), context.recycle().after());
	}

	/**
	 * How many spares of a context wait. Where its helpers are recycled, one does, so
	 * that callers need not.
	 * @param context the context
	 * @return how many
	 */
	static int standby(Context context) {
		if (context.standby() != null) {
			return context.standby();
		}
		return of(context).isNever() ? 0 : 1;
	}

	/**
	 * Checks that there can be a next helper. An application that has become another user
	 * cannot start one itself: it has no rights to give, and its helpers expect the user
	 * that it was. A sandbox of the application's own user takes none.
	 * @param name name of the context
	 * @param context the context
	 * @param launcher its launcher
	 * @param properties all properties
	 * @param own rights of the application, or {@code null} where it is not Linux
	 */
	static void requireNextHelpers(String name, Context context, LauncherType launcher, PrivsepProperties properties,
			@Nullable ThreadRights own) {
		boolean starts = launcher == LauncherType.DIRECT && properties.mode() != Mode.IN_PROCESS;
		if (!starts || properties.dropRoot().user() == null || of(context).isNever()
				|| context.sandbox() != null && context.user() == null
				|| properties.mode() != Mode.PROCESS && (own == null || own.isOfOrdinaryUser())) {
			return;
		}
		Integer calls = context.recycle().calls();
		throw invalid(name, (calls != null) ? "calls" : "after", (calls != null) ? calls : context.recycle().after(),
				"an application with 'privsep.drop-root.user' cannot start helpers itself after the drop, and there"
						+ " would soon be none; use launcher 'sudo', 'systemd' or 'command' for this context, or remove"
						+ " one of the properties");
	}

	private static InvalidConfigurationPropertyValueException invalid(String name, String property,
			@Nullable Object value, String reason) {
		return new InvalidConfigurationPropertyValueException("privsep.contexts." + name + ".recycle." + property,
				value, reason);
	}

}
