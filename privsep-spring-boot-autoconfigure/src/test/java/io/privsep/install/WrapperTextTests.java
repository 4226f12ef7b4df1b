package io.privsep.install;

import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link WrapperText}.
 */
class WrapperTextTests {

	@Test
	void valueIsNeverReadAsAPartOfTheTemplate() {
		Map<String, String> values = Map.of("paths", "'/a/@words@/$1/\\2/@paths@'", "words", "'x' @paths@");
		assertThat(WrapperText.fill("paths=@paths@\nexec @words@\n", values))
			.isEqualTo("paths='/a/@words@/$1/\\2/@paths@'\nexec 'x' @paths@\n");
	}

	@Test
	void placeholderWithoutAValueIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> WrapperText.fill("a=@nothing@", Map.of()))
			.withMessage("There is no value of '@nothing@'");
	}

}
