package io.privsep.benchmarks.application;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;

import io.privsep.PrivsepFunction;

/**
 * Functions whose values are written directly, and have constraints.
 */
@PrivsepFunction("constrained")
class ConstrainedFunctions {

	public String echo(@NotNull @Size(max = 4096) String text) {
		return text;
	}

}
