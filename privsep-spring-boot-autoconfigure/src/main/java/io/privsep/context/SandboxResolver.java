package io.privsep.context;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.util.unit.DataSize;

import io.privsep.context.PrivsepProperties.AuditType;
import io.privsep.context.PrivsepProperties.Context;
import io.privsep.context.PrivsepProperties.LauncherType;
import io.privsep.context.PrivsepProperties.Mode;
import io.privsep.context.PrivsepProperties.NetworkType;
import io.privsep.definition.HelperDefinition;
import io.privsep.definition.Sandbox;
import io.privsep.sandbox.SandboxPaths;

/**
 * Checks what is configured for the sandboxes of contexts.
 */
public final class SandboxResolver {

	private static final Logger logger = LoggerFactory.getLogger(SandboxResolver.class);

	/** What a JVM needs beside its heap, with what few functions load. */
	private static final DataSize LEAST_BESIDE_HEAP = DataSize.ofMegabytes(32);

	private static final DataSize BESIDE_HEAP = DataSize.ofMegabytes(64);

	static final int LEAST_OPEN_FILES = 64;

	static final int MOST_OPEN_FILES = 1 << 20;

	private static final DataSize LEAST_SIZE = DataSize.ofKilobytes(4);

	private final PrivsepProperties properties;

	SandboxResolver(PrivsepProperties properties) {
		this.properties = properties;
	}

	/**
	 * What the helper of a context is confined to.
	 * @param name name of the context
	 * @return the sandbox, or {@code null} if it has none
	 */
	@Nullable Sandbox resolve(String name) {
		Context context = Objects.requireNonNull(this.properties.contexts().get(name));
		PrivsepProperties.Sandbox sandbox = context.sandbox();
		if (sandbox == null) {
			return null;
		}
		if (this.properties.mode() == Mode.IN_PROCESS) {
			logger.warn("Context '{}': mode 'in-process' has no helper that a sandbox could confine", name);
			return null;
		}
		checkContext(name, context);
		DataSize maxMemory = (sandbox.maxMemory() != null) ? sandbox.maxMemory()
				: DataSize.ofBytes(context.jvm().maxHeap().toBytes() + BESIDE_HEAP.toBytes());
		checkSizes(name, context, sandbox, maxMemory);
		checkPaths(name);
		return new Sandbox(sandbox.network() == NetworkType.HOST,
				sandbox.fonts() ? SystemFonts.addTo(name, sandbox.read()) : sandbox.read(), sandbox.write(),
				sandbox.tmpSize().toBytes(), sandbox.exec(), maxMemory.toBytes(), sandbox.maxOpenFiles(),
				sandbox.maxFileSize().toBytes());
	}

	/**
	 * Says what a helper is confined to, and by what.
	 * @param definition the helper's definition
	 * @param launcher its launcher
	 */
	static void log(HelperDefinition definition, LauncherType launcher) {
		Sandbox sandbox = definition.confinement().sandbox();
		if (sandbox != null) {
			logger.info("Context '{}': in a sandbox, network '{}', {} MB of memory, limited by {}",
					definition.context(), sandbox.hostNetwork() ? "host" : "none",
					DataSize.ofBytes(sandbox.maxMemory()).toMegabytes(), limits(launcher));
			if (Sandbox.maxThreads(1) == 0) {
				logger.warn("Context '{}': Linux before 5.14 has no limit of threads for a sandbox; those of its helper"
						+ " are limited by its memory alone", definition.context());
			}
		}
	}

	/**
	 * Warns of the sandboxes of an application whose functions run in no helpers.
	 * @param environment has the properties
	 */
	public static void warnOfDisabled(Environment environment) {
		PrivsepProperties properties;
		try {
			properties = Binder.get(environment).bind("privsep", PrivsepProperties.class).orElse(null);
		}
		catch (BindException ex) {
			logger.warn("'privsep.enabled' is false, and the rest of 'privsep' cannot be read; it is unknown"
					+ " whether there should be sandboxes: {}", ex.getMessage());
			return;
		}
		if (properties != null) {
			SeparationWarnings.logDisabled(properties);
			properties.contexts().forEach((name, context) -> {
				if (context.sandbox() != null) {
					logger.warn("Context '{}': with 'privsep.enabled=false' there is no helper that a sandbox could"
							+ " confine", name);
				}
			});
		}
	}

	private static String limits(LauncherType launcher) {
		return (launcher == LauncherType.SYSTEMD) ? "RLIMIT_DATA and the control group of its unit" : "RLIMIT_DATA";
	}

	private static void checkContext(String name, Context context) {
		if (context.capabilities() != null && !context.capabilities().isEmpty()) {
			throw InvalidContext.value(name, ".capabilities", context.capabilities(),
					"a sandboxed helper has none: it must be []; move functions that need capabilities to another context");
		}
		if (context.user() == null && (context.group() != null || !context.groups().isEmpty())) {
			throw InvalidContext.value(name, (context.group() != null) ? ".group" : ".groups",
					(context.group() != null) ? context.group() : context.groups(),
					"a sandboxed helper without 'user' has the application's groups; set 'user' as well");
		}
		if (context.audit() == AuditType.FILE) {
			throw InvalidContext.value(name, ".audit", context.audit(),
					"a sandboxed helper has no file for it; use 'stderr'");
		}
	}

	private static void checkSizes(String name, Context context, PrivsepProperties.Sandbox sandbox,
			DataSize maxMemory) {
		long least = context.jvm().maxHeap().toBytes() + LEAST_BESIDE_HEAP.toBytes();
		if (maxMemory.toBytes() < least) {
			throw InvalidContext.value(name, ".sandbox.max-memory", maxMemory, "it must be at least 'jvm.max-heap' and "
					+ LEAST_BESIDE_HEAP.toMegabytes() + "MB, which are " + least + " bytes");
		}
		if (sandbox.maxOpenFiles() < LEAST_OPEN_FILES || sandbox.maxOpenFiles() > MOST_OPEN_FILES) {
			throw InvalidContext.value(name, ".sandbox.max-open-files", sandbox.maxOpenFiles(),
					"it must be between " + LEAST_OPEN_FILES + " and " + MOST_OPEN_FILES);
		}
		Map.of("tmp-size", sandbox.tmpSize(), "max-file-size", sandbox.maxFileSize()).forEach((property, size) -> {
			if (size.compareTo(LEAST_SIZE) < 0) {
				throw InvalidContext.value(name, ".sandbox." + property, size,
						"it must be at least " + LEAST_SIZE.toKilobytes() + "KB");
			}
		});
	}

	/**
	 * Checks the paths of an installed helper: the application must not be able to lead
	 * them elsewhere afterwards.
	 * @param name name of the context
	 * @param user the helper's user
	 */
	void checkForInstallation(String name, int user) {
		PrivsepProperties.Sandbox sandbox = Objects.requireNonNull(this.properties.contexts().get(name)).sandbox();
		if (sandbox != null) {
			checkForInstallation(name, "read", sandbox.read(), user);
			checkForInstallation(name, "write", sandbox.write(), user);
			if (sandbox.fonts()) {
				List<String> fonts = new ArrayList<>(SystemFonts.addTo(name, sandbox.read()));
				fonts.removeAll(sandbox.read());
				checkForInstallation(name, "fonts", fonts, user);
			}
		}
	}

	private static void checkForInstallation(String name, String property, List<String> paths, int user) {
		for (String path : paths) {
			try {
				Path foreign = SandboxPaths.foreignPlace(Path.of(path), user);
				if (foreign != null) {
					throw InvalidContext.element(name, ".sandbox." + property, path,
							"someone other than root could put something else in its place, in '" + foreign
									+ "': of an installed helper, all directories above must be root's, or its user's,"
									+ " and only they may write in them");
				}
			}
			catch (IOException ex) {
				throw InvalidContext.element(name, ".sandbox." + property, path, String.valueOf(ex.getMessage()));
			}
		}
	}

	private void checkPaths(String name) {
		Map<Path, String> writable = new HashMap<>();
		this.properties.contexts().forEach((other, context) -> {
			if (context.sandbox() != null) {
				sources(other, "write", context.sandbox().write()).forEach((source) -> writable.put(source, other));
			}
		});
		PrivsepProperties.Sandbox sandbox = Objects
			.requireNonNull(Objects.requireNonNull(this.properties.contexts().get(name)).sandbox());
		check(name, "read", sandbox.read(), writable);
		check(name, "write", sandbox.write(), writable);
	}

	// Who may write a directory may put a link in the place of what is in it.
	private static void check(String name, String property, List<String> paths, Map<Path, String> writable) {
		for (String path : paths) {
			for (Path place : places(name, property, path)) {
				writable.forEach((directory, context) -> {
					if (place.startsWith(directory) && !place.equals(directory)) {
						throw InvalidContext.element(name, ".sandbox." + property, path,
								"it lies in '" + directory + "', which the helper of context '" + context
										+ "' may write, and where it could put a link in its place");
					}
				});
			}
		}
	}

	private static List<Path> places(String name, String property, String path) {
		try {
			return SandboxPaths.places(Path.of(path));
		}
		catch (IOException | InvalidPathException ex) {
			throw InvalidContext.element(name, ".sandbox." + property, path, String.valueOf(ex.getMessage()));
		}
	}

	private static List<Path> sources(String name, String property, List<String> paths) {
		List<Path> sources = new ArrayList<>();
		for (String path : paths) {
			try {
				sources.add(SandboxPaths.source(Path.of(path)));
			}
			catch (IOException | InvalidPathException ex) {
				throw InvalidContext.element(name, ".sandbox." + property, path, String.valueOf(ex.getMessage()));
			}
		}
		return sources;
	}

}
