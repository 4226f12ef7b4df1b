package io.privsep.install;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import io.privsep.context.PrivsepProperties.LauncherType;

/**
 * What was asked for on the command line.
 *
 * @param command what to do
 * @param appUser the application's user; {@code null} if it is not named
 * @param launcher how helpers are started; {@code null} if it is not named
 * @param prefix what all is installed below
 * @param contexts the contexts to install, {@link #ALL} for all; not named if empty
 * @param java the program to run helpers with; this one if {@code null}
 * @param dryRun whether only to say what would be done
 * @param json whether to say it in JSON
 * @param mainClass the application's main class; that of the jar if {@code null}
 * @param application name of the application; its own if {@code null}
 * @param arguments arguments for the application; {@code null} if there was no {@code --}
 */
record Options(Command command, @Nullable String appUser, @Nullable LauncherType launcher, Path prefix,
		List<String> contexts, @Nullable Path java, boolean dryRun, boolean json, @Nullable String mainClass,
		@Nullable String application, @Nullable List<String> arguments) {

	/** All contexts, which need not be named in a first installation. */
	static final String ALL = "*";

	static final String HELP = """
			Usage: @command@ <command> [options] [-- arguments of the application]

			  install      installs the helpers of the application, or replaces what is installed
			  verify       says what is wrong with an installation
			  list         lists what is installed
			  uninstall    takes back what was installed

			  --app-user <user>        user that the application runs as (install)
			  --launcher <launcher>    sudo (default), systemd, or command: the wrappers alone
			  --prefix <directory>     install below this directory instead of the system's
			  --context <name>         install this context only; may be repeated; '*' for all
			  --java <program>         java to run the helpers with; default the one that runs this
			  --dry-run                print what would be done, and write nothing
			  --json                   print every file, user and mode, in JSON
			  --application <name>     of this application (verify, list, uninstall); default
			                           'spring.application.name', and all for list
			  --main-class <class>     main class, where the application is not an executable jar

			What is not named is as it was installed: an upgrade takes 'install' alone.

			Exit codes: 0 done; 64 wrong usage; 65 the application cannot be installed as it is
			configured; 69 a program that is needed is missing; 70 unexpected failure; 73 'install'
			could not make a file, user or socket, and the old installation is as it was, or
			'uninstall' could not remove one; 77 not root; 78 'verify' has found something wrong, or someone other
			than root could have changed what is installed, so that nothing in it is believed.
			""";

	/** What to do. */
	enum Command {

		INSTALL, VERIFY, LIST, UNINSTALL

	}

	/**
	 * Reads a command line.
	 * @param args the arguments
	 * @return the options
	 * @throws UsageException if they are not understood
	 */
	static Options parse(List<String> args) {
		if (args.isEmpty()) {
			throw new UsageException("A command is missing");
		}
		Command command = enumValue(Command.class, "command", args.get(0));
		Parser parser = new Parser(args.subList(1, args.size()));
		Options options = parser.parse(command);
		return options;
	}

	/**
	 * What is not named is as it was installed.
	 * @param record the installation; {@code null} if there is none
	 * @param before the arguments that it was made with
	 * @return the options
	 * @throws UsageException if the application's user is not known
	 */
	Options withInstalled(@Nullable InstallationRecord record, List<String> before) {
		String user = (this.appUser != null || record == null) ? this.appUser : record.appUser();
		if (user == null) {
			throw new UsageException("'--app-user' is missing: the user that the application runs as");
		}
		LauncherType how = this.launcher;
		if (how == null) {
			how = (record != null) ? enumValue(LauncherType.class, "launcher", record.launcher()) : LauncherType.SUDO;
		}
		List<String> chosen = (this.contexts.isEmpty() && record != null) ? record.chosen() : this.contexts;
		Path program = this.java;
		if (program == null && record != null && record.chosenJava() != null) {
			program = Path.of(record.chosenJava());
		}
		return new Options(this.command, user, how, this.prefix, chosen.contains(ALL) ? List.of() : chosen, program,
				this.dryRun, this.json, this.mainClass, this.application,
				(this.arguments != null) ? this.arguments : before);
	}

	/**
	 * The arguments for the application.
	 * @return those that are named
	 */
	List<String> applicationArguments() {
		return (this.arguments != null) ? this.arguments : List.of();
	}

	private static <E extends Enum<E>> E enumValue(Class<E> type, String what, String text) {
		for (E value : type.getEnumConstants()) {
			if (value.name().toLowerCase(Locale.ROOT).equals(text)) {
				return value;
			}
		}
		throw new UsageException("There is no " + what + " '" + text + "'");
	}

	/**
	 * The command line is not understood.
	 */
	static final class UsageException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		UsageException(String message) {
			super(message);
		}

	}

	private static final class Parser {

		private final List<String> args;

		private int next;

		private @Nullable String appUser;

		private @Nullable LauncherType launcher;

		private Path prefix = Path.of("/");

		private final List<String> contexts = new ArrayList<>();

		private @Nullable Path java;

		private boolean dryRun;

		private boolean json;

		private @Nullable String mainClass;

		private @Nullable String application;

		private @Nullable List<String> arguments;

		Parser(List<String> args) {
			this.args = args;
		}

		Options parse(Command command) {
			while (this.next < this.args.size()) {
				option(this.args.get(this.next++));
			}
			return new Options(command, this.appUser, this.launcher, this.prefix, List.copyOf(this.contexts), this.java,
					this.dryRun, this.json, this.mainClass, this.application, this.arguments);
		}

		private void option(String option) {
			switch (option) {
				case "--app-user" -> {
					this.appUser = value(option);
				}
				case "--launcher" -> {
					this.launcher = launcher(value(option));
				}
				case "--prefix" -> {
					this.prefix = absolute(option);
				}
				case "--context" -> this.contexts.add(value(option));
				case "--java" -> {
					this.java = absolute(option);
				}
				case "--dry-run" -> {
					this.dryRun = true;
				}
				case "--json" -> {
					this.json = true;
				}
				case "--format" -> {
					this.json = enumValue(Format.class, "format", value(option)) == Format.JSON;
				}
				case "--main-class" -> {
					this.mainClass = value(option);
				}
				case "--application" -> {
					this.application = value(option);
				}
				case "--" -> {
					this.arguments = List.copyOf(this.args.subList(this.next, this.args.size()));
					this.next = this.args.size();
				}
				default -> throw new UsageException("There is no option '" + option + "'");
			}
		}

		private String value(String option) {
			if (this.next == this.args.size() || this.args.get(this.next).startsWith("--")) {
				throw new UsageException("'" + option + "' needs a value");
			}
			return this.args.get(this.next++);
		}

		private Path absolute(String option) {
			Path path = Path.of(value(option)).normalize();
			if (!path.isAbsolute()) {
				throw new UsageException("'" + option + "' needs an absolute path, not '" + path + "'");
			}
			return path;
		}

		private static LauncherType launcher(String text) {
			LauncherType launcher = enumValue(LauncherType.class, "launcher", text);
			if (launcher == LauncherType.AUTO || launcher == LauncherType.DIRECT) {
				throw new UsageException("Launcher '" + text + "' needs no installation; use sudo, systemd or command");
			}
			return launcher;
		}

	}

	private enum Format {

		TEXT, JSON

	}

}
