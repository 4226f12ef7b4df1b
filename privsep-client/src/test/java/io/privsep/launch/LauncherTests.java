package io.privsep.launch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What each {@link Launcher} says where a helper does not start.
 */
class LauncherTests {

	@Test
	void remarkNamesAnUpdateOfTheJvmWhoeverStartsHelpers(@TempDir Path home) throws Exception {
		String before = System.getProperty("java.home");
		Files.writeString(home.resolve("release"), "JAVA_RUNTIME_VERSION=\"99.0.1+1\"\n");
		System.setProperty("java.home", home.toString());
		try {
			for (Launcher launcher : List.of(new DirectLauncher(1 << 26, List.of(), List.of()),
					WrapperLauncher.command(List.of("doas"), List.of()),
					new SystemdLauncher(Path.of("/run/privsep/app/motd.sock"), List.of()))) {
				assertThat(launcher.remark()).as(launcher.getClass().getName())
					.startsWith("the JVM in '" + home + "' was updated to 99.0.1+1, and the application still runs on ")
					.endsWith(": restart the application");
			}
		}
		finally {
			System.setProperty("java.home", before);
		}
	}

}
