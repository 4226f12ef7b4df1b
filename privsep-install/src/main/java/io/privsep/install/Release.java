package io.privsep.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.privsep.command.JavaCommand;
import io.privsep.context.PrivsepProperties.Context;
import io.privsep.context.PrivsepProperties.LauncherType;
import io.privsep.definition.HelperDefinition;
import io.privsep.definition.JarClassPath;
import io.privsep.launch.InstalledPaths;

/**
 * One version of an application with all that its helpers need, in a directory of its
 * own, which never changes once it is in its place.
 */
final class Release {

	private static final int ID_LENGTH = 16;

	private static final String APPLICATION = "app";

	private final InstallPlan plan;

	private final InstalledPaths paths;

	private final Path staging;

	private final Path java;

	private final SystemTrial trial;

	private final List<Path> classPath;

	/** SHA-256 of the application's files, which take long to read, by their paths. */
	private final Map<String, String> digests = new HashMap<>();

	private String id = "";

	/**
	 * Begins a release with a copy of the application.
	 * @param plan what is to be installed, and where
	 * @param staging an empty directory of root's, to write it to
	 * @param java the program to run helpers with, resolved
	 * @param source the application
	 * @param trial what the programs of this system can do
	 * @throws IOException if it cannot be copied
	 */
	Release(InstallPlan plan, Path staging, Path java, ApplicationSource source, SystemTrial trial) throws IOException {
		this.trial = trial;
		this.plan = plan;
		this.paths = plan.paths();
		this.staging = staging;
		this.java = java;
		this.classPath = source.copyTo(staging.resolve(APPLICATION), this.paths.application());
		requireClosed();
	}

	// Code from elsewhere would not be checked with the rest.
	private void requireClosed() throws IOException {
		Path application = this.staging.resolve(APPLICATION);
		Set<Path> seen = new HashSet<>();
		Deque<Path> entries = new ArrayDeque<>(stagedClassPath());
		while (!entries.isEmpty()) {
			Path entry = entries.removeFirst();
			if (!seen.add(entry) || !Files.isRegularFile(entry)) {
				continue;
			}
			for (Path added : JarClassPath.of(entry)) {
				if (!added.normalize().startsWith(application)) {
					throw new InstallException(InstallException.APPLICATION,
							"The manifest or index of '" + application.relativize(entry) + "' adds '" + added
									+ "' to the class path, which is not a part of the application");
				}
				entries.addLast(added);
			}
		}
	}

	/**
	 * Writes the rest of the release, and so decides where its place is.
	 * @param definitions what the helpers are told
	 * @throws IOException if it cannot be written
	 */
	void write(Map<String, HelperDefinition> definitions) throws IOException {
		this.id = id(definitions);
		writeAs(definitions);
	}

	private void writeAs(Map<String, HelperDefinition> definitions) throws IOException {
		Files.createDirectories(this.staging.resolve("bin"));
		Files.createDirectories(this.staging.resolve("contexts"));
		for (HelperDefinition definition : definitions.values()) {
			String name = definition.context();
			Context context = Objects.requireNonNull(this.plan.contexts().get(name));
			writeContextFile(this.staging.resolve(contextFile(name)), definition);
			writeWrapper(this.staging, definition, context);
		}
		setPermissions();
	}

	private static String contextFile(String context) {
		return "contexts/" + context + ".properties";
	}

	private JavaCommand command(Context context) {
		return new JavaCommand(this.java,
				this.classPath.stream().map(directory().resolve(APPLICATION)::resolve).toList(), false,
				context.jvm().maxHeap().toBytes(), context.jvmOptions());
	}

	private void writeWrapper(Path place, HelperDefinition definition, Context context) throws IOException {
		Files.writeString(place.resolve("bin").resolve(definition.context()),
				WrapperText.of(this.paths.application(), definition,
						directory().resolve(contextFile(definition.context())), directory(), jars(place),
						command(context), context.tmpBytes(), this.plan.launcher() != LauncherType.SYSTEMD,
						this.trial.resetsSignals()));
	}

	// those that others name in their manifests as well
	private List<Path> jars(Path place) throws IOException {
		return files(place.resolve(APPLICATION)).stream()
			.filter((file) -> file.toString().endsWith(".jar"))
			.map((file) -> directory().resolve(place.relativize(file)))
			.toList();
	}

	/**
	 * Brings the release into its place, where it is not in use yet.
	 * @throws IOException if it cannot be moved
	 */
	void bringIntoPlace() throws IOException {
		Files.move(this.staging, directory());
	}

	// Settings may be secrets: at no time may others than root and the helper read them.
	private static void writeContextFile(Path file, HelperDefinition definition) throws IOException {
		Files.deleteIfExists(file);
		Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
		Files.writeString(file, definition.toText());
		SystemFiles.permissions(file, "rw-r-----", Objects.requireNonNull(definition.rights()).gid());
	}

	private void setPermissions() throws IOException {
		Path programs = this.staging.resolve("bin");
		Path contextFiles = this.staging.resolve("contexts");
		for (Path path : SystemFiles.all(this.staging)) {
			if (!contextFiles.equals(path.getParent())) {
				boolean isExecutable = programs.equals(path.getParent()) || Files.isDirectory(path);
				SystemFiles.permissions(path, isExecutable ? "rwxr-xr-x" : "rw-r--r--", 0);
			}
		}
	}

	private String id(Map<String, HelperDefinition> definitions) throws IOException {
		StringBuilder content = new StringBuilder(this.plan.launcher() + "\n" + this.plan.appUser() + "\n" + this.java
				+ "\n" + this.paths.base() + "\n" + this.trial + "\n");
		for (Path file : files(this.staging)) {
			String digest = InstalledFile.digest(file);
			this.digests.put(this.staging.relativize(file).toString(), digest);
			content.append(this.staging.relativize(file)).append(' ').append(digest).append('\n');
		}
		definitions.forEach((name, definition) -> content.append(definition.toText())
			.append(Objects.requireNonNull(this.plan.contexts().get(name)).jvm())
			.append('\n'));
		return InstalledFile.digest(content.toString()).substring(0, ID_LENGTH);
	}

	/**
	 * Finds another place for the same release, where a damaged one is in the way.
	 * @param definitions what the helpers are told
	 * @throws IOException if it cannot be written
	 */
	void useAnotherPlace(Map<String, HelperDefinition> definitions) throws IOException {
		int number = 1;
		while (Files.exists(directory())) {
			this.id = this.id.substring(0, ID_LENGTH) + "-" + number++;
		}
		// the paths in it are others now
		writeAs(definitions);
	}

	/**
	 * Whether a directory is the place of this release, or another one of it.
	 * @param directory the directory
	 * @return whether it is, by its name
	 */
	boolean isIn(Path directory) {
		return directory.getFileName().toString().split("-")[0].equals(this.id);
	}

	Path staging() {
		return this.staging;
	}

	/**
	 * Where the release will be.
	 * @return an absolute path
	 */
	Path directory() {
		return this.paths.base().resolve("releases").resolve(this.id);
	}

	/**
	 * The application's jar, by a path that stays the same; where the application is a
	 * class path, its directory.
	 * @return an absolute path
	 */
	Path application() {
		Path application = this.paths.current().resolve(APPLICATION);
		return (this.classPath.size() == 1) ? application.resolve(this.classPath.get(0)) : application;
	}

	/**
	 * The class path in the staging directory.
	 * @return absolute paths
	 */
	List<Path> stagedClassPath() {
		return this.classPath.stream().map(this.staging.resolve(APPLICATION)::resolve).toList();
	}

	Path java() {
		return this.java;
	}

	SystemTrial trial() {
		return this.trial;
	}

	/**
	 * All files of the release as they will be.
	 * @return the files
	 * @throws IOException if they cannot be read
	 */
	List<InstalledFile> installedFiles() throws IOException {
		Path place = Files.exists(this.staging) ? this.staging : directory();
		List<InstalledFile> installed = new ArrayList<>();
		for (Path path : SystemFiles.all(place)) {
			String relative = place.relativize(path).toString();
			installed.add(InstalledFile.look(path, directory().resolve(relative), this.digests.get(relative)));
		}
		return installed;
	}

	/**
	 * All files of the release as they would be, while the users of its contexts are
	 * missing, and with that the content of some files and the place of all.
	 * @return the files
	 * @throws IOException if the application's cannot be read
	 */
	List<Report.Line> plannedFiles() throws IOException {
		// its name depends on what is not known
		Path place = this.paths.base().resolve("releases/NEW");
		List<Report.Line> lines = new ArrayList<>();
		for (Path path : SystemFiles.all(this.staging)) {
			lines.add(new Report.Line(place.resolve(this.staging.relativize(path).toString()).toString(), "root:root",
					Files.isDirectory(path) ? "0755" : "0644"));
		}
		lines.add(new Report.Line(place.resolve("bin").toString(), "root:root", "0755"));
		lines.add(new Report.Line(place.resolve("contexts").toString(), "root:root", "0755"));
		lines.add(new Report.Line(place.resolve(InstallationRecord.FILE).toString(), "root:root", "0644"));
		this.plan.contexts().forEach((name, context) -> {
			lines.add(new Report.Line(place.resolve("bin").resolve(name).toString(), "root:root", "0755"));
			lines.add(new Report.Line(place.resolve("contexts").resolve(name + ".properties").toString(),
					"root:" + ((context.group() != null) ? context.group() : context.user()), "0640"));
		});
		return lines;
	}

	private static List<Path> files(Path directory) throws IOException {
		return SystemFiles.all(directory).stream().filter(Files::isRegularFile).toList();
	}

}
