package io.privsep.demo.web;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link CallTimes}.
 */
class CallTimesTests {

	@ParameterizedTest
	@MethodSource
	void ofGivesEachEndOfAFunctionItsOwnNumbers(MeterRegistry registry) {
		for (int i = 0; i < 90; i++) {
			record(registry, "motd", "Motd.read", "none", 2);
		}
		for (int i = 0; i < 10; i++) {
			record(registry, "motd", "Motd.read", "none", 40);
		}
		record(registry, "motd", "Motd.read", "IOException", 7);
		record(registry, "motd", "Motd.update", "none", 100);
		record(registry, "ports", "Ports.probe", "none", 100);
		List<CallTimes.Calls> calls = new CallTimes(registry).of("motd", "Motd.read");
		assertThat(calls).extracting(CallTimes.Calls::error).containsExactly("IOException", "none");
		assertThat(calls).extracting(CallTimes.Calls::count).containsExactly(1L, 100L);
		assertThat(calls.get(0).p99()).isCloseTo(7, within(0.5));
		assertThat(calls.get(1).p50()).isCloseTo(2, within(0.2));
		assertThat(calls.get(1).p99()).isCloseTo(40, within(3.0));
	}

	static Stream<MeterRegistry> ofGivesEachEndOfAFunctionItsOwnNumbers() {
		return Stream.of(withPercentiles(new SimpleMeterRegistry()),
				withPercentiles(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)),
				new CompositeMeterRegistry(Clock.SYSTEM, List.of(withPercentiles(new SimpleMeterRegistry()),
						withPercentiles(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)))));
	}

	@Test
	void ofWhenFunctionWasNeverCalledSaysSo() {
		assertThat(new CallTimes(new SimpleMeterRegistry()).of("motd", "Motd.read"))
			.containsExactly(new CallTimes.Calls("Motd.read", "none", 0, null, null));
	}

	@Test
	void ofWhenThereAreNoPercentilesStillCounts() {
		MeterRegistry registry = new SimpleMeterRegistry();
		record(registry, "motd", "Motd.read", "none", 2);
		assertThat(new CallTimes(registry).of("motd", "Motd.read"))
			.containsExactly(new CallTimes.Calls("Motd.read", "none", 1, null, null));
	}

	private static void record(MeterRegistry registry, String context, String function, String error,
			int milliseconds) {
		Timer.builder("privsep.calls")
			.tags("privsep.context", context, "privsep.function", function, "error", error)
			.register(registry)
			.record(Duration.ofMillis(milliseconds));
	}

	private static MeterRegistry withPercentiles(MeterRegistry registry) {
		registry.config().meterFilter(new MeterFilter() {

			@Override
			public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
				return DistributionStatisticConfig.builder().percentiles(0.5, 0.99).build().merge(config);
			}

		});
		return registry;
	}

}
