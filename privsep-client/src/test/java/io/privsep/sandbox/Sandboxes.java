package io.privsep.sandbox;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether there are sandboxes on this machine, for the tests that need them.
 */
public final class Sandboxes {

	/** Why those tests do not run. */
	public static final String MISSING = "SKIPPED: bwrap makes no sandboxes here (Debian: apt-get install bubblewrap;"
			+ " or user namespaces are forbidden)";

	/** Anyone; a sandbox is never root's. */
	private static final String OTHER_USER = "61378";

	private Sandboxes() {
	}

	/**
	 * Makes one, with bubblewrap alone: nothing of ours that is wrong may skip a test.
	 * @return whether an ordinary user can have it
	 * @throws InterruptedException if the thread is interrupted
	 */
	public static boolean areAvailable() throws InterruptedException {
		List<String> words = new ArrayList<>();
		if ("root".equals(System.getProperty("user.name"))) {
			words.addAll(List.of("setpriv", "--reuid=" + OTHER_USER, "--regid=" + OTHER_USER, "--clear-groups",
					"--bounding-set=-all", "--inh-caps=-all", "--"));
		}
		words.addAll(List.of("bwrap", "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts",
				"--unshare-cgroup", "--unshare-net", "--ro-bind", "/", "/", "--proc", "/proc", "true"));
		try {
			return new ProcessBuilder(words).directory(new File("/")).inheritIO().start().waitFor() == 0;
		}
		catch (IOException ex) {
			return false;
		}
	}

}
