package io.privsep.install;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.privsep.command.JavaCommand;
import io.privsep.command.RightsCommand;
import io.privsep.definition.HelperDefinition;
import io.privsep.definition.Limits;
import io.privsep.definition.Sandbox;
import io.privsep.sandbox.SandboxCommand;
import io.privsep.sandbox.SandboxPaths;
import io.privsep.sandbox.SandboxPaths.Source;

/**
 * The program that starts the helper of a context, a script without arguments.
 */
final class WrapperText {

	private static final Pattern PLACEHOLDER = Pattern.compile("@([a-z]+)@");

	private WrapperText() {
	}

	/**
	 * The script.
	 * @param application name of the application
	 * @param definition what the helper is told
	 * @param contextFile where it reads that
	 * @param release the directory with all that it runs, but the JVM
	 * @param jars the jars in the release
	 * @param java how its JVM is started
	 * @param givesRights whether the script, which root runs then, gives the helper its
	 * rights; a unit of systemd does so itself
	 * @return the text
	 * @throws IOException if a path of its sandbox cannot be used, or a file of the JVM
	 * cannot be read
	 */
	static String of(String application, HelperDefinition definition, Path contextFile, Path release, List<Path> jars,
			JavaCommand java, boolean givesRights) throws IOException {
		Sandbox sandbox = definition.sandbox();
		List<String> words = new ArrayList<>();
		Set<Path> paths = new TreeSet<>();
		List<String> environment = (sandbox != null) ? RightsCommand.sandboxEnvironment() : RightsCommand.environment();
		words.add(environment.get(0));
		// a caller of sudo could have others ignored
		words.addAll(List.of("-i", "--default-signal", "--ignore-signal=HUP,INT,TERM", "--chdir=/"));
		words.addAll(environment.subList(2, environment.size()));
		if (givesRights) {
			words.addAll(RightsCommand.session());
			words.addAll(RightsCommand.limits(Limits.of(definition.rights(), sandbox)));
			words.addAll(RightsCommand.rights(Objects.requireNonNull(definition.rights())));
		}
		if (sandbox != null) {
			List<Path> files = new ArrayList<>(jars);
			files.add(contextFile);
			Map<String, Source> sources = SandboxPaths.sources(sandbox);
			words.addAll(SandboxCommand.words(java, sandbox, sources, files, false));
			sources.values().forEach((source) -> paths.add(source.path()));
		}
		List<String> jvm = ((sandbox != null) ? java.with(SandboxCommand.options()) : java)
			.words(contextFile.toString());
		words.add(jvm.get(0));
		return fill(template(), Map.of("context", definition.context(), "application", application, "path",
				RightsCommand.PATH, "release", ShellText.quote(release.toString()), "jvm",
				ShellText.quote(java.home().toString()), "more", ShellText.quoteLines(java.optionPaths()), "user",
				Integer.toUnsignedString(Objects.requireNonNull(definition.rights()).uid()), "paths",
				ShellText.quoteLines(List.copyOf(paths)),
				// its value is one word, or none
				"outside", (sandbox != null) ? SandboxCommand.outsideAsShell() : "''", "words",
				ShellText.quote(words) + " \\\n\t$outside \\\n\t" + ShellText.quote(jvm.subList(1, jvm.size()))));
	}

	/**
	 * Puts values into a template, each as it is: nothing in a value is taken for a
	 * placeholder.
	 * @param template the template
	 * @param values the values, by their placeholders without the signs around them
	 * @return the text
	 */
	static String fill(String template, Map<String, String> values) {
		return PLACEHOLDER.matcher(template).replaceAll((placeholder) -> {
			String value = values.get(placeholder.group(1));
			if (value == null) {
				throw new IllegalArgumentException("There is no value of '" + placeholder.group() + "'");
			}
			return Matcher.quoteReplacement(value);
		});
	}

	private static String template() {
		try (InputStream in = Objects.requireNonNull(WrapperText.class.getResourceAsStream("wrapper.sh"))) {
			return new String(in.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
