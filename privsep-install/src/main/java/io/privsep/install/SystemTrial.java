package io.privsep.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

import io.privsep.context.ContextResolver.Installable;
import io.privsep.context.PrivsepProperties.Context;
import io.privsep.context.PrivsepProperties.LauncherType;
import io.privsep.definition.HelperDefinition.Confinement;
import io.privsep.rights.Capability;
import io.privsep.rights.ThreadRights;
import io.privsep.sandbox.SandboxSupport;
import io.privsep.sandbox.UnavailableSandboxException;

/**
 * What the programs of this system can do, tried before anything is written: their names
 * do not tell, as there are several of each.
 *
 * @param resetsSignals whether env(1) can have signals not ignored any more
 * @param sudoOptions the options of a rule that sudo knows, where it is needed
 */
record SystemTrial(boolean resetsSignals, List<String> sudoOptions) {

	/** Of what a program says, which may tell all of its options. */
	private static final int MAX_LINES = 6;

	/**
	 * Tries what an installation is about to write.
	 * @param plan what is to be installed
	 * @param java the program to run helpers with, resolved
	 * @param helpers what is known of the helpers, by the names of their contexts
	 * @return what works
	 * @throws IOException if a temporary file cannot be written
	 * @throws InstallException if nothing works
	 */
	static SystemTrial run(InstallPlan plan, Path java, Map<String, Installable> helpers) throws IOException {
		boolean bySudo = plan.launcher() == LauncherType.SUDO;
		String instead = (plan.launcher() == LauncherType.SYSTEMD) ? ""
				: ". 'install --launcher systemd' needs less of them";
		Path env = SystemCommand.program("env");
		boolean resetsSignals = works("env", "-i", "--default-signal", "--ignore-signal=HUP,INT,TERM", env.toString());
		Path file = env.toRealPath();
		for (Map.Entry<String, Installable> helper : helpers.entrySet()) {
			String context = helper.getKey();
			requireStart(context, WrapperText.trial(context, possible(helper.getValue()), file, java,
					tmp(plan, context), plan.launcher() != LauncherType.SYSTEMD, resetsSignals), instead);
		}
		requireSandboxes(plan);
		return new SystemTrial(resetsSignals, bySudo ? sudoOptions(plan, instead) : List.of());
	}

	private static void requireStart(String context, String script, String instead) {
		SystemCommand.Result result = SystemCommand.execute(SystemCommand.program("sh"), List.of("-p", "-c", script));
		if (result.exitCode() != 0) {
			throw new InstallException(InstallException.PROGRAM_MISSING,
					"Context '" + context + "': The programs of this system cannot start a helper (exit code "
							+ result.exitCode() + "): "
							+ result.output()
								.lines()
								.filter((line) -> !line.isBlank())
								.limit(MAX_LINES)
								.collect(Collectors.joining("; "))
							+ instead);
		}
	}

	// A mount takes more rights than root has where an image is built, or in most
	// containers; nor does a sandbox begin there. The machine that helpers run on may
	// give them.
	private static boolean mayMount() throws IOException {
		return ThreadRights.ofThisProcess().effective().contains(Capability.SYS_ADMIN);
	}

	// Nor may root raise limits there.
	private static Installable possible(Installable helper) throws IOException {
		Confinement all = helper.confinement();
		if (ThreadRights.ofThisProcess().effective().contains(Capability.SYS_RESOURCE)) {
			return helper;
		}
		String most = SystemCommand.execute(SystemCommand.program("sh"), List.of("-c", "ulimit -Hn")).output().strip();
		boolean isPossible = most.equals("unlimited") || all.maxOpenFiles() <= Long.parseLong(most);
		return (isPossible && all.sandbox() == null) ? helper
				: new Installable(helper.capabilities(), new Confinement(0, all.seccomp(), null));
	}

	private static long tmp(InstallPlan plan, String context) throws IOException {
		return mayMount() ? Objects.requireNonNull(plan.contexts().get(context)).tmpBytes() : 0;
	}

	private static void requireSandboxes(InstallPlan plan) throws IOException {
		if (!mayMount()) {
			return;
		}
		for (Context context : plan.contexts().values()) {
			try {
				if (context.sandbox() != null) {
					SandboxSupport.check(WrapperText.RIGHTLESS, context.sandbox().exec());
				}
			}
			catch (UnavailableSandboxException ex) {
				throw new InstallException(InstallException.PROGRAM_MISSING, ex.getMessage() + ". " + ex.action(), ex);
			}
		}
	}

	private static List<String> sudoOptions(InstallPlan plan, String instead) throws IOException {
		// sudo's own check takes no file that others could write
		Path directory = temporaryDirectory();
		Path file = directory.resolve("sudoers");
		try {
			List<String> options = SudoersText.options((text) -> isAccepted(file, text));
			String text = SudoersText.of(plan.paths().application(), plan.appUser(),
					plan.contexts().keySet().stream().map(plan.paths()::wrapper).toList(), options);
			if (!isAccepted(file, text)) {
				throw new InstallException(InstallException.PROGRAM_MISSING,
						"The sudo of this system does not take the rule that would be installed, according to"
								+ " 'visudo -c'" + instead + ":\n" + text);
			}
			return options;
		}
		finally {
			Files.deleteIfExists(file);
			Files.delete(directory);
		}
	}

	/**
	 * Makes a directory for temporary files that only this user can enter.
	 * @return the directory
	 * @throws InstallException if it cannot be made
	 */
	static Path temporaryDirectory() {
		String place = System.getProperty("java.io.tmpdir");
		try {
			return Files.createTempDirectory(Path.of(place), "privsep-");
		}
		catch (IOException ex) {
			throw new InstallException(InstallException.CANNOT_CREATE,
					"No directory for temporary files can be made in '" + place + "' (" + ex
							+ "). To use another place, put '-Djava.io.tmpdir=<directory>' before the other options"
							+ " of 'java'",
					ex);
		}
	}

	private static boolean isAccepted(Path file, String text) {
		try {
			Files.deleteIfExists(file);
			Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r--------")));
			Files.writeString(file, text);
		}
		catch (IOException ex) {
			throw new InstallException(InstallException.CANNOT_CREATE, "'" + file + "' cannot be written: " + ex, ex);
		}
		return works("visudo", "-c", "-f", file.toString());
	}

	private static boolean works(String program, String... arguments) {
		return SystemCommand.execute(SystemCommand.program(program), List.of(arguments)).exitCode() == 0;
	}

}
