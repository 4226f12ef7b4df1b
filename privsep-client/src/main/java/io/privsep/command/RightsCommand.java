package io.privsep.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.definition.Limits;
import io.privsep.definition.Limits.Limit;
import io.privsep.definition.Sandbox;
import io.privsep.linux.MissingToolException;
import io.privsep.linux.Tools;

/**
 * The words in front of a helper's JVM, which give it its environment, limits and rights.
 * Capabilities are each thread's own, and a JVM has a dozen threads before its main
 * method: they are set before there is a JVM.
 */
public final class RightsCommand {

	/** What capsh(1) and setpriv(1) call it: no way back to rights by being uid 0. */
	private static final String SECUREBITS = "+noroot,+noroot_locked,+no_setuid_fixup,+no_setuid_fixup_locked,+keep_caps_locked";

	/** Where programs are looked for: the application's own path has no say in it. */
	public static final String PATH = Tools.PATH;

	private RightsCommand() {
	}

	/**
	 * The words that give a program an environment with nothing of its caller's.
	 * @return the words
	 */
	public static List<String> environment() {
		return List.of(Tools.find("env").toString(), "-i", "LANG=C.UTF-8", "PATH=" + Tools.PATH, "HOME=/");
	}

	/**
	 * The words that give a sandboxed helper its environment. Its C library reserves
	 * addresses for two arenas then, and not for one of each thread (mallopt(3)).
	 * @return the words
	 */
	public static List<String> sandboxEnvironment() {
		List<String> words = new ArrayList<>(environment());
		words.add("MALLOC_ARENA_MAX=2");
		return words;
	}

	/**
	 * The words that start a helper as the leader of a session of its own.
	 * @return the words
	 */
	public static List<String> session() {
		return List.of(Tools.find("setsid").toString());
	}

	/**
	 * The words that give a helper its limits.
	 * @param limits the limits
	 * @return the words
	 */
	public static List<String> limits(Limits limits) {
		List<String> words = new ArrayList<>();
		words.add(Tools.find("prlimit").toString());
		for (Limit limit : limits.all()) {
			String value = (limit.value() == Limits.UNLIMITED) ? limit.text("unlimited")
					: limit.value() + ":" + limit.value();
			words.add("--" + limit.resource().option() + "=" + value);
		}
		words.add("--");
		return words;
	}

	/**
	 * The words that give a helper its rights, and take all others for good.
	 * @param rights the rights
	 * @return the words
	 */
	public static List<String> rights(Rights rights) {
		List<String> words = new ArrayList<>();
		words.add(Tools.find("setpriv").toString());
		words.add("--reuid=" + Integer.toUnsignedString(rights.uid()));
		words.add("--regid=" + Integer.toUnsignedString(rights.gid()));
		words.add(rights.groups().isEmpty() ? "--clear-groups"
				: "--groups=" + String.join(",", rights.groups().stream().map(Integer::toUnsignedString).toList()));
		StringBuilder capabilities = new StringBuilder("-all");
		rights.capabilities().names().forEach((name) -> capabilities.append(",+").append(name));
		words.add("--inh-caps=" + capabilities);
		words.add("--ambient-caps=" + capabilities);
		words.add("--bounding-set=" + capabilities);
		words.add("--no-new-privs");
		words.add("--securebits=" + SECUREBITS);
		words.add("--");
		return words;
	}

	/**
	 * The words that take an ordinary user's capabilities, if it has some: with these
	 * bubblewrap takes itself for one that was installed with capabilities, and refuses.
	 * @return the words
	 */
	public static List<String> noCapabilities() {
		return List.of(Tools.find("setpriv").toString(), "--inh-caps=-all", "--ambient-caps=-all", "--no-new-privs",
				"--");
	}

	// None of the other programs sets these. What is ignored here stays ignored, also by
	// the
	// JVM (JVM_RegisterSignal in HotSpot): 'systemctl stop' and Ctrl-C signal the helper
	// as
	// well as the application, which still needs it. It ends with its connection.
	private static List<String> shell() {
		return new ArrayList<>(List.of("/bin/sh", "-c",
				"trap '' HUP INT TERM; umask 077;"
						+ " slack=/proc/self/timerslack_ns; [ ! -w $slack ] || echo 50000 > $slack; exec \"$@\"",
				"sh"));
	}

	/**
	 * All words for a sandboxed child of the application, up to bubblewrap's.
	 * @param rights the rights; {@code null} for the application's own, without
	 * capabilities
	 * @param sandbox what the helper is confined to
	 * @param stage what is done while there are still all rights
	 * @return the words
	 */
	public static List<String> ofSandbox(@Nullable Rights rights, Sandbox sandbox, List<String> stage) {
		Tools.require("env", "setsid", "prlimit", "setpriv", "bwrap");
		List<String> words = shell();
		words.addAll(sandboxEnvironment());
		words.addAll(session());
		words.addAll(limits(Limits.of(rights, sandbox)));
		words.addAll(stage);
		words.addAll((rights != null) ? rights(rights) : noCapabilities());
		return words;
	}

	/**
	 * All words for a child of the application.
	 * @param rights the rights; {@code null} for the application's own
	 * @return the words
	 */
	public static List<String> ofChild(@Nullable Rights rights) {
		List<String> words = shell();
		if (rights == null) {
			words.addAll(environment());
			if (Tools.exists("setsid")) {
				words.addAll(session());
			}
			if (Tools.exists("prlimit")) {
				words.addAll(limits(Limits.of(null, null)));
			}
			return words;
		}
		Tools.require("env", "setsid", "prlimit", "setpriv");
		words.addAll(environment());
		words.addAll(session());
		words.addAll(limits(Limits.of(rights, null)));
		words.addAll(rights(rights));
		return words;
	}

	/**
	 * A program of the system, by its absolute path.
	 * @param name name of the program
	 * @return its path
	 * @throws MissingToolException if it is not on this system
	 */
	public static Path program(String name) {
		return Tools.find(name);
	}

}
