package io.privsep.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;

import io.privsep.definition.JarClassPath;

/**
 * The commands that people type for this application. They depend on how it was started:
 * only an executable jar has jar modes, and an extracted one would start the application
 * instead.
 *
 * @param layout what the application runs from
 * @param java the program with the options that it needs, and a space
 * @param classPath the jar, or the class path, as a shell reads it
 * @param more further options of the installation, with a space before them
 * @param directory directory of an extracted jar as a shell reads it; empty for others
 */
public record ApplicationCommands(Layout layout, String java, String classPath, String more, String directory) {

	/** Runs the installation where there are no jar modes. */
	private static final String MAIN = "io.privsep.install.InstallCommand";

	/** A jar that this process does not know. */
	private static final String BUILT = "<app>.jar";

	private static final String WHERE_BUILT = ", where " + BUILT
			+ " is the executable jar that 'mvn package' or 'gradle bootJar' makes";

	/** The first JDK that warns of calls of native code that nobody has allowed. */
	private static final int WARNS = 22;

	private static final Pattern PLAIN = Pattern.compile("[\\w@%+=:,./-]+");

	/** What an application runs from. */
	public enum Layout {

		/** The executable jar that Spring Boot's plugins make. */
		EXECUTABLE_JAR,

		/** Jars on a class path, or one that names the others in its manifest. */
		JARS,

		/** A class path with directories, as in an IDE. */
		CLASSES

	}

	/**
	 * Finds out how this process was started.
	 * @return the commands
	 */
	public static ApplicationCommands ofThisProcess() {
		try {
			return of(System.getProperty("java.class.path"), System.getProperty("sun.java.command", ""),
					Runtime.version().feature());
		}
		catch (IOException ex) {
			// whoever asks has a failure to tell of, and this must not take its place
			return ofClasses(Runtime.version().feature());
		}
	}

	private static ApplicationCommands ofClasses(int version) {
		return new ApplicationCommands(Layout.CLASSES, java(version < WARNS), BUILT, "", "");
	}

	/**
	 * Finds out how a process was started.
	 * @param classPath its class path
	 * @param started the main class or jar, with its arguments
	 * @param version version of its JVM, such as 17
	 * @return the commands
	 * @throws IOException if a jar of the class path cannot be read
	 */
	public static ApplicationCommands of(String classPath, String started, int version) throws IOException {
		List<Path> entries = new ArrayList<>();
		for (Path entry : JarClassPath.split(classPath)) {
			if (Files.exists(entry)) {
				entries.add(entry.toAbsolutePath().normalize());
			}
		}
		List<Path> all = JarClassPath.all(entries);
		if (all.isEmpty() || all.stream().anyMatch(Files::isDirectory)) {
			return ofClasses(version);
		}
		Path first = entries.get(0);
		Attributes attributes = attributes(first);
		boolean isOne = entries.size() == 1;
		if (isOne && JavaCommand.isLauncher(attributes.getValue(Attributes.Name.MAIN_CLASS))) {
			boolean isAllowed = attributes.getValue("Enable-Native-Access") != null;
			return new ApplicationCommands(Layout.EXECUTABLE_JAR, java(version < WARNS || isAllowed),
					quote(first.toString()), "", "");
		}
		Path directory = Objects.requireNonNull(first.getParent());
		boolean isExtracted = isOne && all.stream().allMatch((entry) -> entry.startsWith(directory));
		return new ApplicationCommands(Layout.JARS, java(version < WARNS), quote(shorten(entries)),
				(attributes.getValue(Attributes.Name.MAIN_CLASS) != null) ? "" : " --main-class " + mainClass(started),
				isExtracted ? quote(directory.toString()) : "");
	}

	private static String java(boolean isQuiet) {
		return isQuiet ? "java " : "java --enable-native-access=ALL-UNNAMED ";
	}

	private static String mainClass(String started) {
		String first = started.split(" ", 2)[0];
		return (first.matches("[\\w.$]+") && !first.endsWith(".jar")) ? first : "<main class>";
	}

	// A directory of jars becomes one entry, which the JVM expands.
	private static String shorten(List<Path> jars) {
		Set<String> entries = new LinkedHashSet<>();
		for (Path jar : jars) {
			long siblings = jars.stream().filter((other) -> Objects.equals(other.getParent(), jar.getParent())).count();
			entries.add((siblings > 1) ? jar.resolveSibling("*").toString() : jar.toString());
		}
		return String.join(":", entries);
	}

	private static Attributes attributes(Path jar) throws IOException {
		try (JarFile file = new JarFile(jar.toFile(), false)) {
			Manifest manifest = file.getManifest();
			return (manifest != null) ? manifest.getMainAttributes() : new Attributes();
		}
	}

	/**
	 * Quotes a word where a shell would not read it as it is.
	 * @param word the word
	 * @return the word as a shell reads it
	 */
	public static String quote(String word) {
		return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
	}

	/**
	 * What comes before the arguments of the installation.
	 * @return the program and its options, such as
	 * {@code java -Djarmode=privsep -jar /opt/app.jar}
	 */
	public String command() {
		return this.java + ((this.layout == Layout.JARS) ? "-cp " + this.classPath + " " + MAIN
				: jar("privsep", this.classPath));
	}

	/**
	 * A command of the installation.
	 * @param arguments the command and its options, such as
	 * {@code install --app-user <user>}
	 * @return the end of a sentence: the command in quotes, and what its placeholders are
	 */
	public String installation(String arguments) {
		return "'" + command() + " " + arguments + this.more + "'"
				+ ((this.layout == Layout.CLASSES) ? WHERE_BUILT : "");
	}

	/**
	 * A command of another jar mode.
	 * @param mode the jar mode
	 * @param arguments its arguments
	 * @return the end of a sentence: the command in quotes, and what its placeholders are
	 */
	public String jarMode(String mode, String arguments) {
		boolean isKnown = this.layout == Layout.EXECUTABLE_JAR;
		return "'java " + jar(mode, isKnown ? this.classPath : BUILT) + " " + arguments + "'"
				+ (isKnown ? "" : WHERE_BUILT);
	}

	/**
	 * The command with which root copies the application.
	 * @param target the directory to make
	 * @return the end of a sentence: the command in quotes, and what its placeholders are
	 */
	public String copy(String target) {
		return this.directory.isEmpty() ? jarMode("tools", "extract --destination " + target)
				: "'cp -rT " + this.directory + " " + target + "'";
	}

	private static String jar(String mode, String jar) {
		return "-Djarmode=" + mode + " -jar " + jar;
	}

}
