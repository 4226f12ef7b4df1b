package io.privsep.install;

import java.nio.charset.StandardCharsets;
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
	void pathWithSignsOfTheShellIsOneWord() throws Exception {
		String path = "/a b/'$(id)`id`\"\\*;&";
		Process shell = new ProcessBuilder("/bin/sh", "-c", "printf %s " + WrapperText.quote(path)).start();
		assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(path);
	}

	@Test
	void placeholderWithoutAValueIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> WrapperText.fill("a=@nothing@", Map.of()))
			.withMessage("There is no value of '@nothing@'");
	}

}
