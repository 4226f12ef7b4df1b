package io.privsep.install;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.privsep.command.ApplicationCommands;
import io.privsep.install.InstallationRecord.InstalledContext;
import io.privsep.install.probe.HelperProbe;
import io.privsep.launch.AuditFiles;
import io.privsep.launch.InstalledPaths;
import io.privsep.linux.Accounts;
import io.privsep.trust.CodeTrust;
import io.privsep.trust.JvmTrust;

/**
 * Compares what is installed with what the installation has recorded.
 */
final class Verifier {

	/** For one helper: twice as long as the probe gives it. */
	private static final Duration TRIAL = Duration.ofMinutes(2);

	private final InstalledPaths paths;

	private final List<String> problems = new ArrayList<>();

	private final List<String> notes = new ArrayList<>();

	Verifier(InstalledPaths paths) {
		this.paths = paths;
	}

	/**
	 * Looks for what is wrong.
	 * @return sentences, empty if all is as it was installed
	 * @throws IOException if something cannot be read at all
	 */
	List<String> problems() throws IOException {
		Path current = this.paths.current();
		if (!Files.isSymbolicLink(current) || !Files.isDirectory(current)) {
			return List.of("'" + current + "' is not a link to a release; install again, with "
					+ ApplicationCommands.ofThisProcess().installation("install --app-user <user>"));
		}
		Path release = current.toRealPath();
		if (!this.paths.base().toRealPath().resolve("releases").equals(release.getParent())) {
			return List.of("'" + current + "' leads to '" + release + "', which is not a release of this application");
		}
		// before anything in it is believed
		this.problems.addAll(new CodeTrust().tree(release).problems());
		if (!Installations.recordTrust(this.paths.base(), release).problems().isEmpty()) {
			return this.problems;
		}
		InstallationRecord record;
		try {
			record = InstallationRecord.read(release);
		}
		catch (NoSuchFileException ex) {
			this.problems.add("'" + ex.getFile() + "' is missing");
			return this.problems;
		}
		catch (IOException ex) {
			this.problems.add(String.valueOf(ex.getMessage()));
			return this.problems;
		}
		checkFiles(record, release);
		checkPlaces(record);
		checkJava(record);
		checkAccounts(record);
		checkAuditFiles(record);
		checkSudo(record);
		// what someone else could have changed is not started
		if (this.problems.isEmpty()) {
			startHelpers(record, release);
		}
		return this.problems.stream().distinct().toList();
	}

	/**
	 * What else was seen while looking.
	 * @return sentences
	 */
	List<String> notes() {
		return List.copyOf(this.notes);
	}

	private void checkFiles(InstallationRecord record, Path release) throws IOException {
		Map<Path, InstalledFile> expected = new HashMap<>();
		for (InstalledFile file : record.files()) {
			expected.put(Path.of(file.path()), file);
			check(file);
		}
		for (Path path : SystemFiles.all(release)) {
			if (!expected.containsKey(path) && !path.equals(release.resolve(InstallationRecord.FILE))) {
				this.problems.add("'" + path + "' does not belong to the installation");
			}
		}
	}

	private void checkPlaces(InstallationRecord record) throws IOException {
		Set<Path> expected = new HashSet<>();
		CodeTrust trust = new CodeTrust();
		for (InstalledFile file : record.files()) {
			Path path = Path.of(file.path());
			expected.add(path);
			if (!path.startsWith(this.paths.base())) {
				trust.file(Objects.requireNonNull(path.getParent()));
			}
		}
		this.problems.addAll(trust.problems());
		for (Path path : PlatformFiles.existing(this.paths)) {
			if (!expected.contains(path)) {
				this.problems.add("'" + path + "' does not belong to the installation");
			}
		}
		Set<String> known = Set.of("releases", "current");
		try (DirectoryStream<Path> entries = Files.newDirectoryStream(this.paths.base())) {
			for (Path entry : entries) {
				if (!known.contains(entry.getFileName().toString())) {
					this.problems.add("'" + entry + "' does not belong to the installation");
				}
			}
		}
	}

	private void check(InstalledFile expected) {
		Path path = Path.of(expected.path());
		InstalledFile actual;
		try {
			actual = InstalledFile.look(path, path);
		}
		catch (NoSuchFileException ex) {
			this.problems.add("'" + path + "' is missing");
			return;
		}
		catch (IOException ex) {
			this.problems.add(Files.isSymbolicLink(path) ? "'" + path + "' is a symbolic link, which was not installed"
					: String.valueOf(ex.getMessage()));
			return;
		}
		compare(path, "belongs to user", Accounts.userName((int) actual.uid()),
				Accounts.userName((int) expected.uid()));
		compare(path, "belongs to group", Accounts.groupName((int) actual.gid()),
				Accounts.groupName((int) expected.gid()));
		compare(path, "has mode", actual.mode(), expected.mode());
		if (!Objects.equals(actual.content(), expected.content())) {
			this.problems.add("'" + path + "' has been changed since it was installed: its SHA-256 is "
					+ actual.content() + ", expected " + expected.content());
		}
	}

	private void checkJava(InstallationRecord record) throws IOException {
		Path java = Path.of(record.java());
		if (!Files.isExecutable(java)) {
			this.problems
				.add("'" + java + "', which runs the helpers, is missing, as after an update of the JVM; install"
						+ " again, and to be spared that, with '--java' and a link of root's that stays, such as"
						+ " /opt/jdk/bin/java");
			return;
		}
		this.problems.addAll(JvmTrust.problems(java));
	}

	private void checkAccounts(InstallationRecord record) {
		checkUser(record.appUser(), record.appUid());
		for (InstalledContext context : record.contexts()) {
			checkUser(context.user(), context.uid());
		}
	}

	private void checkAuditFiles(InstallationRecord record) {
		for (InstalledContext context : record.contexts()) {
			String problem = (context.auditFile() != null)
					? AuditFiles.problem(Path.of(context.auditFile()), (int) context.uid()) : null;
			if (problem != null) {
				this.problems.add(problem);
			}
		}
	}

	private void checkUser(String user, long uid) {
		Optional<Integer> now = Accounts.uid(user);
		if (now.isEmpty()) {
			this.problems.add("There is no user '" + user + "' any more");
		}
		else if (Integer.toUnsignedLong(now.get()) != uid) {
			this.problems
				.add("User '" + user + "' has the id " + Integer.toUnsignedString(now.get()) + ", expected " + uid);
		}
	}

	private void checkSudo(InstallationRecord record) {
		Path sudoers = this.paths.sudoers();
		if (!record.launcher().equals("sudo") || !Files.exists(sudoers, LinkOption.NOFOLLOW_LINKS)) {
			return;
		}
		SystemCommand.Result result = SystemCommand.execute(SystemCommand.program("visudo"),
				List.of("-c", "-f", sudoers.toString()));
		if (result.exitCode() != 0) {
			this.problems.add("'" + sudoers + "' is not accepted by 'visudo -c': " + result.output());
		}
	}

	// Only an attempt tells whether sudo or systemd has the last word: a rule that is
	// read later may refuse, a unit may have a drop-in.
	private void startHelpers(InstallationRecord record, Path release) throws IOException {
		List<String> arguments = new ArrayList<>(List.of(record.launcher()));
		boolean bySudo = record.launcher().equals("sudo");
		for (InstalledContext context : record.contexts()) {
			Path path = bySudo ? this.paths.wrapper(context.name()) : this.paths.socket(context.name());
			arguments.addAll(List.of(context.name(), path.toString()));
		}
		if (!this.paths.prefix().equals(Path.of("/")) || record.launcher().equals("command")
				|| !bySudo && !SystemdUnits.isRunning()) {
			this.notes.add("No helper was started: "
					+ (record.launcher().equals("command") ? "only the application knows its 'command'"
							: "the system does not use what is installed below '" + this.paths.prefix() + "'"));
			return;
		}
		Map<String, String> outcomes = new TreeMap<>();
		int uid = (int) record.appUid();
		SystemCommand.Result result = SystemCommand.executeAs(uid, Accounts.primaryGid(uid).orElse(uid),
				probe(record, release, arguments), TRIAL.multipliedBy(record.contexts().size()));
		result.output().lines().forEach((line) -> {
			if (line.startsWith(HelperProbe.READY)) {
				outcomes.put(line.substring(HelperProbe.READY.length()), "");
			}
			else if (line.startsWith(HelperProbe.FAILED)) {
				String[] fields = line.substring(HelperProbe.FAILED.length()).split(" ", 2);
				// the application's user may write what it likes
				outcomes.put(fields[0], (fields.length > 1) ? fields[1] : "no reason was given");
			}
		});
		for (InstalledContext context : record.contexts()) {
			String name = context.name();
			String outcome = outcomes.getOrDefault(name, result.output());
			if (outcome.isEmpty()) {
				this.notes.add("The helper of context '" + name + "' was started for user '" + record.appUser()
						+ "', and became ready.");
			}
			else {
				this.problems.add("The helper of context '" + name + "' does not start for user '" + record.appUser()
						+ "': " + outcome + (bySudo ? hint(record) : ""));
			}
		}
	}

	private String hint(InstallationRecord record) {
		return ". Does the configuration of sudo include the directory of '" + this.paths.sudoers()
				+ "', and does no later rule take it back ('sudo -l -U " + record.appUser() + "')?";
	}

	private static List<String> probe(InstallationRecord record, Path release, List<String> arguments)
			throws IOException {
		Path application = release.resolve("app");
		// the jar of an application names the others
		List<Path> classPath = record.jar().endsWith(".jar")
				? List.of(application.resolve(Path.of(record.jar()).getFileName())) : SystemFiles.children(application);
		List<String> command = new ArrayList<>(List.of(record.java(), "-XX:-UsePerfData", "-XX:TieredStopAtLevel=1",
				"-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-cp",
				String.join(File.pathSeparator, classPath.stream().map(Path::toString).toList()),
				HelperProbe.class.getName()));
		command.addAll(arguments);
		return command;
	}

	private void compare(Path path, String what, String actual, @Nullable String expected) {
		if (!actual.equals(expected)) {
			this.problems.add("'" + path + "' " + what + " " + actual + ", expected " + expected);
		}
	}

}
