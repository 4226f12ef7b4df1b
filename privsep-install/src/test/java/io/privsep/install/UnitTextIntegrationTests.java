package io.privsep.install;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.privsep.definition.AuditPlace;
import io.privsep.definition.HelperDefinition;
import io.privsep.rights.Capabilities;
import io.privsep.rights.Capability;
import io.privsep.rights.ThreadRights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests for {@link UnitText}, with a systemd that boots in a container.
 */
@Tag("once")
class UnitTextIntegrationTests {

	private static final int MINUTES = 5;

	private static final int USER = 65534;

	@TempDir
	private Path directory;

	// A setting that confines a service may take a capability from it without a word.
	@Test
	void noSettingTakesACapabilityThatIsGranted() throws Exception {
		assumeTrue("root".equals(System.getProperty("user.name")),
				"SKIPPED: only root can boot systemd in a container; run the build as root");
		for (String program : List.of("/usr/bin/systemd-nspawn", "/lib/systemd/systemd")) {
			assumeTrue(Files.isExecutable(Path.of(program)),
					"SKIPPED: '" + program + "' is missing; apt-get install systemd systemd-container");
		}
		Path units = Files.createDirectories(this.directory.resolve("units"));
		Map<String, String> expected = new TreeMap<>();
		Capabilities here = ThreadRights.ofThisProcess().bounding();
		for (Capability capability : Capability.values()) {
			if (!here.contains(capability)) {
				// nobody on this machine can have it
				continue;
			}
			Capabilities granted = Capabilities.of(List.of(capability));
			Files.writeString(units.resolve("helper-" + capability.lowerCaseName() + ".service"),
					oneThatTells(granted));
			expected.put(capability.lowerCaseName(), "%016x".formatted(granted.mask()));
		}
		Files.writeString(units.resolve("privsep-machine.service"), """
				[Service]
				Type=oneshot
				ExecStart=/bin/bash -c "cd /machine/units; for unit in helper-*; do systemctl start $$unit; done"
				""");
		Process machine = new ProcessBuilder("../config/machine.sh", this.directory.toString())
			.redirectErrorStream(true)
			.redirectOutput(this.directory.resolve("console").toFile())
			.start();
		try {
			assertThat(machine.waitFor(MINUTES, TimeUnit.MINUTES)).as("the machine ends").isTrue();
		}
		finally {
			machine.descendants().forEach(ProcessHandle::destroyForcibly);
			machine.destroyForcibly();
		}
		Map<String, String> found = new TreeMap<>();
		for (String capability : expected.keySet()) {
			Path status = this.directory.resolve("helper-" + capability + ".service");
			found.put(capability,
					Files.exists(status) ? Files.readAllLines(status)
						.stream()
						.filter((line) -> line.startsWith("CapEff:"))
						.map((line) -> line.split("\\s+")[1])
						.collect(Collectors.joining()) : "not started");
		}
		assertThat(found).hasSizeGreaterThan(20);
		assertThat(found).as(Files.readString(this.directory.resolve("console"))).isEqualTo(expected);
	}

	private static String oneThatTells(Capabilities capabilities) {
		HelperDefinition definition = new HelperDefinition("unit", new HelperDefinition.Code(List.of("x.X"), null),
				new HelperDefinition.Rights(USER, USER, List.of(), capabilities), 1,
				new HelperDefinition.Calls(1, 4096, 1000), new HelperDefinition.Logging("INFO", new AuditPlace.Off()),
				new HelperDefinition.Confinement(0, false, null), null);
		return UnitText.service("app", definition, "nobody", Path.of("/bin/cat"), 0)
			.replace("ExecStart=/bin/cat", "Type=oneshot\nExecStart=/bin/cat /proc/self/status")
			.replace("StandardInput=socket", "StandardInput=null")
			.replace("StandardOutput=null", "StandardOutput=file:/machine/%n");
	}

}
