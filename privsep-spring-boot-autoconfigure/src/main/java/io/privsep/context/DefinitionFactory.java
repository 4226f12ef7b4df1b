package io.privsep.context;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.privsep.context.PrivsepProperties.Context;
import io.privsep.context.PrivsepProperties.LauncherType;
import io.privsep.definition.HelperDefinition;
import io.privsep.definition.HelperDefinition.Confinement;
import io.privsep.definition.HelperDefinition.Installation;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.function.FunctionTable;
import io.privsep.function.PrivilegedBean;
import io.privsep.function.PrivilegedFunction;
import io.privsep.launch.FunctionLogLevel;
import io.privsep.value.SettingsValue;

/**
 * Makes the definition of a context's helper.
 */
final class DefinitionFactory {

	private static final int MAX_OPEN_FILES = 4096;

	private final SettingsBinder settingsBinder;

	private final AuditResolver audit;

	private final SandboxResolver sandboxes;

	DefinitionFactory(SettingsBinder settingsBinder, AuditResolver audit, SandboxResolver sandboxes) {
		this.settingsBinder = settingsBinder;
		this.audit = audit;
		this.sandboxes = sandboxes;
	}

	HelperDefinition make(String name, Context context, FunctionTable table, @Nullable Rights rights,
			LauncherType launcher, int clientUid, Path auditFile) {
		List<String> beans = table.beans().stream().map((bean) -> bean.type().getName()).toList();
		ByteBuffer settings = null;
		SortedMap<String, String> settingsDigests = new TreeMap<>();
		Class<?> settingsType = table.settingsType();
		if (settingsType != null) {
			Object bound = this.settingsBinder.bind(name, settingsType);
			this.settingsBinder.warnIfMissing(name, bound);
			settings = SettingsValue.write(settingsType, bound);
			settingsDigests = SettingsValue.digests(settingsType, bound);
		}
		boolean installed = launcher != LauncherType.DIRECT;
		Installation installation = null;
		if (installed) {
			installation = new Installation(
					ApplicationBuild.digest(table.beans().stream().<Class<?>>map(PrivilegedBean::type).toList()),
					"max-heap " + context.jvm().maxHeap().toBytes() + ", options " + context.jvm().options()
							+ ((context.tmp() != null) ? ", tmp " + context.tmpBytes() : ""),
					launcher == LauncherType.SYSTEMD,
					table.functions().stream().map(PrivilegedFunction::signature).toList(), settingsDigests);
		}
		return new HelperDefinition(name, new HelperDefinition.Code(beans, settings), rights, clientUid,
				new HelperDefinition.Calls(maxConcurrency(context), Math.toIntExact(context.maxMessageSize().toBytes()),
						context.maxElements()),
				new HelperDefinition.Logging(new FunctionLogLevel(table).now().name(),
						this.audit.of(context, auditFile)),
				confinement(name, context, rights != null), installation);
	}

	Confinement confinement(String name, Context context, boolean hasRights) {
		return new Confinement(maxOpenFiles(context, hasRights), context.seccomp(), this.sandboxes.resolve(name));
	}

	void requireSettings(String name, FunctionTable table) {
		if (table.settingsType() != null) {
			this.settingsBinder.bind(name, table.settingsType());
		}
	}

	// In a sandbox its own limit holds.
	private static int maxOpenFiles(Context context, boolean hasRights) {
		if (context.maxOpenFiles() != null) {
			return context.maxOpenFiles();
		}
		return hasRights ? MAX_OPEN_FILES : 0;
	}

	private static int maxConcurrency(Context context) {
		return (context.maxConcurrency() != null) ? context.maxConcurrency()
				: Math.max(2, Runtime.getRuntime().availableProcessors());
	}

}
