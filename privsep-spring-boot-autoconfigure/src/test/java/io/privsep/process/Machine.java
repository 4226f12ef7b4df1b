package io.privsep.process;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A machine with a kernel, control groups and a systemd of its own: user-mode Linux, in
 * which the files of this machine are, as they are now, and can be changed without any
 * effect on this one.
 */
final class Machine {

	private static final Path LINUX = Path.of("/usr/bin/linux.uml");

	private static final int SECONDS = 240;

	private Machine() {
	}

	/**
	 * Runs a service in a machine of its own, which ends with it.
	 * @param directory what the machine shares with this one, as {@code /machine}
	 * @param service what is in the unit's {@code [Service]}
	 * @return what the service said
	 * @throws IOException if the machine does not start
	 * @throws InterruptedException if the thread is interrupted
	 */
	static String run(Path directory, String service) throws IOException, InterruptedException {
		assumeTrue(ProcFiles.uid() == 0, "SKIPPED: only root can start a machine of its own; run the build as root");
		for (String program : List.of(LINUX.toString(), "/sbin/insmod", "/lib/systemd/systemd")) {
			assumeTrue(Files.isExecutable(Path.of(program)),
					"SKIPPED: '" + program + "' is missing; apt-get install user-mode-linux kmod systemd");
		}
		Path output = Files.createFile(directory.resolve("output"));
		Files.writeString(Files.createDirectory(directory.resolve("units")).resolve("privsep-machine.service"), """
				[Unit]
				DefaultDependencies=no
				[Service]
				Type=oneshot
				TimeoutStartSec=%d
				StandardOutput=file:/machine/output
				StandardError=inherit
				%s
				ExecStopPost=+/bin/systemctl poweroff --force --force
				""".formatted(SECONDS / 2, service.strip()));
		Path console = directory.resolve("console");
		Process machine = new ProcessBuilder(LINUX.toString(), "mem=3G", "rootfstype=hostfs", "rootflags=/", "ro",
				"quiet", "con=null", "con0=null,fd:1", "uml_dir=" + directory + "/", "PRIVSEP_MACHINE=" + directory,
				"init=/bin/sh", "--", script().toString())
			.redirectErrorStream(true)
			.redirectInput(Path.of("/dev/null").toFile())
			.redirectOutput(console.toFile())
			.start();
		try {
			if (!machine.waitFor(SECONDS, TimeUnit.SECONDS)) {
				throw new IOException("the machine does not end: " + Files.readString(console));
			}
		}
		finally {
			machine.descendants().forEach(ProcessHandle::destroyForcibly);
			machine.destroyForcibly();
		}
		String said = Files.readString(output);
		return said.isEmpty() ? Files.readString(console) : said;
	}

	private static Path script() {
		try {
			return Path.of(Objects.requireNonNull(Machine.class.getResource("/machine.sh")).toURI());
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
