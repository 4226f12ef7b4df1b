package io.privsep.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.privsep.launch.InstalledPaths;

/**
 * Tells systemd of units that were installed or are to be removed, where it runs.
 */
final class SystemdUnits {

	private final boolean isLive;

	private final SystemFiles files;

	private final List<String> sockets = new ArrayList<>();

	private final List<String> fresh = new ArrayList<>();

	private final List<String> changed = new ArrayList<>();

	/**
	 * Begins with nothing to tell.
	 * @param paths where the units are
	 * @param files the units; if these are taken back, systemd is told so
	 */
	SystemdUnits(InstalledPaths paths, SystemFiles files) {
		this.isLive = isLive(paths);
		this.files = files;
	}

	static boolean isLive(InstalledPaths paths) {
		return paths.prefix().equals(Path.of("/")) && isRunning();
	}

	static boolean isRunning() {
		return Files.isDirectory(Path.of("/run/systemd/system"));
	}

	/**
	 * Looks at the units that are about to be written.
	 * @param texts what will be in the files
	 * @throws IOException if one of before cannot be read
	 */
	void prepare(Map<Path, String> texts) throws IOException {
		for (Map.Entry<Path, String> text : texts.entrySet()) {
			Path file = text.getKey();
			String name = file.getFileName().toString();
			if (!name.endsWith(UnitText.SOCKET)) {
				continue;
			}
			this.sockets.add(name);
			if (!Files.exists(file)) {
				this.fresh.add(name);
			}
			else if (!Files.readString(file).equals(text.getValue())) {
				this.changed.add(name);
			}
		}
		if (this.isLive && !this.sockets.isEmpty()) {
			// after the files of before are back
			this.files.onUndo(() -> {
				SystemCommand.run("systemctl", "daemon-reload");
				systemctl(List.of("restart"), this.changed);
			});
		}
	}

	/**
	 * Has systemd listen on the sockets that were written.
	 * @return what remains to be done by hand
	 */
	List<String> start() {
		if (this.sockets.isEmpty()) {
			return List.of();
		}
		if (!this.isLive) {
			return List.of("Systemd does not run here, or does not read these units. Where it does, run: systemctl"
					+ " daemon-reload && systemctl enable --now " + String.join(" ", this.sockets));
		}
		if (!this.fresh.isEmpty()) {
			this.files.onUndo(() -> {
				systemctl(List.of("disable", "--now"), this.fresh);
				forgetFailures();
			});
		}
		SystemCommand.run("systemctl", "daemon-reload");
		systemctl(List.of("enable", "--now"), this.sockets);
		// one that listens already goes on as it was
		systemctl(List.of("restart"), this.changed);
		return List.of();
	}

	// One that could not listen stays in systemd's list, without its file. Of those that
	// it has forgotten, it says that they are not loaded.
	private void forgetFailures() {
		List<String> arguments = new ArrayList<>(List.of("reset-failed"));
		arguments.addAll(this.fresh);
		SystemCommand.execute(SystemCommand.program("systemctl"), arguments);
	}

	/**
	 * Has systemd listen on a socket no longer.
	 * @param file a file that is to be removed
	 */
	void stop(Path file) {
		String name = file.getFileName().toString();
		if (this.isLive && name.endsWith(UnitText.SOCKET)) {
			this.files.onUndo(() -> systemctl(List.of("enable", "--now"), List.of(name)));
			systemctl(List.of("disable", "--now"), List.of(name));
		}
	}

	private static void systemctl(List<String> command, List<String> units) {
		if (!units.isEmpty()) {
			List<String> arguments = new ArrayList<>(command);
			arguments.addAll(units);
			SystemCommand.run("systemctl", arguments.toArray(String[]::new));
		}
	}

}
