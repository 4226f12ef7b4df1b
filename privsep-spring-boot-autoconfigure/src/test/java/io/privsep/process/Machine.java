package io.privsep.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A machine with a kernel, control groups and a systemd of its own, in which the files of
 * this machine are, as they are now, and can be changed without any effect on this one.
 */
final class Machine {

	private static final int SECONDS = 400;

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
		for (String program : List.of("/usr/bin/linux.uml", "/sbin/insmod", "/lib/systemd/systemd")) {
			assumeTrue(Files.isExecutable(Path.of(program)),
					"SKIPPED: '" + program + "' is missing; apt-get install user-mode-linux kmod systemd");
		}
		Path output = Files.createFile(directory.resolve("output"));
		Path console = directory.resolve("console");
		Files.writeString(Files.createDirectory(directory.resolve("units")).resolve("privsep-machine.service"), """
				[Service]
				Type=oneshot
				TimeoutStartSec=%d
				StandardOutput=file:/machine/output
				StandardError=inherit
				%s
				""".formatted(SECONDS - 60, service.strip()));
		Process machine = new ProcessBuilder("../config/machine.sh", directory.toString()).redirectErrorStream(true)
			.redirectOutput(console.toFile())
			.start();
		try {
			if (!machine.waitFor(SECONDS, TimeUnit.SECONDS)) {
				throw new IOException("the machine does not end");
			}
		}
		finally {
			machine.descendants().forEach(ProcessHandle::destroyForcibly);
			machine.destroyForcibly();
		}
		String said = Files.readString(output);
		return said.isEmpty() ? Files.readString(console) : said;
	}

}
