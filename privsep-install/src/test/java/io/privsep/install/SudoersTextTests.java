package io.privsep.install;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SudoersText}.
 */
class SudoersTextTests {

	private static final Path WRAPPER = Path.of("/usr/lib/privsep/app/current/bin/motd");

	@Test
	void optionsWhenSudoKnowsAllAreAskedForOnce() {
		int[] asked = new int[1];
		assertThat(SudoersText.options((text) -> ++asked[0] > 0)).contains("!use_pty", "!log_input", "!log_subcmds",
				"!intercept", "!command_timeout", "closefrom=3");
		assertThat(asked[0]).isOne();
	}

	@Test
	void optionsThatSudoDoesNotKnowAreLeftOut() {
		// as sudo-rs 0.2.5, which knows two of them
		Set<String> known = Set.of("Defaults!/bin/true !use_pty\n", "Defaults!/bin/true !lecture\n");
		List<String> options = SudoersText.options(known::contains);
		assertThat(options).containsExactly("!use_pty", "!lecture");
		assertThat(SudoersText.of("app", "app", List.of(WRAPPER), options)).isEqualTo("""
				# Lets application 'app' start its helpers. Written by its installation.
				Defaults!/usr/lib/privsep/app/current/bin/motd !use_pty, !lecture
				app ALL=(root) NOPASSWD:NOSETENV: /usr/lib/privsep/app/current/bin/motd ""
				""");
	}

	@Test
	void textWithoutOptionsHasTheRuleAlone() {
		assertThat(SudoersText.of("app", "app", List.of(WRAPPER), SudoersText.options((text) -> false))).isEqualTo("""
				# Lets application 'app' start its helpers. Written by its installation.
				app ALL=(root) NOPASSWD:NOSETENV: /usr/lib/privsep/app/current/bin/motd ""
				""");
	}

}
