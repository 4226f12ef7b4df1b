package io.privsep.test.app;

import java.time.Duration;

import org.springframework.stereotype.Component;

import io.privsep.PrivsepFunction;

/**
 * A function of a context that most tests do not need.
 */
@Component
public class SystemClock {

	@PrivsepFunction("clock")
	public Duration adjust(Duration by) {
		return by;
	}

}
