package io.privsep.definition;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Sandbox}.
 */
class SandboxTests {

	@ParameterizedTest
	@CsvSource({ "5.14, true", "6.1.0-28-amd64, true", "5.14.21-150500-default, true", "5.13.19, false", "4.18, false",
			"10, false", "x, false" })
	void isAtLeastComparesVersionsOfTheKernel(String version, boolean expected) {
		assertThat(Sandbox.isAtLeast(version, 5, 14)).isEqualTo(expected);
	}

}
