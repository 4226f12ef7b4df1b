package io.privsep.command;

import java.util.ArrayList;
import java.util.List;

import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.linux.Tools;

/**
 * Mounts a directory for temporary files that one helper has for itself: a file system in
 * memory, in mount namespaces of the helper's own. Nobody else finds it by its path, and
 * nothing of it is left.
 *
 * @param size its size, in bytes
 * @param rights whose it is
 */
public record TemporaryMount(long size, Rights rights) implements Stage {

	/**
	 * Where it is: a directory that every system has, and of which a helper has no use
	 * otherwise.
	 */
	public static final String DIRECTORY = "/dev/shm";

	/** The option with which a JVM uses it. */
	public static final String OPTION = "-Djava.io.tmpdir=" + DIRECTORY;

	/**
	 * The stage of a helper that may have such a directory.
	 * @param size its size, in bytes; 0 for none
	 * @param rights whose it is
	 * @return the stage, if there is one
	 */
	public static List<Stage> of(long size, Rights rights) {
		return (size != 0) ? List.of(new TemporaryMount(size, rights)) : List.of();
	}

	@Override
	public String program() {
		return "unshare";
	}

	@Override
	public List<String> command() {
		Tools.require("mount");
		// what the system mounts later is seen, and nothing that is mounted here leaks
		List<String> command = new ArrayList<>(List.of(Tools.find("unshare").toString(), "--mount", "--propagation",
				"slave", "--", "/bin/sh", "-c", Tools.find("mount") + " -t tmpfs -o \"$1\" privsep-tmp " + DIRECTORY
						+ " < /dev/null && shift && exec \"$@\"",
				"sh", options()));
		// a shell adds variables of its own
		command.addAll(new Stage.Environment(false, false).command());
		return command;
	}

	@Override
	public boolean isOfUnit() {
		return true;
	}

	@Override
	public String unit(String user) {
		return "TemporaryFileSystem=" + DIRECTORY + ":" + options() + "\n";
	}

	// mount(8), tmpfs(5)
	private String options() {
		return "size=" + this.size + ",mode=0700,uid=" + Integer.toUnsignedString(this.rights.uid()) + ",gid="
				+ Integer.toUnsignedString(this.rights.gid()) + ",nosuid,nodev";
	}

}
