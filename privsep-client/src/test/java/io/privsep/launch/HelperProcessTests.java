package io.privsep.launch;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HelperProcess}: the process id that a helper says.
 */
@EnabledOnOs(OS.LINUX)
class HelperProcessTests {

	@Test
	void pidOfTheProcessThatWasStartedIsBelieved() throws Exception {
		Process process = start("read line");
		try {
			assertThat(helper(process).pid(process.pid(), false)).isEqualTo(process.pid());
		}
		finally {
			end(process);
		}
	}

	// As below sudo.
	@Test
	void pidOfAProcessBelowIsBelieved() throws Exception {
		Process process = start("sleep 300 & echo $!; read line; kill $!");
		try {
			long below = Long.parseLong(process.inputReader().readLine());
			assertThat(helper(process).pid(below, false)).isEqualTo(below);
		}
		finally {
			end(process);
		}
	}

	@Test
	void pidOfAnotherProcessIsNot() throws Exception {
		Process process = start("read line");
		try {
			for (long other : List.of(1L, ProcessHandle.current().pid(), -1L, 0L, Long.MAX_VALUE)) {
				assertThat(helper(process).pid(other, false)).as("" + other).isEqualTo(-1);
			}
		}
		finally {
			end(process);
		}
	}

	// Two helpers cannot be taken for each other.
	@Test
	void pidOfAnotherChildOfTheApplicationIsNot() throws Exception {
		Process process = start("read line");
		Process other = start("read line");
		try {
			assertThat(helper(process).pid(other.pid(), false)).isEqualTo(-1);
		}
		finally {
			end(process);
			end(other);
		}
	}

	private static HelperProcess helper(Process process) throws IOException {
		return new HelperProcess(SocketChannel.open(), process, null, null, () -> HelperEnd.unknown("not started"));
	}

	private static Process start(String script) throws IOException {
		return new ProcessBuilder("/bin/sh", "-c", script).start();
	}

	private static void end(Process process) throws IOException {
		process.getOutputStream().close();
		process.onExit().join();
	}

}
