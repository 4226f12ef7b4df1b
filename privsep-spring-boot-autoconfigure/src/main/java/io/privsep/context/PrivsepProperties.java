package io.privsep.context;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.Delimiter;
import org.springframework.util.unit.DataSize;

import io.privsep.command.TemporaryMount;

/**
 * What is configured under {@code privsep}. An unknown key fails startup: a typo can
 * never silently disable a restriction. In environment variables and system properties it
 * does below {@code privsep.contexts} and {@code privsep.drop-root} only.
 *
 * @param enabled whether functions run in helpers; where not, the beans are ordinary
 * beans
 * @param mode how functions run
 * @param failFast whether a helper that does not start fails the start of the application
 * @param dropRoot whom an application that was started as root becomes
 * @param audit files in which helpers audit their calls
 * @param web what clients over HTTP are answered
 * @param contexts contexts by their names
 */
@ConfigurationProperties(prefix = "privsep", ignoreUnknownFields = false)
public record PrivsepProperties(@DefaultValue("true") boolean enabled, @DefaultValue("process") Mode mode,
		@DefaultValue("true") boolean failFast, @DefaultValue DropRoot dropRoot, @DefaultValue Audit audit,
		@DefaultValue Web web, @DefaultValue Map<String, Context> contexts) {

	/** How functions run. */
	public enum Mode {

		/** In helpers with the rights of their contexts. */
		PROCESS,

		/** In helpers with the application's own rights. */
		UNPRIVILEGED,

		/** In the application's JVM, through the same wire. */
		IN_PROCESS

	}

	/** How a helper gets its rights. */
	public enum LauncherType {

		/** The first one that works on this machine. */
		AUTO,

		/** The application changes credentials itself. */
		DIRECT,

		/** Sudo runs the installed wrapper. */
		SUDO,

		/** Systemd runs the installed unit for each connection to its socket. */
		SYSTEMD,

		/** A command that is configured runs the installed wrapper. */
		COMMAND

	}

	/** Where the calls of a context are audited, by its helper. */
	public enum AuditType {

		/** Nowhere. */
		OFF,

		/** In a file of the helper's. */
		FILE,

		/** On the helper's standard error. */
		STDERR

	}

	/** What a sandboxed helper has of the network. */
	public enum NetworkType {

		/** Nothing, not even the host's loopback. */
		NONE,

		/** What the host has. */
		HOST

	}

	/**
	 * Whom an application that was started as root becomes once its helpers run.
	 *
	 * @param user user to become, a name or a number
	 * @param group group to become, a name or a number; the user's own if not set
	 */
	public record DropRoot(@Nullable String user, @Nullable String group) {
	}

	/**
	 * Files in which helpers audit their calls, of helpers that the application starts
	 * itself.
	 *
	 * @param directory where they are, each named after its context;
	 * /var/log/privsep/&lt;spring.application.name&gt; if not set
	 */
	public record Audit(@Nullable Path directory) {
	}

	/**
	 * What clients over HTTP are answered.
	 *
	 * @param problemDetails problems (RFC 9457) where calls of functions fail
	 */
	public record Web(@DefaultValue ProblemDetails problemDetails) {

		/**
		 * Problems where calls of functions fail.
		 *
		 * @param enabled whether controllers of Spring MVC and WebFlux answer so
		 */
		public record ProblemDetails(boolean enabled) {
		}

	}

	/**
	 * One context.
	 *
	 * @param user user that the helper runs as, a name or a number
	 * @param group group that the helper runs as, a name or a number; the user's own if
	 * not set
	 * @param groups supplementary groups of the helper, names or numbers
	 * @param capabilities Linux capabilities that the helper keeps; an empty list keeps
	 * none
	 * @param allowRoot whether the helper may run as uid 0
	 * @param allowSameUser whether the helper may run as the application's own user
	 * @param launcher how the helper gets its rights
	 * @param wrapper path of the installed wrapper, for launcher sudo; where the
	 * installation puts it if not set
	 * @param socket path of the installed socket, for launcher systemd; where the
	 * installation puts it if not set
	 * @param command the command that starts the installed wrapper, for launcher command;
	 * run without a shell
	 * @param packages packages, with their subpackages, that may contain functions of
	 * this context; any if not set
	 * @param audit where calls are audited, by the helper
	 * @param sandbox what the helper is confined to; {@code null} if no sandbox is
	 * enabled
	 * @param seccomp whether a seccomp filter denies the helper the system calls that it
	 * never needs, among them those that start programs; always so in a sandbox
	 * @param tmp size of a private directory for temporary files, in memory, of a helper
	 * without a sandbox; none if not set
	 * @param maxConcurrency how many calls run at once; the number of processors, at
	 * least 2, if not set
	 * @param callTimeout how long a call may take; zero for no limit
	 * @param queueTimeout how long a call waits for a slot or a helper
	 * @param startTimeout how long a helper may take to be ready
	 * @param stopTimeout how long calls in flight may take when the application ends
	 * @param cancelGrace how long a function may ignore its cancellation before its
	 * helper is replaced
	 * @param pingInterval how long a helper may be silent before it is pinged, and how
	 * long it has to reply before it is replaced; zero disables pings
	 * @param standby how many spare helpers wait, ready, to take the place of one that
	 * ends; none if not set, or one where helpers are recycled
	 * @param maxMessageSize most bytes of a call's arguments, and of its result
	 * @param maxElements most elements of a call's arguments, and of its result
	 * @param maxOpenFiles most files, jars and connections that a helper without a
	 * sandbox has open; 4096 if not set, or what the application has where the helper has
	 * its rights
	 * @param restart how a helper that died is replaced
	 * @param recycle how long a helper serves before another takes its place
	 * @param jvm JVM of the helper
	 * @param debug port on the loopback interface at which the helper takes a debugger;
	 * for development, and not where the helper is installed
	 * @param settings settings for the functions, bound to the record that they ask for
	 */
	public record Context(@Nullable String user, @Nullable String group, @DefaultValue List<String> groups,
			@Nullable List<String> capabilities, boolean allowRoot, boolean allowSameUser,
			@DefaultValue("auto") LauncherType launcher, @Nullable String wrapper, @Nullable String socket,
			@DefaultValue List<String> command, @DefaultValue List<String> packages,
			@DefaultValue("off") AuditType audit, @Nullable Sandbox sandbox, boolean seccomp, @Nullable DataSize tmp,
			@Nullable Integer maxConcurrency, @DefaultValue("30s") Duration callTimeout,
			@DefaultValue("5s") Duration queueTimeout, @DefaultValue("30s") Duration startTimeout,
			@DefaultValue("5s") Duration stopTimeout, @DefaultValue("2s") Duration cancelGrace,
			@DefaultValue("10s") Duration pingInterval, @Nullable Integer standby,
			@DefaultValue("4MB") DataSize maxMessageSize, @DefaultValue("250000") int maxElements,
			@Nullable Integer maxOpenFiles, @DefaultValue Restart restart, @DefaultValue Recycle recycle,
			@DefaultValue Jvm jvm, @Nullable Integer debug, @DefaultValue Map<String, Object> settings) {

		public Context {
			sandbox = (sandbox != null && Boolean.FALSE.equals(sandbox.enabled())) ? null : sandbox;
		}

		/**
		 * JDK 24 and later complain of native code, which loads the filter, without it.
		 */
		private static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";

		/**
		 * Options of the helper's JVM.
		 * @return those that are configured, and what else the helper needs
		 */
		public List<String> jvmOptions() {
			List<String> options = new ArrayList<>();
			if (this.seccomp || this.sandbox != null) {
				options.add(NATIVE_ACCESS);
			}
			if (this.tmp != null) {
				options.add(TemporaryMount.OPTION);
			}
			options.addAll(this.jvm.options());
			return options;
		}

		/**
		 * Size of the helper's directory for temporary files.
		 * @return the size in bytes; 0 for none
		 */
		public long tmpBytes() {
			return (this.tmp != null) ? this.tmp.toBytes() : 0;
		}

	}

	/**
	 * How a helper that died is replaced.
	 *
	 * @param initialBackoff wait before the first new start
	 * @param maxBackoff longest wait
	 * @param multiplier what each wait is multiplied by to give the next
	 */
	public record Restart(@DefaultValue("100ms") Duration initialBackoff, @DefaultValue("30s") Duration maxBackoff,
			@DefaultValue("2") double multiplier) {
	}

	/**
	 * How long a helper serves before another takes its place.
	 *
	 * @param calls how many calls a helper gets; any number if not set
	 * @param after how long a helper serves; as long as it lives if not set
	 */
	public record Recycle(@Nullable Integer calls, @Nullable Duration after) {
	}

	/**
	 * JVM of a helper.
	 *
	 * @param maxHeap most heap
	 * @param options further options; what is given as one text is one of them, as some
	 * have commas
	 */
	public record Jvm(@DefaultValue("64MB") DataSize maxHeap,
			@DefaultValue @Delimiter(Delimiter.NONE) List<String> options) {

		public Jvm {
			options = options.stream().filter((option) -> !option.isEmpty()).toList();
		}

	}

	/**
	 * What a helper is confined to. A sandboxed helper has fewer rights than the
	 * application, and needs no separate user.
	 *
	 * @param enabled whether the helper is confined; required where anything else of the
	 * sandbox is configured
	 * @param network what it has of the network
	 * @param read paths that it may read, beside its code
	 * @param write paths that it may write
	 * @param fonts whether it may read the fonts of the system, which a library needs
	 * that draws or measures text
	 * @param tmpSize most bytes of its temporary files, which are in memory
	 * @param exec whether it may start programs
	 * @param maxMemory most of its own memory, beside 64MB for the JVM itself: heap,
	 * direct buffers, stacks and native memory; that of jvm.max-heap and 64MB if not set
	 * @param maxOpenFiles most files, jars and connections that it has open
	 * @param maxFileSize most bytes of a file that it writes
	 */
	public record Sandbox(@Nullable Boolean enabled, @DefaultValue("none") NetworkType network,
			@DefaultValue List<String> read, @DefaultValue List<String> write, boolean fonts,
			@DefaultValue("16MB") DataSize tmpSize, boolean exec, @Nullable DataSize maxMemory,
			@DefaultValue("256") int maxOpenFiles, @DefaultValue("16MB") DataSize maxFileSize) {
	}

}
