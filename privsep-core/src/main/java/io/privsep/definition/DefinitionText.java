package io.privsep.definition;

import java.io.IOException;
import java.io.StringWriter;
import java.util.Base64;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.StringJoiner;
import java.util.StringTokenizer;
import java.util.TreeSet;

import io.privsep.definition.HelperDefinition.Installation;

/**
 * A definition as text. A helper only reads one, unless it is installed.
 */
final class DefinitionText {

	private DefinitionText() {
	}

	static String of(HelperDefinition definition) {
		Properties properties = new Properties();
		properties.setProperty("context", definition.context());
		properties.setProperty("beans", String.join(",", definition.code().beans()));
		if (definition.rights() != null) {
			properties.setProperty("uid", Integer.toUnsignedString(definition.rights().uid()));
			properties.setProperty("gid", Integer.toUnsignedString(definition.rights().gid()));
			StringJoiner groups = new StringJoiner(",");
			for (int group : definition.rights().groups()) {
				groups.add(Integer.toUnsignedString(group));
			}
			properties.setProperty("groups", groups.toString());
			properties.setProperty("capabilities", Long.toHexString(definition.rights().capabilities().mask()));
		}
		properties.setProperty("client-uid", (definition.clientUid() == -1) ? HelperDefinition.NO_CLIENT
				: Integer.toUnsignedString(definition.clientUid()));
		properties.setProperty("max-concurrency", Integer.toString(definition.calls().maxConcurrency()));
		properties.setProperty("max-message-size", Integer.toString(definition.calls().maxMessageSize()));
		properties.setProperty("max-elements", Integer.toString(definition.calls().maxElements()));
		properties.setProperty("log-level", definition.logging().level());
		properties.setProperty("audit", definition.logging().audit().text());
		if (definition.code().settings() != null) {
			byte[] bytes = new byte[definition.code().settings().remaining()];
			definition.code().settings().duplicate().get(bytes);
			properties.setProperty("settings", Base64.getEncoder().encodeToString(bytes));
		}
		properties.setProperty("max-open-files", Integer.toString(definition.confinement().maxOpenFiles()));
		properties.setProperty("seccomp", Boolean.toString(definition.confinement().seccomp()));
		properties.setProperty(Sandbox.ENABLED, Boolean.toString(definition.confinement().sandbox() != null));
		if (definition.confinement().sandbox() != null) {
			definition.confinement().sandbox().write(properties);
		}
		if (definition.installation() != null) {
			write(definition.installation(), properties);
		}
		return text(properties);
	}

	// Sorted and without the date, so that the same definition is always the same text.
	private static String text(Properties properties) {
		StringWriter text = new StringWriter();
		try {
			properties.store(text, null);
		}
		catch (IOException ex) {
			throw new IllegalStateException("A StringWriter does not fail", ex);
		}
		Set<String> lines = new TreeSet<>();
		StringTokenizer tokens = new StringTokenizer(text.toString(), "\r\n");
		while (tokens.hasMoreTokens()) {
			lines.add(tokens.nextToken());
		}
		StringBuilder sorted = new StringBuilder();
		for (String line : lines) {
			if (!line.startsWith("#")) {
				sorted.append(line).append('\n');
			}
		}
		return sorted.toString();
	}

	private static void write(Installation installation, Properties properties) {
		properties.setProperty("build", installation.build());
		properties.setProperty("jvm", installation.jvm());
		properties.setProperty("log", installation.logsToConnection() ? "connection" : "stderr");
		for (int i = 0; i < installation.functions().size(); i++) {
			properties.setProperty(HelperDefinition.FUNCTION + i, installation.functions().get(i));
		}
		for (Map.Entry<String, String> each : installation.settings().entrySet()) {
			properties.setProperty(HelperDefinition.SETTING + each.getKey(), each.getValue());
		}
	}

}
