package io.privsep.autoconfigure.platform;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link BootVersionCheck}; {@link OlderBootIntegrationTests} has what it
 * refuses.
 */
@ExtendWith(OutputCaptureExtension.class)
class BootVersionCheckTests {

	@ParameterizedTest
	@CsvSource({ "4.0.0, 1", "4.0.8, 1", "4.0.8-SNAPSHOT, 1", "4.0.9, 0", "4.0.10, 0", "4.1.0, 0", "4.2.0-M2, 0" })
	void oldestSpringBootThatWasTestedIsNamedOnceWhereItIsOlder(String version, int times, CapturedOutput output) {
		new SpringApplicationBuilder(BootVersionCheckTests.class).web(WebApplicationType.NONE)
			.listeners(new BootVersionCheck(version))
			.run("--spring.main.banner-mode=off")
			.close();
		assertThat(output.getOut().split("Spring Boot " + version + " is older than 4\\.0\\.9", -1)).hasSize(times + 1);
	}

}
