package io.privsep.installation;

import java.nio.file.Files;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.privsep.demo.RunningDemo;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Systemd stops an application, and with it what it signals as well: all processes of the
 * application's unit, or all units of the machine.
 */
@Tag("once")
final class StopIntegrationTests {

	@Test
	void callsInFlightAndThoseOfPreDestroyMethodsAreServed() throws Exception {
		try (SystemdMachine machine = new SystemdMachine()) {
			machine.run("stop.sh", List.of(RunningDemo.java(), machine.copyOfClassPath()),
					// not stopped with the rest of the machine
					"DefaultDependencies=no", "Wants=basic.target", "After=basic.target");
			for (String launcher : List.of("direct", "sudo", "systemd")) {
				List<String> output = Files.readAllLines(machine.directory().resolve(launcher).resolve("output"));
				assertThat(output).anyMatch((line) -> line.contains("launcher '" + launcher + "'"))
					.containsSequence("in flight: held", "at the end: echo", "at the end, in a sandbox: echo");
			}
			assertThat(machine.directory().resolve("state")).content().isEqualTo("active\n");
		}
	}

}
