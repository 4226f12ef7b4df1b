package io.privsep.linux;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Programs that are needed to start a helper are not on this system.
 */
public final class MissingToolException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/** Debian's packages; what is not here is in util-linux. */
	private static final Map<String, String> PACKAGES = Map.of("env", "coreutils", "sudo", "sudo", "bwrap",
			"bubblewrap");

	private final transient List<String> names;

	MissingToolException(List<String> names) {
		super("The programs " + names + " are needed to start a helper, and are not in " + Tools.PATH);
		this.names = names;
	}

	/**
	 * What to do about it.
	 * @return a sentence
	 */
	public String action() {
		TreeSet<String> packages = new TreeSet<>();
		this.names.forEach((name) -> packages.add(PACKAGES.getOrDefault(name, "util-linux")));
		return "Install them; on Debian: apt-get install " + String.join(" ", packages);
	}

}
