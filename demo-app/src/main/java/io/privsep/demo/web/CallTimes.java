package io.privsep.demo.web;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * What the timer {@code privsep.calls} knows, as it knows it: percentiles of several
 * functions or outcomes cannot be combined.
 */
@Component
class CallTimes {

	private final MeterRegistry registry;

	CallTimes(MeterRegistry registry) {
		this.registry = registry;
	}

	List<Calls> of(String context, String function) {
		List<Calls> calls = this.registry.find("privsep.calls")
			.tags("privsep.context", context, "privsep.function", function)
			.timers()
			.stream()
			.map((timer) -> calls(function, timer))
			.sorted(Comparator.comparing(Calls::error))
			.toList();
		return calls.isEmpty() ? List.of(new Calls(function, "none", 0, null, null)) : calls;
	}

	private static Calls calls(String function, Timer timer) {
		ValueAtPercentile[] percentiles = timer.takeSnapshot().percentileValues();
		return new Calls(function, String.valueOf(timer.getId().getTag("error")), timer.count(),
				milliseconds(percentiles, 0.5), milliseconds(percentiles, 0.99));
	}

	private static @Nullable Double milliseconds(ValueAtPercentile[] percentiles, double percentile) {
		for (ValueAtPercentile each : percentiles) {
			// 0 if there was no call for a while
			if (each.percentile() == percentile && each.value() > 0) {
				return each.value(TimeUnit.MILLISECONDS);
			}
		}
		return null;
	}

	/**
	 * Calls of one function that have ended in the same way.
	 *
	 * @param function name of the function
	 * @param error simple name of the exception that they have ended with, or
	 * {@code none}
	 * @param count how many there were
	 * @param p50 median of those of the last minutes, in milliseconds
	 * @param p99 99th percentile of those, in milliseconds
	 */
	record Calls(String function, String error, long count, @Nullable Double p50, @Nullable Double p99) {

	}

}
