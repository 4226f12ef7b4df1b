package io.privsep.test;

import org.jspecify.annotations.Nullable;

import io.privsep.advice.CallObserver;
import io.privsep.function.PrivilegedFunction;

/**
 * Records calls, and lets them go wrong.
 */
final class TestCallObserver implements CallObserver {

	private final PrivsepCalls calls;

	private final PrivsepFaults faults;

	TestCallObserver(PrivsepCalls calls, PrivsepFaults faults) {
		this.calls = calls;
		this.faults = faults;
	}

	@Override
	public @Nullable Object observe(String context, PrivilegedFunction function, Call call) throws Throwable {
		PrivsepCall recorded = this.calls.add(context, function, call.arguments());
		try {
			Object result = this.faults.run(context, function, call);
			recorded.returned(result);
			return result;
		}
		catch (Throwable ex) {
			recorded.threw(ex);
			throw ex;
		}
	}

}
