package io.privsep.context;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.privsep.Audited;
import io.privsep.context.PrivsepProperties.AuditType;
import io.privsep.context.PrivsepProperties.Context;
import io.privsep.context.PrivsepProperties.LauncherType;
import io.privsep.context.PrivsepProperties.Mode;
import io.privsep.definition.AuditPlace;
import io.privsep.definition.HelperDefinition;
import io.privsep.function.FunctionTable;
import io.privsep.function.PrivilegedFunction;
import io.privsep.launch.InstalledPaths;

/**
 * Where the calls of each context are audited.
 */
final class AuditResolver {

	private static final Logger logger = LoggerFactory.getLogger(AuditResolver.class);

	private final PrivsepProperties properties;

	private final @Nullable String application;

	AuditResolver(PrivsepProperties properties, @Nullable String application) {
		this.properties = properties;
		this.application = application;
	}

	/**
	 * The file of a context whose helper the application starts itself.
	 * @param name name of the context
	 * @return an absolute path
	 */
	Path file(String name) {
		Path conventional = InstalledPaths.ofSystemOrDefault(this.application).audit(name);
		Path directory = this.properties.audit().directory();
		return (directory != null) ? directory.resolve(conventional.getFileName()) : conventional;
	}

	/**
	 * Where the calls of a context are audited, for the definition of its helper.
	 * @param context the context
	 * @param file the file, if it is in a file
	 * @return the place
	 */
	AuditPlace of(Context context, Path file) {
		// a helper in the application's own JVM could audit nothing that the
		// application could not
		if (this.properties.mode() == Mode.IN_PROCESS) {
			if (context.audit() != AuditType.OFF) {
				logger.info("Mode 'in-process' has no helper that could audit calls: there is no audit");
			}
			return new AuditPlace.Off();
		}
		return switch (context.audit()) {
			case OFF -> new AuditPlace.Off();
			case STDERR -> new AuditPlace.StandardError();
			case FILE -> new AuditPlace.File(file);
		};
	}

	/**
	 * Says where the calls of a context are audited, and who could hide them.
	 * @param definition its helper's definition
	 * @param launcher its launcher
	 */
	static void log(HelperDefinition definition, LauncherType launcher) {
		AuditPlace audit = definition.logging().audit();
		if (audit instanceof AuditPlace.StandardError) {
			logger.info("Context '{}': its calls are audited to the helper's standard error, {}", definition.context(),
					(launcher == LauncherType.SYSTEMD) ? "which systemd has in its journal"
							: "which this application reads itself, and so could hide; 'audit: file' is out of its reach");
		}
		else if (audit instanceof AuditPlace.File && definition.installation() != null) {
			logger.info("Context '{}': its calls are audited to the file of its installation", definition.context());
		}
		else if (audit instanceof AuditPlace.File file) {
			logger.info("Context '{}': its calls are audited to '{}'", definition.context(), file.path());
		}
	}

	/**
	 * Warns of annotations without an audit, as whoever has written them counts on it.
	 * @param name name of the context
	 * @param context the context
	 * @param table its functions
	 */
	void warnIfMissing(String name, Context context, FunctionTable table) {
		if (context.audit() == AuditType.OFF && this.properties.mode() == Mode.PROCESS) {
			List<String> audited = table.functions()
				.stream()
				.filter((function) -> Arrays.stream(function.method().getParameters())
					.anyMatch((parameter) -> parameter.isAnnotationPresent(Audited.class)))
				.map(PrivilegedFunction::name)
				.toList();
			if (!audited.isEmpty()) {
				logger.warn("Context '{}': {} have @Audited parameters, and no calls are audited; set"
						+ " 'privsep.contexts.{}.audit'", name, audited, name);
			}
		}
	}

}
