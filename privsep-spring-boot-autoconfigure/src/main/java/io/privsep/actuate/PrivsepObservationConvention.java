package io.privsep.actuate;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * How observed calls are named and tagged. A bean of this type takes the place of
 * {@link DefaultPrivsepObservationConvention}.
 */
public interface PrivsepObservationConvention extends ObservationConvention<PrivsepObservationContext> {

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof PrivsepObservationContext;
	}

}
