package io.privsep.channel;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.privsep.definition.HelperDefinition;
import io.privsep.definition.HelperDefinition.Installation;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.definition.InvalidDefinitionException;
import io.privsep.definition.Sandbox;

/**
 * Compares what a helper was installed with to what the application would install now. It
 * protects nobody: it spares the operator a configuration that is not in effect.
 */
final class InstallationCheck {

	private final String prefix;

	private final List<String> differences = new ArrayList<>();

	private InstallationCheck(String context) {
		this.prefix = "'privsep.contexts." + context + ".";
	}

	/**
	 * Compares.
	 * @param expected what the application is configured for
	 * @param reported what the helper says of itself
	 * @throws DifferentInstallationException if they differ, or if the helper does not
	 * say what it has to
	 */
	static void run(HelperDefinition expected, String reported) throws DifferentInstallationException {
		Installation configured = expected.installation();
		if (configured == null) {
			return;
		}
		if (reported.isEmpty()) {
			throw saysNothing();
		}
		HelperDefinition installed = parse(reported);
		InstallationCheck check = new InstallationCheck(expected.context());
		check.compareRights(Objects.requireNonNull(expected.rights()), installed.rights());
		if (expected.calls().maxConcurrency() > installed.calls().maxConcurrency()) {
			check.differences.add(check.prefix + "max-concurrency' is " + expected.calls().maxConcurrency()
					+ ", installed is no more than " + installed.calls().maxConcurrency());
		}
		check.compare("max-message-size' in bytes", Integer.toString(expected.calls().maxMessageSize()),
				Integer.toString(installed.calls().maxMessageSize()));
		check.compare("max-elements'", Integer.toString(expected.calls().maxElements()),
				Integer.toString(installed.calls().maxElements()));
		if (expected.confinement().sandbox() == null) {
			check.compare("max-open-files'", expected.confinement().maxOpenFiles() + "",
					installed.confinement().maxOpenFiles() + "");
		}
		check.compareSandboxes(expected.confinement().sandbox(), installed.confinement().sandbox());
		check.compare("seccomp'", Boolean.toString(expected.confinement().seccomp()),
				Boolean.toString(installed.confinement().seccomp()));
		check.compare("audit'", expected.logging().audit().kind(), installed.logging().audit().kind());
		if (installed.installation() == null) {
			throw saysNothing();
		}
		check.compareInstallation(configured, installed.installation());
		if (!check.differences.isEmpty()) {
			throw new DifferentInstallationException(check.differences);
		}
	}

	private static HelperDefinition parse(String reported) throws DifferentInstallationException {
		try {
			return HelperDefinition.parse(reported);
		}
		catch (InvalidDefinitionException ex) {
			// not as a cause, whose own causes quote what the helper has said
			throw new DifferentInstallationException(
					List.of("it was installed by another version of privsep (" + ex.getMessage() + ")"));
		}
	}

	private static DifferentInstallationException saysNothing() {
		return new DifferentInstallationException(List.of("it does not say what it was installed with"));
	}

	private void compareRights(Rights configured, @Nullable Rights installed) {
		if (installed == null) {
			this.differences.add("it was installed without a user or capabilities");
			return;
		}
		compare("user'", Integer.toUnsignedString(configured.uid()), Integer.toUnsignedString(installed.uid()));
		compare("group'", Integer.toUnsignedString(configured.gid()), Integer.toUnsignedString(installed.gid()));
		compare("groups'", unsigned(configured.groups()), unsigned(installed.groups()));
		compare("capabilities'", configured.capabilities().toString(), installed.capabilities().toString());
	}

	private void compareSandboxes(@Nullable Sandbox configured, @Nullable Sandbox installed) {
		compare("sandbox.enabled'", (configured != null) + "", (installed != null) + "");
		if (configured == null || installed == null) {
			return;
		}
		compare("sandbox.network'", configured.hostNetwork() ? "host" : "none",
				installed.hostNetwork() ? "host" : "none");
		compare("sandbox.read'", configured.read().toString(), installed.read().toString());
		compare("sandbox.write'", configured.write().toString(), installed.write().toString());
		compare("sandbox.exec'", configured.exec() + "", installed.exec() + "");
		compare("sandbox.tmp-size' in bytes", configured.tmpSize() + "", installed.tmpSize() + "");
		compare("sandbox.max-memory' in bytes", configured.maxMemory() + "", installed.maxMemory() + "");
		compare("sandbox.max-open-files'", configured.maxOpenFiles() + "", installed.maxOpenFiles() + "");
		compare("sandbox.max-file-size' in bytes", configured.maxFileSize() + "", installed.maxFileSize() + "");
	}

	private void compareInstallation(Installation configured, Installation installed) {
		TreeSet<String> added = new TreeSet<>(configured.functions());
		installed.functions().forEach(added::remove);
		TreeSet<String> removed = new TreeSet<>(installed.functions());
		configured.functions().forEach(removed::remove);
		if (!added.isEmpty()) {
			this.differences.add("the functions " + added + " are not installed");
		}
		if (!removed.isEmpty()) {
			this.differences.add("the installed functions " + removed + " are not in the application");
		}
		compare("jvm'", configured.jvm(), installed.jvm());
		TreeSet<String> names = new TreeSet<>(configured.settings().keySet());
		names.addAll(installed.settings().keySet());
		for (String name : names) {
			if (!Objects.equals(configured.settings().get(name), installed.settings().get(name))) {
				this.differences.add(this.prefix + "settings." + kebabCase(name) + "' has another value");
			}
		}
		if (this.differences.isEmpty() && !configured.build().equals(installed.build())) {
			this.differences.add("its classes are of build " + start(installed.build())
					+ ", those of the application of build " + start(configured.build()));
		}
	}

	private void compare(String property, String configured, String installed) {
		if (!configured.equals(installed)) {
			this.differences.add(this.prefix + property + " is " + configured + ", installed is " + installed);
		}
	}

	private static String unsigned(List<Integer> ids) {
		return ids.stream().map(Integer::toUnsignedString).collect(Collectors.joining(", ", "[", "]"));
	}

	private static String kebabCase(String name) {
		return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
	}

	private static String start(String build) {
		return build.substring(0, Math.min(12, build.length()));
	}

}
