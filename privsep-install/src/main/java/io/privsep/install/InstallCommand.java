package io.privsep.install;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.springframework.boot.diagnostics.FailureAnalysis;

import io.privsep.command.ApplicationCommands;
import io.privsep.install.Options.Command;
import io.privsep.install.application.InstallableApplication;
import io.privsep.launch.InstalledPaths;
import io.privsep.rights.ThreadRights;
import io.privsep.trust.CodeTrust;
import io.privsep.wire.LogLine;

/**
 * The commands that root gives to install, verify, list and uninstall.
 */
public final class InstallCommand {

	private static final Pattern PREFIX = Pattern.compile("/[\\w./+-]*");

	private final PrintStream out;

	private final PrintStream err;

	/**
	 * Makes the command.
	 * @param out for what was done or found
	 * @param err for what went wrong
	 */
	public InstallCommand(PrintStream out, PrintStream err) {
		this.out = out;
		this.err = err;
	}

	/**
	 * Runs a command, where the application is a class path.
	 * @param args the command and its options
	 */
	public static void main(String[] args) {
		System.exit(new InstallCommand(System.out, System.err).run(List.of(args)));
	}

	/**
	 * Runs a command.
	 * @param arguments the command and its options
	 * @return the exit code
	 */
	public int run(List<String> arguments) {
		if (arguments.isEmpty() || arguments.contains("--help") || arguments.contains("help")) {
			this.out.print(Options.HELP.replace("@command@", ApplicationCommands.ofThisProcess().command()));
			return arguments.isEmpty() ? InstallException.USAGE : 0;
		}
		try {
			return run(Options.parse(arguments));
		}
		catch (Options.UsageException ex) {
			complain(ex.getMessage() + "; '--help' tells more");
			return InstallException.USAGE;
		}
		catch (InstallException ex) {
			complain(describe(ex));
			return ex.exitCode();
		}
		catch (IOException ex) {
			complain(describe(ex));
			return InstallException.CANNOT_CREATE;
		}
		catch (RuntimeException | Error ex) {
			return explain(ex);
		}
	}

	static String describe(Exception failure) {
		return oneLine(failure) + notTakenBack(failure);
	}

	private static String notTakenBack(Throwable failure) {
		StringBuilder text = new StringBuilder();
		for (Throwable left : failure.getSuppressed()) {
			text.append("\nThis could not be taken back: ").append(oneLine(left));
		}
		return text.toString();
	}

	private static String oneLine(Throwable failure) {
		return (failure instanceof InstallException) ? String.valueOf(failure.getMessage()) : failure.toString();
	}

	int explain(Throwable failure) {
		Optional<FailureAnalysis> analysis = InstallableApplication.analyze(failure);
		if (analysis.isEmpty()) {
			StringWriter stackTrace = new StringWriter();
			failure.printStackTrace(new PrintWriter(stackTrace));
			complain(stackTrace.toString());
			return InstallException.SOFTWARE;
		}
		complain(analysis.get().getDescription() + "\n\n" + analysis.get().getAction() + notTakenBack(failure));
		return InstallException.APPLICATION;
	}

	// The names of files in it may be of anyone's choice, and root's terminal shows them.
	private void complain(String message) {
		this.err.println("privsep: " + message.lines().map(LogLine::printable).collect(Collectors.joining("\n")));
	}

	private int run(Options options) throws IOException {
		if (options.command() == Command.LIST) {
			List<InstallationRecord> records = Installations.all(options.prefix())
				.stream()
				.filter((record) -> options.application() == null || options.application().equals(record.application()))
				.toList();
			this.out.print(options.json() ? InstallationRecord.toJson(records) : Installations.toText(records));
			return 0;
		}
		if (ThreadRights.ofThisProcess().uids().get(1) != 0) {
			throw new InstallException(InstallException.NOT_ROOT,
					"'" + name(options.command()) + "' has to be run by root");
		}
		// what the application prints is not the answer
		System.setOut(this.err);
		System.setProperty("spring.main.banner-mode", "off");
		InstallationLogging.use();
		return switch (options.command()) {
			case INSTALL -> install(options);
			case VERIFY -> verify(options);
			default -> uninstall(options);
		};
	}

	private int install(Options options) throws IOException {
		requireOwnDirectory();
		ApplicationSource source = ApplicationSource.ofThisProcess(options.mainClass());
		Class<?> mainClass = source.mainClass();
		InstalledPaths paths = paths(options, mainClass);
		Options all = withInstalled(options, paths);
		InstallableApplication application = InstallableApplication.load(mainClass, all.applicationArguments());
		if (options.dryRun()) {
			print(new Installer(new InstallPlan(all, application, paths), source).dryRun(), options);
			return 0;
		}
		print(alone(() -> {
			if (!withInstalled(options, paths).equals(all)) {
				throw new InstallException(InstallException.CANNOT_CREATE, "Another 'install' or 'uninstall' of '"
						+ paths.application()
						+ "' has ended meanwhile, and options that are not named would now have other values; run this again");
			}
			return new Installer(new InstallPlan(all, application, paths), source).install();
		}), options);
		return 0;
	}

	private <T> T alone(Installations.Action<T> action) throws IOException {
		return Installations.alone(Installations.LOCK, this::complain, action);
	}

	private static Options withInstalled(Options options, InstalledPaths paths) throws IOException {
		return options.withInstalled(Installations.read(paths.current()).orElse(null),
				Installations.arguments(paths.current()));
	}

	private int verify(Options options) throws IOException {
		InstalledPaths paths = installedPaths(options);
		Verifier verifier = new Verifier(paths);
		List<String> problems = verifier.problems();
		print(Report
			.of("verify", paths.application(),
					"Application '" + paths.application()
							+ (problems.isEmpty() ? "' is as it was installed" : "' is not as it was installed"))
			.withProblems(problems, verifier.notes()), options);
		return problems.isEmpty() ? 0 : InstallException.WRONG;
	}

	private int uninstall(Options options) throws IOException {
		Report report = alone(() -> new Uninstaller(installedPaths(options)).run(options.dryRun()));
		print(report, options);
		return report.problems().isEmpty() ? 0 : InstallException.CANNOT_CREATE;
	}

	private static InstalledPaths installedPaths(Options options) throws IOException {
		if (options.application() == null) {
			requireOwnDirectory();
		}
		InstalledPaths paths = (options.application() != null) ? paths(options.prefix(), options.application())
				: paths(options, ApplicationSource.ofThisProcess(options.mainClass()).mainClass());
		if (!Files.exists(paths.base())) {
			throw new InstallException(InstallException.USAGE,
					"Application '" + paths.application() + "' is not installed: there is no '" + paths.base() + "'");
		}
		return paths;
	}

	// Spring Boot, and the code of the application, read files there.
	private static void requireOwnDirectory() throws IOException {
		List<String> problems = new CodeTrust().file(Path.of("").toAbsolutePath()).problems();
		if (!problems.isEmpty()) {
			throw new InstallException(InstallException.APPLICATION,
					"The application's configuration is also read from the working directory, where others than root could"
							+ " write it; change to another, such as '/': " + String.join("; ", problems));
		}
	}

	private static InstalledPaths paths(Options options, Class<?> mainClass) throws IOException {
		String name = InstallableApplication.name(mainClass, options.applicationArguments())
			.orElseThrow(() -> new InstallException(InstallException.APPLICATION,
					"The application has no name; set 'spring.application.name'"));
		return paths(options.prefix(), name);
	}

	private static InstalledPaths paths(Path prefix, String application) throws IOException {
		if (!PREFIX.matcher(prefix.toString()).matches()) {
			throw new InstallException(InstallException.USAGE, "'--prefix' is '" + prefix
					+ "'; it becomes a part of files for sudo and systemd, and may have letters, digits and any of '_./+-'");
		}
		if (!application.matches(InstalledPaths.NAME)) {
			throw new InstallException(InstallException.APPLICATION, "The name of the application, '" + application
					+ "', cannot be that of a file everywhere; let 'spring.application.name' have lower-case letters, digits"
					+ " and hyphens");
		}
		InstalledPaths paths = new InstalledPaths(real(prefix), application);
		for (Path path : List.of(paths.base(), paths.sudoers(), paths.unit("", ""))) {
			Path directory = Objects.requireNonNull(path.getParent());
			if (!real(directory).equals(directory)) {
				throw new InstallException(InstallException.USAGE, "'" + directory + "' leads to '" + real(directory)
						+ "' by a link; name the place itself with '--prefix'");
			}
		}
		return paths;
	}

	// Also of what does not exist yet: links above it are resolved.
	private static Path real(Path path) throws IOException {
		Path parent = path.getParent();
		return (Files.exists(path) || parent == null) ? path.toRealPath() : real(parent).resolve(path.getFileName());
	}

	private void print(Report report, Options options) {
		this.out.print(options.json() ? InstallationRecord.toJson(report) : report.toText());
		this.out.flush();
	}

	private static String name(Command command) {
		return command.name().toLowerCase(Locale.ROOT);
	}

}
