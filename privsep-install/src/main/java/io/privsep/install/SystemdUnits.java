package io.privsep.install;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import io.privsep.launch.InstalledPaths;

/**
 * Tells systemd of units that were installed or are to be removed, where it runs.
 */
final class SystemdUnits {

	private final boolean isLive;

	SystemdUnits(InstalledPaths paths) {
		this.isLive = paths.prefix().equals(Path.of("/")) && isRunning();
	}

	static boolean isRunning() {
		return Files.isDirectory(Path.of("/run/systemd/system"));
	}

	/**
	 * Has systemd listen on the sockets.
	 * @param files files that were installed
	 * @return what remains to be done by hand
	 */
	List<String> start(Collection<Path> files) {
		List<String> sockets = files.stream()
			.map((file) -> file.getFileName().toString())
			.filter((name) -> name.endsWith(UnitText.SOCKET))
			.toList();
		if (sockets.isEmpty()) {
			return List.of();
		}
		if (!this.isLive) {
			return List
				.of("Systemd is not running here, or reads other units; where it does: systemctl daemon-reload &&"
						+ " systemctl enable --now " + String.join(" ", sockets));
		}
		SystemCommand.run("systemctl", "daemon-reload");
		List<String> arguments = new ArrayList<>(List.of("enable", "--now"));
		arguments.addAll(sockets);
		SystemCommand.run("systemctl", arguments.toArray(String[]::new));
		return List.of();
	}

	/**
	 * Has systemd listen on a socket no longer.
	 * @param file a file that is to be removed
	 */
	void stop(Path file) {
		String name = file.getFileName().toString();
		if (this.isLive && name.endsWith(UnitText.SOCKET)) {
			SystemCommand.run("systemctl", "disable", "--now", name);
		}
	}

}
