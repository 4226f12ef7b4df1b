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
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.privsep.command.Chain;
import io.privsep.command.JavaCommand;
import io.privsep.command.Stage;
import io.privsep.context.ContextResolver.Installable;
import io.privsep.definition.HelperDefinition;
import io.privsep.definition.HelperDefinition.Confinement;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.definition.Sandbox;
import io.privsep.linux.Tools;
import io.privsep.rights.Capabilities;
import io.privsep.sandbox.SandboxCommand;
import io.privsep.sandbox.SandboxPaths;
import io.privsep.sandbox.SandboxPaths.Source;
import io.privsep.trust.JvmTrust;

/**
 * The program that starts the helper of a context, a script without arguments.
 */
final class WrapperText {

	private static final Pattern PLAIN = Pattern.compile("[\\w@%+=:,./-]+");

	private static final Pattern PLACEHOLDER = Pattern.compile("@([a-z]+)@");

	/** Of a user who owns nothing. */
	static final Rights RIGHTLESS = new Rights(65534, 65534, List.of(), Capabilities.of(List.of()));

	private static final Confinement UNCONFINED = new Confinement(0, false, null);

	private WrapperText() {
	}

	/**
	 * The script.
	 * @param application name of the application
	 * @param definition the helper's definition
	 * @param contextFile where it reads that
	 * @param release the directory with all that it runs, but the JVM
	 * @param jars the jars in the release
	 * @param java how its JVM is started
	 * @param tmp size of its directory for temporary files, in bytes; 0 for none
	 * @param givesRights whether the script, which root runs then, gives the helper its
	 * rights; a unit of systemd does so itself
	 * @param resetsSignals whether env(1) can have signals not ignored any more
	 * @return the text
	 * @throws IOException if a path of its sandbox cannot be used, or a file of the JVM
	 * cannot be read
	 */
	static String of(String application, HelperDefinition definition, Path contextFile, Path release, List<Path> jars,
			JavaCommand java, long tmp, boolean givesRights, boolean resetsSignals) throws IOException {
		Sandbox sandbox = definition.confinement().sandbox();
		Rights rights = Objects.requireNonNull(definition.rights());
		Chain chain = chain(rights, definition.confinement(), tmp, givesRights, resetsSignals);
		Set<Path> paths = new TreeSet<>();
		if (sandbox != null) {
			List<Path> files = new ArrayList<>(jars);
			files.add(contextFile);
			Map<String, Source> sources = SandboxPaths.sources(sandbox);
			chain = chain.with(SandboxCommand.stages(java, sandbox, sources, files, false));
			sources.values().forEach((source) -> paths.add(source.path()));
		}
		List<String> jvm = ((sandbox != null) ? java.with(SandboxCommand.options()) : java)
			.command(contextFile.toString());
		List<String> command = chain.command();
		command.add(jvm.get(0));
		Map<String, String> values = values(definition.context(), release, java.java(), rights, resetsSignals);
		values.put("application", application);
		values.put("more", quoteLines(java.optionPaths()));
		values.put("paths", quoteLines(List.copyOf(paths)));
		// its value is one word, or none
		values.put("outside", (sandbox != null) ? SandboxCommand.outsideAsShell() : "''");
		values.put("command", quote(command) + " \\\n\t$outside \\\n\t" + quote(jvm.subList(1, jvm.size())));
		return fill(template(), values);
	}

	/**
	 * A script that does the same for a user who owns nothing, and starts no helper.
	 * @param context name of the context
	 * @param helper its capabilities and limits
	 * @param file a file of root's, in the place of a release
	 * @param java program of the JVM that is to run helpers
	 * @param tmp size of its directory for temporary files, in bytes; 0 for none
	 * @param givesRights whether scripts give helpers their rights
	 * @param resetsSignals whether env(1) can have signals not ignored any more
	 * @return the text
	 */
	static String trial(String context, Installable helper, Path file, Path java, long tmp, boolean givesRights,
			boolean resetsSignals) {
		Rights rights = new Rights(RIGHTLESS.uid(), RIGHTLESS.gid(), List.of(), helper.capabilities());
		List<String> command = chain(rights, helper.confinement(), tmp, givesRights, resetsSignals).command();
		command.add(Tools.find("true").toString());
		Map<String, String> values = values(context, file, java, rights, resetsSignals);
		List.of("more", "paths", "outside").forEach((name) -> values.put(name, "''"));
		values.put("application", "trial");
		values.put("command", quote(command));
		return fill(template(), values);
	}

	/**
	 * The programs that a script runs before the JVM, or before bubblewrap.
	 * @param givesRights whether it gives the helper its rights
	 * @return their names
	 */
	static List<String> programs(boolean givesRights) {
		List<String> programs = new ArrayList<>(List.of("sh", "find", "stat", "readlink"));
		programs.addAll(chain(RIGHTLESS, UNCONFINED, 0, givesRights, false).programs());
		return programs;
	}

	private static Chain chain(Rights rights, Confinement confinement, long tmp, boolean givesRights,
			boolean resetsSignals) {
		Chain chain = Chain.ofWrapper(rights, confinement, tmp, resetsSignals);
		return givesRights ? chain : chain.without(Stage::isOfUnit);
	}

	private static Map<String, String> values(String context, Path release, Path java, Rights rights,
			boolean resetsSignals) {
		return new TreeMap<>(Map.of("context", context, "path", Tools.PATH, "release", quote(release.toString()),
				"java", quote(java.toString()), "jvm", quote(JvmTrust.home(java).toString()), "libraries",
				quoteLines(JvmTrust.libraries()), "musl", JvmTrust.isMusl() ? "1" : "''", "user",
				Integer.toUnsignedString(rights.uid()), "signals", resetsSignals ? "''" : "1"));
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

	static String quote(String word) {
		return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
	}

	private static String quoteLines(List<Path> paths) {
		return quote(paths.stream().map(Path::toString).collect(Collectors.joining("\n")));
	}

	private static String quote(List<String> command) {
		return command.stream().map(WrapperText::quote).collect(Collectors.joining(" \\\n\t"));
	}

}
