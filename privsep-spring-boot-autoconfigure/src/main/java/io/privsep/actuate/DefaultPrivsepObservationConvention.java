package io.privsep.actuate;

import io.micrometer.common.KeyValues;

/**
 * The names and tags of observed calls, unless a bean of the application says otherwise.
 */
public class DefaultPrivsepObservationConvention implements PrivsepObservationConvention {

	@Override
	public String getName() {
		return "privsep.calls";
	}

	@Override
	public String getContextualName(PrivsepObservationContext context) {
		return "privsep " + context.function();
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(PrivsepObservationContext context) {
		// the outcome from the start, so that the gauge of active calls has the same tags
		return KeyValues.of("privsep.context", context.privsepContext(), "privsep.function", context.function(),
				"outcome", context.outcome());
	}

}
