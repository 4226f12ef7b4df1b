package io.privsep.helper.seccomp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.privsep.definition.HelperDefinition;
import io.privsep.definition.Sandbox;

/**
 * Installs the seccomp filter against system calls that a helper never needs, in all
 * threads and for good (seccomp(2)).
 * <p>
 * It is for a helper that a function has been taken over in: what the kernel refuses,
 * also machine code cannot do. It is a list of what is denied: functions work as they
 * did.
 */
public final class SystemCallFilter {

	private static final Path DIRECTORY = Path.of("/tmp");

	private static final String FUNCTION = "Java_" + SystemCallFilter.class.getName().replace('.', '_')
			+ "_loadIntoKernel";

	private static final int STICKY = 01000;

	private static final int WRITABLE_BY_OTHERS = 022;

	private SystemCallFilter() {
	}

	/**
	 * Loads the filter into the kernel. From then on the calls of
	 * {@code system-calls.txt} fail, in every thread of this process; and exec gives no
	 * rights any more ({@code no_new_privs}).
	 * @param definition says which lines of the list do not hold
	 * @throws UnsupportedOperationException if it cannot be loaded; says what to do
	 */
	public static void load(HelperDefinition definition) {
		load(System.getProperty("os.arch"), maxProcesses(definition), exceptions(definition), DIRECTORY);
	}

	/**
	 * The most processes and threads of a helper.
	 * @param definition tells whether it has a sandbox, and how many calls run at once
	 * @return the number; 0 for no limit
	 */
	public static int maxProcesses(HelperDefinition definition) {
		return (definition.confinement().sandbox() != null) ? Sandbox.maxThreads(definition.calls().maxConcurrency())
				: 0;
	}

	static void load(String jvmArchitecture, int maxProcesses, List<String> exceptions, Path directory) {
		Architecture architecture = Architecture.of(jvmArchitecture);
		if (architecture == null) {
			throw new UnsupportedOperationException("there is none for machines of architecture '" + jvmArchitecture
					+ "', only for amd64 and aarch64; set 'seccomp' to false there");
		}
		try {
			FilterProgram filter = FilterProgram.of(SystemCall.all(), architecture, exceptions);
			link(FilterLibrary.of(architecture, FUNCTION, maxProcesses, filter), directory);
		}
		catch (IOException ex) {
			throw new UnsupportedOperationException("its library cannot be written into '" + directory + "' (" + ex
					+ "); give the helper a directory '" + directory + "' that it can write, such as a tmpfs");
		}
		int result = loadIntoKernel();
		if (result < 0) {
			throw new UnsupportedOperationException("the kernel refuses it with error " + -result
					+ "; it needs Linux 3.17 or later with CONFIG_SECCOMP_FILTER, where no other filter forbids that");
		}
		if (result > 0) {
			throw new UnsupportedOperationException(
					"thread " + result + " already has a filter that the helper did not load");
		}
	}

	static List<String> exceptions(HelperDefinition definition) {
		List<String> exceptions = new ArrayList<>();
		if (definition.rights() != null) {
			exceptions.addAll(definition.rights().capabilities().names());
		}
		Sandbox sandbox = definition.confinement().sandbox();
		if (sandbox == null) {
			exceptions.add("no-sandbox");
		}
		else {
			if (sandbox.exec()) {
				exceptions.add("exec");
			}
			if (sandbox.hostNetwork()) {
				exceptions.add("network");
			}
		}
		return exceptions;
	}

	// The JVM links what is in a file, of which nothing is left when that is done. Only
	// this user can have changed it meanwhile, or exchanged the directory.
	private static void link(byte[] library, Path parent) throws IOException {
		// fails if it exists, which is why its name need not be random: generators of
		// random numbers take longer to load than all else here
		Path directory = Files.createDirectory(parent.resolve("privsep-filter-" + System.nanoTime()),
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
		Path file = directory.resolve("filter.so");
		try {
			requireTrusted(parent, directory);
			Files.write(file, library);
			System.load(file.toString());
		}
		catch (UnsatisfiedLinkError ex) {
			throw new UnsupportedOperationException("its library cannot be run from '" + parent + "' ("
					+ ex.getMessage() + "); mount that without the option noexec, for the helper at least");
		}
		finally {
			Files.deleteIfExists(file);
			Files.delete(directory);
		}
	}

	private static void requireTrusted(Path parent, Path directory) throws IOException {
		Map<String, Object> attributes = Files.readAttributes(parent, "unix:uid,mode");
		Object owner = Objects.requireNonNull(attributes.get("uid"));
		int mode = (int) Objects.requireNonNull(attributes.get("mode"));
		boolean isOurs = owner.equals(0) || owner.equals(Files.getAttribute(directory, "unix:uid"));
		if (!isOurs || ((mode & WRITABLE_BY_OTHERS) != 0 && (mode & STICKY) == 0)) {
			throw new UnsupportedOperationException(
					"others could exchange files of this user in '" + parent + "' (user " + owner + ", mode "
							+ Integer.toOctalString(mode & 07777) + "); make it root's, with mode 1777");
		}
	}

	/**
	 * Does what {@link Architecture#writeCode} has written.
	 * @return 0, a negative error of the kernel, or the id of a thread
	 */
	private static native int loadIntoKernel();

}
