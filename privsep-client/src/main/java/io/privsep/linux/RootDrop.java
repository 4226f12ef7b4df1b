package io.privsep.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.privsep.rights.ThreadRights;

/**
 * Makes an application that was started as root an unprivileged user, for good and in all
 * its threads.
 */
public final class RootDrop {

	private static final Logger logger = LoggerFactory.getLogger(RootDrop.class);

	private static final int EXIT = 70;

	/** How long threads that are ending may take for it. */
	private static final Duration TO_END = Duration.ofSeconds(10);

	private static final Duration POLL = Duration.ofMillis(5);

	/** Field tty_nr of proc_pid_stat(5), counted from the one after the name. */
	private static final int TERMINAL_FIELD = 4;

	/** Whom this process has become; empty for nobody. It cannot be taken back. */
	private static volatile List<Integer> dropped = List.of();

	private final int uid;

	private final int gid;

	/**
	 * Makes a drop, which is not done yet.
	 * @param uid the user to become
	 * @param gid the group to become
	 */
	public RootDrop(int uid, int gid) {
		this.uid = uid;
		this.gid = gid;
	}

	/**
	 * Drops root. Where it did not take effect the application must not go on: the
	 * process ends here.
	 * @param last what is done as root at the very last, once nothing is in the way of
	 * the drop
	 * @throws IOException if the system refuses, or if there are capabilities that would
	 * be kept; nothing that needs root may run then
	 */
	public void run(Runnable last) throws IOException {
		requireNothingInheritable();
		warnOfTerminal();
		last.run();
		// groups first: without root they could not be given up any more
		Credentials.clearGroups();
		Credentials.setGid(this.gid);
		Credentials.setUid(this.uid);
		if (Credentials.regainsRoot()) {
			logger.error("Root could be regained after it was dropped; ending");
			Runtime.getRuntime().halt(EXIT);
		}
		Map<String, ThreadRights> kept = awaitNoneThatHasKeptRights();
		if (!kept.isEmpty()) {
			kept.forEach((thread, rights) -> logger.error("Thread {} has kept {} after root was dropped; ending",
					thread, rights));
			Runtime.getRuntime().halt(EXIT);
		}
		dropped = List.of(this.uid, this.gid);
		logger.info("Dropped root: user {}, group {}, no capabilities, in all threads",
				Integer.toUnsignedString(this.uid), Integer.toUnsignedString(this.gid));
	}

	/**
	 * Whether this process has dropped root before, as another application context of it
	 * may have, and has become this user and group.
	 * @return whether there is nothing more to do
	 */
	public boolean isDone() {
		return dropped.equals(List.of(this.uid, this.gid));
	}

	// The C library does not tell threads that are ending, which run no code of the
	// application any more: each of them is root until it is gone.
	private Map<String, ThreadRights> awaitNoneThatHasKeptRights() throws IOException {
		long start = System.nanoTime();
		Map<String, ThreadRights> kept = thatHaveKeptRights();
		while (!kept.isEmpty() && System.nanoTime() - start < TO_END.toNanos()) {
			LockSupport.parkNanos(POLL.toNanos());
			kept = thatHaveKeptRights();
		}
		return kept;
	}

	private Map<String, ThreadRights> thatHaveKeptRights() throws IOException {
		Map<String, ThreadRights> threads = ThreadRights.ofAllThreads();
		threads.values().removeIf(this::isDropped);
		return threads;
	}

	// A change of the user takes all capabilities but these, which a program with
	// capabilities of its own would make its own. Each thread could only clear its own.
	private static void requireNothingInheritable() throws IOException {
		for (ThreadRights rights : ThreadRights.ofAllThreads().values()) {
			if (!rights.inheritable().isEmpty()) {
				throw new IOException("this process would keep the inheritable capabilities " + rights.inheritable()
						+ "; start it with 'setpriv --inh-caps=-all'");
			}
		}
	}

	private static void warnOfTerminal() throws IOException {
		String stat = Files.readString(Path.of("/proc/self/stat"), StandardCharsets.ISO_8859_1);
		// the name of the program stands in brackets and may have spaces
		String terminal = stat.substring(stat.lastIndexOf(')') + 2).split(" ")[TERMINAL_FIELD];
		if (!terminal.equals("0")) {
			logger.warn("This process has a terminal, into which it could type as root where the kernel allows that"
					+ " (sysctl dev.tty.legacy_tiocsti); start it with 'setsid'");
		}
	}

	private boolean isDropped(ThreadRights rights) {
		return rights.uids().equals(List.of(this.uid, this.uid, this.uid, this.uid))
				&& rights.gids().equals(List.of(this.gid, this.gid, this.gid, this.gid)) && rights.groups().isEmpty()
				&& rights.permitted().isEmpty() && rights.effective().isEmpty() && rights.ambient().isEmpty()
				&& rights.inheritable().isEmpty();
	}

}
