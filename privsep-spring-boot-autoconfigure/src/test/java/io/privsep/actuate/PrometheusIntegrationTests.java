package io.privsep.actuate;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests that Prometheus itself reads the alerts of the documentation.
 */
@Tag("full")
class PrometheusIntegrationTests {

	@Test
	void alertsAreWhatPrometheusReads() throws Exception {
		assumeTrue(
				Stream.of(System.getenv("PATH").split(":"))
					.anyMatch((directory) -> Files.isExecutable(Path.of(directory, "promtool"))),
				"SKIPPED: promtool is not installed");
		Process process = new ProcessBuilder("promtool", "check", "rules", "../docs/alerts.yml")
			.redirectErrorStream(true)
			.start();
		String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor()).as(said).isZero();
		assertThat(said).contains("SUCCESS").contains("rules found");
	}

}
