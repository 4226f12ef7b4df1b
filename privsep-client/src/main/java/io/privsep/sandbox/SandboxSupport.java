package io.privsep.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.privsep.command.ApplicationCommands;
import io.privsep.command.Chain;
import io.privsep.command.Stage;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.linux.MissingToolException;
import io.privsep.linux.Tools;
import io.privsep.rights.ThreadRights;

/**
 * Tells before a helper is started whether this system gives it a sandbox, and if not,
 * why.
 */
public final class SandboxSupport {

	/** The first that takes the size of a tmpfs (its release notes). */
	private static final int LEAST_MINOR = 7;

	private static final Pattern VERSION = Pattern.compile("bubblewrap (\\d+)\\.(\\d+).*", Pattern.DOTALL);

	private static final long SECONDS = 30;

	/** What there was. What kept another from it may be over the next time. */
	private static final Set<Attempt> SUPPORTED = new HashSet<>();

	private SandboxSupport() {
	}

	/**
	 * Tries an empty sandbox, until there was one for the user.
	 * @param rights whom it would be for
	 * @param exec whether programs may be started in it
	 * @throws UnavailableSandboxException if there is none
	 * @throws MissingToolException if bubblewrap or another program is missing
	 */
	public static void check(Rights rights, boolean exec) {
		Tools.require("bwrap", "setsid", "prlimit", "setpriv");
		String answer = answer(new Attempt(rights.uid(), exec), () -> attempt(rights, exec));
		if (!answer.isEmpty()) {
			throw new UnavailableSandboxException("Cannot create a sandbox for user "
					+ Integer.toUnsignedString(rights.uid()) + ": " + answer.replaceFirst("^bwrap: ", ""),
					SandboxObstacle.find(answer).action());
		}
	}

	/**
	 * Tries to bring code to where another user can reach it, until it was possible.
	 * @throws UnavailableSandboxException if that is not possible
	 */
	public static void checkStage() {
		String answer = answer(Attempt.STAGE,
				() -> attempt(List.of(new Stage.Bubblewrap(SandboxCommand.emptyStage()))));
		if (!answer.isEmpty()) {
			throw new UnavailableSandboxException(
					"The sandboxed helper's user cannot reach the code, which lies in directories that only others can"
							+ " enter, and root cannot bring it to where it could: "
							+ answer.replaceFirst("^bwrap: ", ""),
					"Run the application, and its JVM, from directories that everyone may enter and read, or give the"
							+ " container CAP_SYS_ADMIN ('--cap-add SYS_ADMIN'). This copies the application, as root: "
							+ ApplicationCommands.ofThisProcess().copy("/opt/app") + ".");
		}
	}

	private static String answer(Attempt attempt, Supplier<String> made) {
		synchronized (SUPPORTED) {
			String answer = SUPPORTED.contains(attempt) ? "" : made.get();
			if (answer.isEmpty()) {
				SUPPORTED.add(attempt);
			}
			return answer;
		}
	}

	private static String attempt(Rights rights, boolean exec) {
		String version = run(List.of(Tools.find("bwrap").toString(), "--version"));
		Matcher matcher = VERSION.matcher(version);
		if (matcher.matches() && matcher.group(1).equals("0") && Integer.parseInt(matcher.group(2)) < LEAST_MINOR) {
			return "bubblewrap " + matcher.group(1) + "." + matcher.group(2) + " is too old, it takes 0." + LEAST_MINOR;
		}
		List<Stage> stages = new ArrayList<>();
		try {
			stages.add((ThreadRights.ofThisProcess().uids().get(1) != rights.uid()) ? new Stage.Credentials(rights)
					: new Stage.NoCapabilities());
		}
		catch (IOException ex) {
			return String.valueOf(ex.getMessage());
		}
		if (exec) {
			stages.add(SandboxCommand.around());
		}
		stages.add(new Stage.Bubblewrap(List.of("--unshare-user", "--unshare-pid", "--as-pid-1", "--unshare-ipc",
				"--unshare-uts", "--unshare-cgroup", "--unshare-net", "--cap-drop", "ALL", "--ro-bind", "/", "/",
				"--proc", "/proc")));
		return attempt(stages);
	}

	private static String attempt(List<Stage> stages) {
		List<String> command = new ArrayList<>(new Chain(stages).command());
		command.addAll(List.of(Tools.find("env").toString(), "echo", "sandboxed"));
		String output = run(command);
		return output.equals("sandboxed\n") ? "" : output.isEmpty() ? "bwrap exited without output" : output.strip();
	}

	private static String run(List<String> command) {
		try {
			ProcessBuilder builder = new ProcessBuilder(command).directory(Path.of("/").toFile())
				.redirectErrorStream(true)
				.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
			builder.environment().clear();
			Process process = builder.start();
			// what it says fits into the pipe
			if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
				process.destroyForcibly();
				return "it does not end within " + SECONDS + " s";
			}
			return new String(process.getInputStream().readNBytes(4096), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			return String.valueOf(ex.getMessage());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return "interrupted";
		}
	}

	/**
	 * What was tried.
	 *
	 * @param uid whom a sandbox was for
	 * @param exec whether programs may be started in it
	 */
	private record Attempt(int uid, boolean exec) {

		/** To bring code to a user, which root does, who has no sandboxes. */
		static final Attempt STAGE = new Attempt(0, false);

	}

}
