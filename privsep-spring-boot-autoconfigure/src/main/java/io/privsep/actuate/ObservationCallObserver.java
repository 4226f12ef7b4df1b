package io.privsep.actuate;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import io.privsep.PrivsepBusyException;
import io.privsep.PrivsepTimeoutException;
import io.privsep.PrivsepUnavailableException;
import io.privsep.advice.CallObserver;
import io.privsep.function.PrivilegedFunction;

/**
 * Makes each call an observation {@code privsep.calls}.
 */
public final class ObservationCallObserver implements CallObserver {

	private final ObservationRegistry registry;

	/**
	 * Makes the observer.
	 * @param registry where observations go
	 */
	public ObservationCallObserver(ObservationRegistry registry) {
		this.registry = registry;
	}

	@Override
	public @Nullable Object observe(String context, PrivilegedFunction function, Call call) throws Throwable {
		if (this.registry.isNoop()) {
			return call.run();
		}
		Observation observation = Observation.createNotStarted("privsep.calls", this.registry)
			.contextualName("privsep " + function.name())
			.lowCardinalityKeyValue("privsep.context", context)
			.lowCardinalityKeyValue("privsep.function", function.name())
			// a value from the start, so that the gauge of active calls has the same tags
			.lowCardinalityKeyValue("outcome", "UNKNOWN")
			.start();
		try {
			Object result = observation.scopedChecked(call::run);
			if (result instanceof CompletableFuture<?> future) {
				future.whenComplete((value, ex) -> stop(observation, ex));
			}
			else {
				stop(observation, null);
			}
			return result;
		}
		catch (Throwable ex) {
			stop(observation, ex);
			throw ex;
		}
	}

	private static void stop(Observation observation, @Nullable Throwable ex) {
		Throwable cause = (ex instanceof CompletionException && ex.getCause() != null) ? ex.getCause() : ex;
		observation.lowCardinalityKeyValue("outcome", outcome(cause));
		if (cause != null) {
			observation.error(cause);
		}
		observation.stop();
	}

	private static String outcome(@Nullable Throwable ex) {
		if (ex == null) {
			return "SUCCESS";
		}
		if (ex instanceof PrivsepTimeoutException || ex instanceof CancellationException) {
			return "TIMEOUT";
		}
		if (ex instanceof PrivsepUnavailableException) {
			return "UNAVAILABLE";
		}
		return (ex instanceof PrivsepBusyException) ? "REJECTED" : "ERROR";
	}

}
