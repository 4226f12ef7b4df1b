package io.privsep.helper.seccomp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the filter of a sandbox does in a process, whoever runs the tests.
 */
@EnabledOnOs(OS.LINUX)
class SystemCallFilterIntegrationTests {

	@Test
	void sandboxHasNoProgramsAndNoSockets() throws Exception {
		List<String> said = confined(false);
		assertThat(said).hasSize(7).startsWith("threads: [2 true]");
		assertThat(said.subList(1, 7)).allMatch((line) -> line.contains("Operation not permitted"))
			.noneMatch((line) -> line.endsWith("done"));
	}

	@Test
	void sandboxWithNetworkAndProgramsConfinesThemToo() throws Exception {
		List<String> said = confined(true);
		assertThat(said).hasSize(7)
			.startsWith("threads: [2 true]", "connection: 42", "linger: Operation not permitted")
			.anyMatch((line) -> line.matches("path: .*not supported.*"))
			.contains("program: Seccomp:\t2", "process: done")
			.contains("namespace: unshare: unshare failed: Operation not permitted");
	}

	private static List<String> confined(boolean exec) throws IOException, InterruptedException {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
				Confined.class.getName(), Boolean.toString(exec))
			.redirectErrorStream(true)
			.start();
		List<String> said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
			.toList();
		assertThat(process.waitFor()).as(() -> String.join("\n", said)).isZero();
		return said;
	}

}
