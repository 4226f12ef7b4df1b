package io.privsep.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.privsep.command.CodePath;
import io.privsep.command.JavaCommand;
import io.privsep.command.RefusedStartException;
import io.privsep.command.Stage;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.definition.JarClassPath;
import io.privsep.definition.Sandbox;
import io.privsep.sandbox.SandboxPaths.Source;

/**
 * The arguments of bubblewrap (bwrap(1)) that confine a helper: to separate namespaces,
 * with no more of the system in them than its JVM, the system's libraries, its code, and
 * what its sandbox names.
 */
public final class SandboxCommand {

	/** The separate namespaces of a helper, as they are named in /proc. */
	private static final List<String> NAMESPACES = List.of("user", "mnt", "pid", "ipc", "uts", "cgroup", "net");

	/** What finds names in the network (resolver(5), nsswitch.conf(5)). */
	private static final List<String> NETWORK_FILES = List.of("/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf");

	/**
	 * Not {@code /dev/zero}: whoever maps that together with others takes memory which no
	 * limit of a process counts.
	 */
	private static final List<String> DEVICES = List.of("/dev/null", "/dev/random", "/dev/urandom");

	private static final String OUTSIDE = "-D" + Sandbox.OUTSIDE + "=";

	private static final String SOURCES = "-D" + Sandbox.SOURCES + "=";

	/** A directory of the system that no sandbox has anything of. */
	private static final String STAGE = "/sys";

	private SandboxCommand() {
	}

	/**
	 * What stands in front of a helper's JVM. The process that runs it must have no
	 * rights that the helper should not have.
	 * @param java how the JVM is started
	 * @param sandbox what the helper is confined to
	 * @param sources where the paths of the sandbox lead
	 * @param files further files that the helper reads
	 * @param isStaged whether the code was {@linkplain #stage brought} to where its user
	 * can reach it
	 * @return the programs
	 * @throws IOException if a file of the JVM or of the class path cannot be read
	 */
	public static List<Stage> stages(JavaCommand java, Sandbox sandbox, Map<String, Source> sources, List<Path> files,
			boolean isStaged) throws IOException {
		List<String> arguments = new ArrayList<>(
				List.of("--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup"));
		if (!sandbox.hostNetwork()) {
			arguments.add("--unshare-net");
		}
		if (!sandbox.exec()) {
			// where there are programs, bubblewrap's own first process waits for those
			// that others have left behind
			arguments.add("--as-pid-1");
		}
		arguments.addAll(List.of("--hostname", "sandbox", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
				"--size", Long.toString(sandbox.tmpSize()), "--tmpfs", "/tmp", "--proc", "/proc"));
		DEVICES.forEach((device) -> arguments.addAll(List.of("--dev-bind", device, device)));
		bindCode(arguments, code(java, sandbox, sources, files), isStaged);
		bindPaths(arguments, sandbox, sources);
		arguments.addAll(List.of("--remount-ro", "/", "--chdir", "/"));
		Stage inner = new Stage.Bubblewrap(arguments);
		return sandbox.exec() ? List.of(around(), inner) : List.of(inner);
	}

	/**
	 * A second sandbox around one in which programs may be started. A thread there that
	 * calls execve(2) loses the signal at its parent's end, and would outlive the
	 * application. The first process of the sandbox around it is out of its reach, and
	 * ends with the application; all inside end with that. It is the inner bubblewrap
	 * itself: another that waits for what is inside would be left behind by the outer
	 * one, and an application that is process 1 waits for no such orphan.
	 * @return the program
	 */
	static Stage around() {
		return new Stage.Bubblewrap(List.of("--unshare-user", "--unshare-pid", "--as-pid-1", "--die-with-parent",
				"--dev-bind", "/", "/", "--proc", "/proc"));
	}

	/**
	 * The program with which root, before it gives its rights up, brings code to where
	 * another user can reach it, whatever directories it lies in. Only this start sees it
	 * there. Where that user can reach it as it is there is none: this takes
	 * CAP_SYS_ADMIN, which root in a container has not.
	 * @param java how the JVM is started
	 * @param sandbox what the helper is confined to
	 * @param sources where the paths of the sandbox lead
	 * @param rights the rights of the other user
	 * @return the program, or none
	 * @throws IOException if a file of the JVM or of the class path cannot be read
	 */
	public static List<Stage> stage(JavaCommand java, Sandbox sandbox, Map<String, Source> sources, Rights rights)
			throws IOException {
		SortedSet<Path> code = code(java, sandbox, sources, List.of());
		if (CodePath.areReadable(code, rights)) {
			return List.of();
		}
		List<String> arguments = new ArrayList<>(emptyStage());
		int number = 0;
		for (Path source : code) {
			arguments.addAll(List.of("--ro-bind", source.toString(), STAGE + "/" + number++));
		}
		return List.of(new Stage.Bubblewrap(arguments));
	}

	/**
	 * The arguments of one that nothing is brought by.
	 * @return the arguments
	 */
	static List<String> emptyStage() {
		return List.of("--dev-bind", "/", "/", "--tmpfs", STAGE);
	}

	// sorted, so that what is in a directory comes after the directory
	private static SortedSet<Path> code(JavaCommand java, Sandbox sandbox, Map<String, Source> sources,
			List<Path> files) throws IOException {
		JvmFiles jvm = JvmFiles.of(java.java());
		SortedSet<Path> code = new TreeSet<>(jvm.files());
		Stream.of(jvm.directories(), JarClassPath.all(java.classPath()), java.optionPaths(), files)
			.forEach(code::addAll);
		requireNotWritable(code, sandbox, sources);
		requireInPlace(code, sandbox, sources);
		if (sandbox.hostNetwork()) {
			NETWORK_FILES.stream().map(Path::of).filter(Files::exists).forEach(code::add);
		}
		return code;
	}

	private static void bindCode(List<String> arguments, SortedSet<Path> code, boolean isStaged) {
		int number = 0;
		for (Path path : code) {
			String source = isStaged ? STAGE + "/" + number++ : path.toString();
			arguments.addAll(List.of("--ro-bind", source, path.toString()));
		}
	}

	private static void requireNotWritable(Collection<Path> code, Sandbox sandbox, Map<String, Source> sources)
			throws IOException {
		for (String path : sandbox.write()) {
			Path source = source(sources, path);
			for (Path file : code) {
				if (file.startsWith(source) || source.startsWith(file)) {
					throw new RefusedStartException(
							"the helper must not write '" + path + "', which 'sandbox.write' names: '" + file
									+ "' is code that it, or the application, runs");
				}
			}
		}
	}

	// A path to read hides what the sandbox has in it, which has to be there all the
	// same.
	private static void requireInPlace(Collection<Path> code, Sandbox sandbox, Map<String, Source> sources)
			throws IOException {
		for (String path : sandbox.read()) {
			Path source = source(sources, path);
			for (Path file : code) {
				if (file.startsWith(path) && Files.exists(file) && !file.toRealPath().startsWith(source)) {
					throw new RefusedStartException("the helper cannot read '" + path
							+ "', which 'sandbox.read' names: '" + file
							+ "', which it runs, is a link that leads out of it; name what it is to read in there");
				}
			}
		}
	}

	private static void bindPaths(List<String> arguments, Sandbox sandbox, Map<String, Source> sources) {
		Map<String, String> binds = new TreeMap<>(Comparator.comparing(Path::of));
		sandbox.read().forEach((path) -> binds.put(path, "--ro-bind"));
		sandbox.write().forEach((path) -> binds.put(path, "--bind"));
		binds.forEach((path, word) -> arguments.addAll(List.of(word, source(sources, path).toString(), path)));
	}

	private static Path source(Map<String, Source> sources, String path) {
		return Objects.requireNonNull(sources.get(path)).path();
	}

	/**
	 * The options of a JVM in a sandbox: it has a directory for temporary files.
	 * @return the options
	 */
	public static List<String> options() {
		return List.of("-Djava.io.tmpdir=/tmp",
				// less than a JVM reserves otherwise, as the addresses are limited
				"-XX:CompressedClassSpaceSize=128m", "-XX:ReservedCodeCacheSize=128m",
				// a thousand lines, which a document could have written as often as it
				// likes
				"-XX:-ErrorFileToStderr", "-XX:ErrorFile=/dev/null");
	}

	/**
	 * The option that tells a helper which namespaces it must not be in.
	 * @return the option, with the namespaces of this process
	 * @throws IOException if the system does not tell
	 */
	public static String outside() throws IOException {
		List<String> names = new ArrayList<>();
		for (String namespace : NAMESPACES) {
			names.add(Files.readSymbolicLink(Path.of("/proc/self/ns", namespace)).toString());
		}
		return OUTSIDE + String.join(",", names);
	}

	/**
	 * The same option where a shell gives it.
	 * @return a word of a shell, whose value is the option
	 */
	public static String outsideAsShell() {
		return "\"" + OUTSIDE + "$(cd /proc/self/ns && readlink -- " + String.join(" ", NAMESPACES) + " < /dev/null"
				+ " | tr '\\n' ,)\"";
	}

	/**
	 * The option that tells a helper what its paths lead to, as someone could rename what
	 * is on the way before it starts.
	 * @param sandbox what the helper is confined to
	 * @param sources where the paths of the sandbox lead
	 * @return the option, with a number for each path
	 */
	public static String numbers(Sandbox sandbox, Map<String, Source> sources) {
		return SOURCES + Stream.concat(sandbox.read().stream(), sandbox.write().stream())
			.map((path) -> Objects.requireNonNull(sources.get(path)).number())
			.collect(Collectors.joining(","));
	}

}
