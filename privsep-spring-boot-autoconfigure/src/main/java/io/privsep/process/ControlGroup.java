package io.privsep.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.privsep.launch.Sandbox;

/**
 * A control group (cgroups(7)) that systemd has delegated to the application, which makes
 * one in it for each sandboxed helper.
 */
public final class ControlGroup {

	private static final Logger logger = LoggerFactory.getLogger(ControlGroup.class);

	private static final List<String> CONTROLLERS = List.of("memory", "pids");

	/**
	 * What the limit of data does not count: the JVM's own files, and the kernel's part.
	 */
	private static final long SHARED_MEMORY = 128 << 20;

	/** Of bubblewrap, while it starts the helper and afterwards. */
	private static final int OTHER_TASKS = 8;

	private static final Pattern NAME_OF_HELPERS = Pattern.compile("privsep-.+-(\\d+)");

	/** A second lies between them. */
	private static final int ATTEMPTS = 30;

	/**
	 * Makes a group, enters it and becomes the program that the rest of the words name.
	 * The group has the process id of the helper's first program in its name.
	 */
	private static final String ENTER = """
			set -eu
			PATH=%s
			group=$1-$$ memory=$2 tasks=$3
			shift 3
			[ ! -d "$group" ] || rmdir "$group"
			mkdir "$group"
			echo "$memory" > "$group/memory.max"
			[ ! -e "$group/memory.swap.max" ] || echo 0 > "$group/memory.swap.max"
			echo 1 > "$group/memory.oom.group"
			echo "$tasks" > "$group/pids.max"
			echo $$ > "$group/cgroup.procs"
			exec "$@"
			""".formatted(Tools.PATH);

	private final Path directory;

	private final AtomicBoolean isCleaning = new AtomicBoolean();

	private ControlGroup(Path directory) {
		this.directory = directory;
	}

	/**
	 * The group that was delegated to the application. It is looked for once, so that no
	 * helper has less than the first one.
	 * @return the group, or {@code null} if there is none that it could use
	 */
	public static @Nullable ControlGroup ofApplication() {
		return Found.GROUP;
	}

	private static @Nullable ControlGroup find() {
		try {
			return find(Path.of("/proc/self"));
		}
		catch (IOException ex) {
			logger.debug("Control groups cannot be read", ex);
			return null;
		}
	}

	static @Nullable ControlGroup find(Path process) throws IOException {
		Path own = own(process);
		if (own == null) {
			return null;
		}
		Path parent = own.getParent();
		if (parent != null && isDelegated(parent)) {
			return hasControllers(parent) ? new ControlGroup(parent) : null;
		}
		if (isDelegated(own)) {
			logger.info(
					"The control group '{}' is delegated to the application, which is in it itself; in one below,"
							+ " as with DelegateSubgroup= in its unit, it could give sandboxes groups of their own",
					own);
		}
		return null;
	}

	private static @Nullable Path own(Path process) throws IOException {
		for (String line : Files.readAllLines(process.resolve("cgroup"))) {
			if (line.startsWith("0::/") && !line.contains("/..")) {
				return below(Path.of(line.substring("0::".length())), process);
			}
		}
		return null;
	}

	// /proc/<pid>/mountinfo, see proc(5)
	private static @Nullable Path below(Path group, Path process) throws IOException {
		for (String line : Files.readAllLines(process.resolve("mountinfo"))) {
			String[] fields = line.split(" ");
			if (Arrays.asList(fields).indexOf("-") == fields.length - 4 && fields[fields.length - 3].equals("cgroup2")
					&& group.startsWith(fields[3])) {
				return Path.of(fields[4]).resolve(Path.of(fields[3]).relativize(group));
			}
		}
		return null;
	}

	// systemd marks the groups that it leaves to others (its document on delegation). Its
	// instance for a user has such a one too, with its own scope in there.
	private static boolean isDelegated(Path group) {
		return Files.isWritable(group) && Files.isWritable(group.resolve("cgroup.procs"))
				&& Files.isWritable(group.resolve("cgroup.subtree_control")) && attribute(group, "delegate").equals("1")
				&& !Files.exists(group.resolve("init.scope"));
	}

	private static String attribute(Path group, String name) {
		try {
			UserDefinedFileAttributeView attributes = Files.getFileAttributeView(group,
					UserDefinedFileAttributeView.class);
			ByteBuffer value = ByteBuffer.allocate(attributes.size(name));
			attributes.read(name, value);
			return StandardCharsets.UTF_8.decode(value.flip()).toString();
		}
		catch (IOException | UnsupportedOperationException ex) {
			return "";
		}
	}

	private static boolean hasControllers(Path group) {
		Path enabled = group.resolve("cgroup.subtree_control");
		try {
			if (!names(enabled).containsAll(CONTROLLERS)) {
				// refused where processes are in the group itself
				Files.writeString(enabled, "+" + String.join(" +", CONTROLLERS));
			}
			return true;
		}
		catch (IOException ex) {
			logger.info("The control group '{}' is delegated to the application, and cannot limit memory and tasks: {}",
					group, ex.getMessage());
			return false;
		}
	}

	private static List<String> names(Path file) throws IOException {
		return Arrays.asList(Files.readString(file).strip().split(" "));
	}

	/**
	 * The most memory of a sandboxed helper, with what the limit of data does not count.
	 * @param sandbox what it is confined to
	 * @return bytes
	 */
	public static long memory(Sandbox sandbox) {
		return sandbox.data() + sandbox.tmpSize() + SHARED_MEMORY;
	}

	/**
	 * The most processes and threads of a sandboxed helper, with those around it.
	 * @param maxConcurrency how many calls run at once
	 * @return the number
	 */
	public static int tasks(int maxConcurrency) {
		return Sandbox.MAX_THREADS + maxConcurrency + OTHER_TASKS;
	}

	/**
	 * The words in front of all others that start a helper.
	 * @param context name of its context
	 * @param sandbox what it is confined to
	 * @param maxConcurrency how many calls run at once
	 * @return the words, with which it starts in a group of its own, or not at all
	 */
	List<String> words(String context, Sandbox sandbox, int maxConcurrency) {
		return List.of("/bin/sh", "-c", ENTER, "sh", this.directory.resolve("privsep-" + context).toString(),
				Long.toString(memory(sandbox)), Integer.toString(tasks(maxConcurrency)));
	}

	/**
	 * Removes the groups of helpers that have ended, as soon as their last processes
	 * have.
	 */
	void clean() {
		if (this.isCleaning.compareAndSet(false, true)) {
			clean(ATTEMPTS);
		}
	}

	private void clean(int attempts) {
		if (removeEnded() || attempts == 1) {
			this.isCleaning.set(false);
		}
		else {
			CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS).execute(() -> clean(attempts - 1));
		}
	}

	private boolean removeEnded() {
		boolean all = true;
		try (DirectoryStream<Path> groups = Files.newDirectoryStream(this.directory, Files::isDirectory)) {
			for (Path group : groups) {
				Matcher name = NAME_OF_HELPERS.matcher(group.getFileName().toString());
				if (name.matches() && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()) {
					all &= remove(group);
				}
			}
		}
		catch (IOException | DirectoryIteratorException ex) {
			logger.debug("Control groups in '{}' cannot be read", this.directory, ex);
		}
		return all;
	}

	private static boolean remove(Path group) {
		try {
			Files.deleteIfExists(group);
			return true;
		}
		catch (IOException ex) {
			// what does not end is for systemd to remove at the end of the unit
			logger.debug("The control group '{}' cannot be removed", group, ex);
			return false;
		}
	}

	@Override
	public String toString() {
		return this.directory.toString();
	}

	/**
	 * Is loaded when it is looked for.
	 */
	private static final class Found {

		static final @Nullable ControlGroup GROUP = find();

		private Found() {
		}

	}

}
