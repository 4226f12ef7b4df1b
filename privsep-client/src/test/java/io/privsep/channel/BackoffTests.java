package io.privsep.channel;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.privsep.channel.ContextSettings.Backoff;

import static org.assertj.core.api.Assertions.assertThat;

class BackoffTests {

	private final Backoff backoff = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(1), 2);

	@ParameterizedTest
	@CsvSource({ "0, 200", "1, 200", "2, 400", "3, 800", "4, 1000", "5, 1000", "100000, 1000" })
	void delayGrowsWithFailuresUpToItsMaximumAndIsFromHalfOfItToAll(int failures, long millis) {
		assertThat(this.backoff.delay(failures, 0)).hasMillis(millis / 2);
		assertThat(this.backoff.delay(failures, 0.5)).hasMillis(millis * 3 / 4);
		assertThat(this.backoff.delay(failures, 1)).hasMillis(millis);
	}

	@Test
	void helperThatHasLivedForAMinuteStartsTheRowOfFailuresAnew() {
		assertThat(this.backoff.failuresWithEnd(7, Duration.ofMillis(59_999))).isEqualTo(8);
		assertThat(this.backoff.failuresWithEnd(7, Duration.ofMinutes(1))).isEqualTo(1);
	}

}
