package io.privsep.helper.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import io.privsep.definition.JarClassPath;
import io.privsep.definition.Sandbox;

/**
 * Looks at the sandbox that the helper is in: namespaces, mounts and network.
 */
public final class SandboxCheck {

	/** What a user namespace calls ids that it does not know (user_namespaces(7)). */
	public static final int UNKNOWN_ID = 65534;

	private static final Set<String> NAMESPACES = Set.of("cgroup", "ipc", "mnt", "net", "pid", "user", "uts");

	private static final Set<String> DEVICES = Set.of("/dev/null", "/dev/random", "/dev/urandom");

	/** The system's libraries are in these, or in directories of these. */
	private static final List<String> LIBRARIES = List.of("/usr/lib", "/usr/lib64", "/lib", "/lib64");

	private static final Path SELF = Path.of("/proc/self");

	private SandboxCheck() {
	}

	/**
	 * Looks at this process.
	 * @param sandbox what it has to be confined to
	 * @return what the helper has that it should not have, as parts of a sentence
	 * @throws IOException if {@code /proc} cannot be read
	 */
	public static List<String> problems(Sandbox sandbox) throws IOException {
		List<String> own = new ArrayList<>();
		for (String namespace : NAMESPACES) {
			own.add(Files.readSymbolicLink(SELF.resolve("ns").resolve(namespace)).toString());
		}
		List<String> problems = new ArrayList<>(
				namespaceProblems(sandbox, own, System.getProperty(Sandbox.OUTSIDE, "")));
		problems.addAll(mountProblems(sandbox, read("mountinfo")));
		problems.addAll(sourceProblems(sandbox, System.getProperty(Sandbox.SOURCES)));
		if (!sandbox.hostNetwork()) {
			problems.addAll(networkProblems(read("net/dev"), read("net/route"), read("net/ipv6_route")));
		}
		return problems;
	}

	static List<String> namespaceProblems(Sandbox sandbox, List<String> own, String outside) {
		List<String> problems = new ArrayList<>();
		List<String> others = List.of(outside.split(","));
		for (String namespace : new TreeSet<>(own)) {
			String type = namespace.substring(0, namespace.indexOf(':'));
			if (!hasType(others, type)) {
				problems.add("not received the namespace '" + type + "' of the process that started it");
			}
			else if (others.contains(namespace) && !(type.equals("net") && sandbox.hostNetwork())) {
				problems.add("the namespace " + namespace + " of the process that started it, expected its own");
			}
		}
		return problems;
	}

	private static boolean hasType(List<String> namespaces, String type) {
		for (String each : namespaces) {
			if (each.startsWith(type + ":[")) {
				return true;
			}
		}
		return false;
	}

	// To open all jars takes time, which is for those who have one that adds a directory.
	private static List<String> mountProblems(Sandbox sandbox, List<String> mounts) throws IOException {
		List<Path> code = JarClassPath.split(System.getProperty("java.class.path"));
		Path home = Path.of(System.getProperty("java.home"));
		List<String> problems = mountProblems(sandbox, mounts, with(home, code));
		return problems.isEmpty() ? problems : mountProblems(sandbox, mounts, with(home, JarClassPath.all(code)));
	}

	private static List<Path> with(Path path, List<Path> paths) {
		List<Path> all = new ArrayList<>(paths);
		all.add(path);
		return all;
	}

	// What is mounted for the JVM are library directories and those of its home and the
	// class path, which are known, and single files.
	static List<String> mountProblems(Sandbox sandbox, List<String> mounts, List<Path> code) {
		List<String> problems = new ArrayList<>();
		for (String mount : mounts) {
			// mount id, parent, device, root, mount point, options
			// (proc_pid_mountinfo(5))
			String[] fields = mount.split(" ");
			String point = unescape(fields[4]);
			Path path = Path.of(point);
			boolean isReadOnly = List.of(fields[5].split(",")).contains("ro");
			boolean mayWrite = isIn(path, sandbox.write()) && !isBelowAnother(path, sandbox);
			if (point.equals("/tmp") || path.startsWith("/proc") || DEVICES.contains(point) || mayWrite) {
				continue;
			}
			if (!isReadOnly) {
				problems.add("'" + point + "', which it could write to");
			}
			else if (!point.equals("/") && !isIn(path, sandbox.read()) && !isIn(path, LIBRARIES) && !isInAny(path, code)
					&& !Files.isRegularFile(path)) {
				problems.add("'" + point + "', which is not its own");
			}
		}
		return problems;
	}

	static List<String> sourceProblems(Sandbox sandbox, @Nullable String sources) throws IOException {
		if (sources == null) {
			return List.of();
		}
		List<String> paths = new ArrayList<>(sandbox.read());
		paths.addAll(sandbox.write());
		List<String> numbers = sources.isEmpty() ? List.of() : List.of(sources.split(","));
		if (numbers.size() != paths.size()) {
			return List.of("received " + numbers.size() + " paths, expected " + paths.size());
		}
		List<String> problems = new ArrayList<>();
		for (int i = 0; i < paths.size(); i++) {
			Map<String, Object> attributes = Files.readAttributes(Path.of(paths.get(i)), "unix:dev,ino");
			if (!numbers.get(i).equals(attributes.get("dev") + ":" + attributes.get("ino"))) {
				problems.add("something else as '" + paths.get(i) + "' than it was given");
			}
		}
		return problems;
	}

	// a path to read may be below one to write: what is more exact counts
	private static boolean isBelowAnother(Path path, Sandbox sandbox) {
		return length(path, sandbox.read()) > length(path, sandbox.write());
	}

	private static int length(Path path, List<String> parents) {
		int length = -1;
		for (String each : parents) {
			Path parent = Path.of(each);
			if (path.startsWith(parent)) {
				length = Math.max(length, parent.getNameCount());
			}
		}
		return length;
	}

	private static boolean isInAny(Path path, List<Path> parents) {
		for (Path parent : parents) {
			if (path.startsWith(parent)) {
				return true;
			}
		}
		return false;
	}

	private static boolean isIn(Path path, List<String> parents) {
		return length(path, parents) >= 0;
	}

	static List<String> networkProblems(List<String> devices, List<String> routes, List<String> routes6) {
		Set<String> names = new TreeSet<>();
		// devices have two lines of headings, routes have one
		for (int i = 2; i < devices.size(); i++) {
			names.add(devices.get(i).substring(0, devices.get(i).indexOf(':')).strip());
		}
		for (int i = 1; i < routes.size(); i++) {
			names.add(routes.get(i).split("\t")[0]);
		}
		for (String line : routes6) {
			names.add(line.substring(line.lastIndexOf(' ') + 1));
		}
		names.remove("lo");
		return names.isEmpty() ? List.of()
				: List.of("the network interfaces " + names + ", expected none but loopback");
	}

	private static List<String> read(String file) throws IOException {
		Path path = SELF.resolve(file);
		if (!Files.exists(path)) {
			// a kernel without IPv6
			return List.of();
		}
		List<String> lines = new ArrayList<>();
		for (String line : new String(Files.readAllBytes(path), StandardCharsets.UTF_8).split("\n")) {
			if (!line.isBlank()) {
				lines.add(line);
			}
		}
		return lines;
	}

	// space, tab, line feed and backslash are written as three octal digits
	private static String unescape(String text) {
		StringBuilder plain = new StringBuilder();
		for (int i = 0; i < text.length(); i++) {
			if (text.charAt(i) == '\\' && i + 3 < text.length()) {
				plain.append((char) Integer.parseInt(text.substring(i + 1, i + 4), 8));
				i += 3;
			}
			else {
				plain.append(text.charAt(i));
			}
		}
		return plain.toString();
	}

}
