package io.privsep.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.definition.Limits;
import io.privsep.definition.Limits.Limit;
import io.privsep.linux.Tools;

/**
 * A program of a {@linkplain Chain chain}, which becomes the next one when it has done
 * its work.
 */
public sealed interface Stage permits Stage.Shell, Stage.Environment, Stage.Session, Stage.Limiting, TemporaryMount,
		Stage.Credentials, Stage.NoCapabilities, Stage.Bubblewrap, Stage.Jvm {

	/**
	 * The program and its arguments, up to those of the next one.
	 * @return the program and its arguments
	 */
	List<String> command();

	/**
	 * Its name, as it is installed.
	 * @return the name of the program
	 */
	String program();

	/**
	 * The lines of a unit by which systemd does the same.
	 * @param user the helper's user, as systemd knows it
	 * @return the lines; empty for none
	 */
	default String unit(String user) {
		return "";
	}

	/**
	 * Whether systemd does the same, by lines of a unit or by itself.
	 * @return whether a unit needs no such program
	 */
	default boolean isOfUnit() {
		return false;
	}

	private static List<String> start(Stage stage, String... options) {
		List<String> command = new ArrayList<>();
		command.add(Tools.find(stage.program()).toString());
		command.addAll(List.of(options));
		return command;
	}

	/**
	 * Sets what none of the other programs sets: umask, timer slack, and signals that are
	 * ignored. That is inherited by all that follow, the JVM among them
	 * (JVM_RegisterSignal in HotSpot): 'systemctl stop' and Ctrl-C signal the helper as
	 * well as the application, which still needs it. It ends with its connection.
	 */
	record Shell() implements Stage {

		@Override
		public String program() {
			return "sh";
		}

		@Override
		public List<String> command() {
			return List.of("/bin/sh", "-c",
					"trap '' HUP INT TERM; umask 077;"
							+ " slack=/proc/self/timerslack_ns; [ ! -w $slack ] || echo 50000 > $slack; exec \"$@\"",
					"sh");
		}

	}

	/**
	 * Gives an environment with nothing of the caller's.
	 *
	 * @param isSandboxed whether the C library reserves addresses for two arenas, and not
	 * for one of each thread (mallopt(3))
	 * @param resetsSignals whether it has all signals not ignored that a {@link Shell}
	 * does not have ignored either
	 */
	record Environment(boolean isSandboxed, boolean resetsSignals) implements Stage {

		@Override
		public String program() {
			return "env";
		}

		@Override
		public List<String> command() {
			List<String> command = start(this, "-i");
			if (this.resetsSignals) {
				command.addAll(List.of("--default-signal", "--ignore-signal=HUP,INT,TERM"));
			}
			command.addAll(List.of("LANG=C.UTF-8", "PATH=" + Tools.PATH, "HOME=/"));
			if (this.isSandboxed) {
				command.add("MALLOC_ARENA_MAX=2");
			}
			return command;
		}

	}

	/** Makes the helper the leader of a new session. */
	record Session() implements Stage {

		@Override
		public String program() {
			return "setsid";
		}

		@Override
		public List<String> command() {
			return start(this);
		}

		@Override
		public boolean isOfUnit() {
			return true;
		}

	}

	/**
	 * Sets limits.
	 *
	 * @param limits the limits
	 */
	record Limiting(Limits limits) implements Stage {

		@Override
		public String program() {
			return "prlimit";
		}

		@Override
		public List<String> command() {
			List<String> command = start(this);
			for (Limit limit : this.limits.all()) {
				String value = (limit.value() == Limits.UNLIMITED) ? limit.text("unlimited")
						: limit.value() + ":" + limit.value();
				command.add("--" + limit.resource().option() + "=" + value);
			}
			command.add("--");
			return command;
		}

		@Override
		public boolean isOfUnit() {
			return true;
		}

		@Override
		public String unit(String user) {
			return this.limits.all()
				.stream()
				.map((limit) -> "Limit" + limit.resource().option().toUpperCase(Locale.ROOT) + "="
						+ limit.text("infinity") + "\n")
				.collect(Collectors.joining());
		}

	}

	/**
	 * Gives the helper its rights, and takes all others for good.
	 *
	 * @param rights the rights
	 */
	record Credentials(Rights rights) implements Stage {

		/** What capsh(1) calls them: no way back to rights by being uid 0. */
		private static final List<String> SECUREBITS = List.of("noroot", "noroot_locked", "no_setuid_fixup",
				"no_setuid_fixup_locked", "keep_caps_locked");

		@Override
		public String program() {
			return "setpriv";
		}

		@Override
		public List<String> command() {
			List<String> command = start(this, "--reuid=" + Integer.toUnsignedString(this.rights.uid()),
					"--regid=" + Integer.toUnsignedString(this.rights.gid()),
					this.rights.groups().isEmpty() ? "--clear-groups" : "--groups=" + groups(","));
			StringBuilder capabilities = new StringBuilder("-all");
			this.rights.capabilities().names().forEach((name) -> capabilities.append(",+").append(name));
			command.addAll(List.of("--inh-caps=" + capabilities, "--ambient-caps=" + capabilities,
					"--bounding-set=" + capabilities, "--no-new-privs",
					"--securebits=+" + String.join(",+", SECUREBITS), "--"));
			return command;
		}

		private String groups(String separator) {
			return this.rights.groups().stream().map(Integer::toUnsignedString).collect(Collectors.joining(separator));
		}

		@Override
		public boolean isOfUnit() {
			return true;
		}

		@Override
		public String unit(String user) {
			String capabilities = this.rights.capabilities()
				.names()
				.stream()
				.map((name) -> "CAP_" + name.toUpperCase(Locale.ROOT))
				.collect(Collectors.joining(" "));
			return """
					User=%s
					Group=%s
					SupplementaryGroups=%s
					AmbientCapabilities=%4$s
					CapabilityBoundingSet=%4$s
					SecureBits=%5$s
					NoNewPrivileges=yes
					""".formatted(user, Integer.toUnsignedString(this.rights.gid()), groups(" "), capabilities,
					String.join(" ", SECUREBITS).replace('_', '-'));
		}

	}

	/**
	 * Takes an ordinary user's capabilities, if it has some: with these bubblewrap takes
	 * itself for one that was installed with capabilities, and refuses.
	 */
	record NoCapabilities() implements Stage {

		@Override
		public String program() {
			return "setpriv";
		}

		@Override
		public List<String> command() {
			return start(this, "--inh-caps=-all", "--ambient-caps=-all", "--no-new-privs", "--");
		}

	}

	/**
	 * Confines what follows to namespaces.
	 *
	 * @param arguments the arguments, but for the last one
	 */
	record Bubblewrap(List<String> arguments) implements Stage {

		@Override
		public String program() {
			return "bwrap";
		}

		@Override
		public List<String> command() {
			List<String> command = start(this);
			command.addAll(this.arguments);
			command.add("--");
			return command;
		}

	}

	/**
	 * Runs the helper. Nothing follows.
	 *
	 * @param java the JVM
	 * @param definition where the helper finds its definition: the path of a context
	 * file, or {@code -}
	 */
	record Jvm(JavaCommand java, String definition) implements Stage {

		@Override
		public String program() {
			return "java";
		}

		@Override
		public List<String> command() {
			return this.java.command(this.definition);
		}

	}

}
