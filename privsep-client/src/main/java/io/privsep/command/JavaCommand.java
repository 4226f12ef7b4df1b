package io.privsep.command;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TimeZone;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

import org.jspecify.annotations.Nullable;

import io.privsep.trust.CodeTrust;
import io.privsep.trust.JvmTrust;

/**
 * The command that starts a helper's JVM: from a class path, an extracted layout, or an
 * executable jar.
 *
 * @param java the program: a file, in a directory that may be reached by links
 * @param classPath what it runs from, resolved
 * @param executableJar whether that is an executable jar, which takes a jar mode
 * @param maxHeap the most heap, in bytes
 * @param options further options of the JVM
 */
public record JavaCommand(Path java, List<Path> classPath, boolean executableJar, long maxHeap, List<String> options) {

	private static final String LAUNCHERS = "org.springframework.boot.loader.";

	/** Accepted without a warning by JDK 17 and 25. */
	private static final List<String> FIXED_OPTIONS = List.of("-XX:+DisableAttachMechanism", "-XX:-UsePerfData",
			"-XX:-EnableDynamicAgentLoading", "-XX:-CreateCoredumpOnCrash", "-XX:+ErrorFileToStderr",
			"-XX:+DisplayVMOutputToStderr", "-XX:+ExitOnOutOfMemoryError", "-XX:-HeapDumpOnOutOfMemoryError",
			"-Xlog:disable", "-Xlog:all=warning:stderr", "-XX:+UseSerialGC", "-Djdk.serialFilter=!*",
			// exists, and nobody can make a file in it, not even root
			"-Djava.io.tmpdir=/proc", "-Dfile.encoding=UTF-8");

	/**
	 * The class path is the application's, whose logging systems must not run with the
	 * helper's rights, nor obey any file: they open what that names. Every facade ends in
	 * SLF4J, and so in the helper's provider; or on standard error (Log4j's without its
	 * bridge to SLF4J, which the helper looks for); or nowhere.
	 */
	private static final List<String> LOGGING_OPTIONS = List.of(
			// here, as from an executable jar Spring Boot logs before there is a helper
			"-Dslf4j.provider=io.privsep.helper.log.HelperLogProvider", "-Dslf4j.internal.verbosity=WARN",
			"-Dorg.jboss.logging.provider=slf4j",
			"-Dorg.apache.commons.logging.LogFactory=org.apache.commons.logging.impl.Slf4jLogFactory",
			"-Dlog4j2.loggerContextFactory=org.apache.logging.log4j.simple.SimpleLoggerContextFactory",
			"-Dorg.apache.logging.log4j.simplelog.logFile=system.err",
			"-Dorg.apache.logging.log4j.simplelog.level=WARN", "-Dlog4j.defaultInitOverride=true",
			"-Djava.util.logging.config.file=/dev/null");

	/**
	 * Four times the JDK's own: what only a start does often is not worth the time and
	 * the memory of the optimizing compiler. Without that compiler
	 * ({@code TieredStopAtLevel=1}) a start would take less of both, but a call with
	 * records a seventh more time, for good.
	 */
	private static final List<String> LATE_OPTIMIZATION = List.of("-XX:Tier4InvocationThreshold=20000",
			"-XX:Tier4MinInvocationThreshold=2400", "-XX:Tier4CompileThreshold=60000",
			"-XX:Tier4BackEdgeThreshold=160000");

	/**
	 * As much as a helper needs that serves small calls: a JVM would begin with more of
	 * the machine's memory, and use it before it collects anything.
	 */
	private static final long INITIAL_HEAP = 8 << 20;

	/**
	 * Makes the command that runs a helper from where this application runs.
	 * @param maxHeap the most heap, in bytes
	 * @param options further options of the JVM
	 * @return the command
	 * @throws IOException if there is no JVM or no code
	 */
	public static JavaCommand ofThisApplication(long maxHeap, List<String> options) throws IOException {
		Path java = ApplicationJvm.program();
		List<Path> classPath = ApplicationClassPath.find(JavaCommand.class.getClassLoader());
		return new JavaCommand(java, classPath, isExecutableJar(classPath), maxHeap, options);
	}

	/**
	 * Whether a class path is one executable jar.
	 * @param classPath files and directories
	 * @return whether it is
	 * @throws IOException if the jar cannot be read, or code could be replaced in it
	 */
	static boolean isExecutableJar(List<Path> classPath) throws IOException {
		if (classPath.size() != 1 || !Files.isRegularFile(classPath.get(0))) {
			return false;
		}
		try (JarFile jar = new JarFile(classPath.get(0).toFile())) {
			Manifest manifest = jar.getManifest();
			String mainClass = (manifest != null) ? manifest.getMainAttributes().getValue("Main-Class") : null;
			if (!isLauncher(mainClass)) {
				return false;
			}
			if (Objects.requireNonNull(mainClass).endsWith(".PropertiesLauncher")) {
				throw new RefusedStartException("'" + classPath.get(0) + "' starts with the PropertiesLauncher, whose"
						+ " 'loader.properties' could replace the helper's code; build it with the layout JAR");
			}
			return true;
		}
	}

	/**
	 * Whether a main class is one with which an executable jar starts.
	 * @param mainClass the main class of a jar; {@code null} if it has none
	 * @return whether it is
	 */
	static boolean isLauncher(@Nullable String mainClass) {
		return mainClass != null && mainClass.startsWith(LAUNCHERS);
	}

	/**
	 * Looks whether someone other than root could change what this runs.
	 * @throws UntrustedCodeException if so
	 * @throws RefusedStartException if an option could bring code that nobody has looked
	 * at
	 * @throws IOException if the system does not tell
	 */
	public void requireTrusted() throws IOException {
		List<String> unknown = JvmOptions.problems(this.options);
		if (!unknown.isEmpty()) {
			// no other directory would help
			throw new RefusedStartException(String.join("; ", unknown));
		}
		CodeTrust trust = new CodeTrust().classPath(this.classPath);
		lookAtOptions(trust);
		List<String> problems = new ArrayList<>(JvmTrust.problems(this.java));
		problems.addAll(trust.problems());
		if (!problems.isEmpty()) {
			throw new UntrustedCodeException(problems);
		}
	}

	/**
	 * Looks at the paths in options of the JVM, which it uses as they are written: also
	 * at links on the way.
	 * @param trust looks at them
	 * @throws IOException if the system does not tell
	 */
	public void lookAtOptions(CodeTrust trust) throws IOException {
		for (Path path : optionPaths()) {
			trust.path(path);
		}
		trust.classPath(optionPaths());
	}

	/**
	 * Home of the JVM.
	 * @return the directory that has its {@code bin} and {@code lib}
	 */
	public Path home() {
		return JvmTrust.home(this.java);
	}

	/**
	 * Looks for options that could bring code which nobody has looked at. What they may
	 * name, {@link #optionPaths()} has.
	 * @param options options of a helper's JVM, a word each
	 * @return sentences, empty if no option could
	 */
	public static List<String> optionProblems(List<String> options) {
		return JvmOptions.problems(options);
	}

	/**
	 * The files that the options make the JVM run or obey.
	 * @return their paths, as they are configured
	 */
	public List<Path> optionPaths() {
		return JvmOptionPaths.of(this.options);
	}

	/**
	 * The same command with more options of ours.
	 * @param options the options, which those that are configured come after, or replace
	 * @return the command
	 */
	public JavaCommand with(List<String> options) {
		List<String> more = new ArrayList<>(OwnOptions.without(options, this.options));
		more.addAll(this.options);
		return new JavaCommand(this.java, this.classPath, this.executableJar, this.maxHeap, more);
	}

	/**
	 * The same command with another class path.
	 * @param classPath what it runs from, resolved; no executable jar
	 * @return the command
	 */
	public JavaCommand withClassPath(List<Path> classPath) {
		return new JavaCommand(this.java, classPath, false, this.maxHeap, this.options);
	}

	// Those of this JVM: a helper has no environment, and may not see the system's files.
	private static List<String> zoneAndLocale() {
		List<String> options = new ArrayList<>();
		options.add("-Duser.timezone=" + TimeZone.getDefault().getID());
		Locale locale = Locale.getDefault();
		addLocale("", locale, options);
		for (Locale.Category category : Locale.Category.values()) {
			if (!Locale.getDefault(category).equals(locale)) {
				addLocale("." + category.name().toLowerCase(Locale.ROOT), Locale.getDefault(category), options);
			}
		}
		return options;
	}

	private static void addLocale(String suffix, Locale locale, List<String> options) {
		options.add("-Duser.language" + suffix + "=" + locale.getLanguage());
		options.add("-Duser.script" + suffix + "=" + locale.getScript());
		options.add("-Duser.country" + suffix + "=" + locale.getCountry());
		options.add("-Duser.variant" + suffix + "=" + locale.getVariant());
	}

	/**
	 * Whether options of the user's say how much heap there is at most.
	 * @param options the options
	 * @return whether they take the place of ours
	 */
	public static boolean limitHeap(List<String> options) {
		return OwnOptions.without(List.of("-Xmx1"), options).isEmpty();
	}

	/**
	 * The command.
	 * @param definition where the helper finds its definition: the path of a context
	 * file, or {@code -}
	 * @return the program and its arguments
	 */
	public List<String> command(String definition) {
		List<String> command = new ArrayList<>();
		command.add(this.java.toString());
		List<String> own = new ArrayList<>(FIXED_OPTIONS);
		own.addAll(LOGGING_OPTIONS);
		own.addAll(LATE_OPTIMIZATION);
		own.addAll(zoneAndLocale());
		// what a JVM has of its own differs; these are looked at
		if (!JvmTrust.libraries().isEmpty()) {
			own.add("-Djava.library.path=" + join(JvmTrust.libraries()));
		}
		own.add("-Xms" + Math.min(INITIAL_HEAP, this.maxHeap));
		own.add("-Xmx" + this.maxHeap);
		command.addAll(OwnOptions.without(own, this.options));
		command.addAll(this.options);
		if (this.executableJar) {
			command.addAll(List.of("-Djarmode=privsep", "-jar", this.classPath.get(0).toString(), "helper"));
		}
		else {
			command.add("-cp");
			command.add(join(this.classPath));
			command.add("io.privsep.helper.Main");
		}
		command.add(definition);
		return command;
	}

	private static String join(List<Path> paths) {
		return String.join(File.pathSeparator, paths.stream().map(Path::toString).toList());
	}

}
