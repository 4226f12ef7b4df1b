package io.privsep.actuate;

import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.privsep.PrivsepBusyException;
import io.privsep.PrivsepRemoteException;
import io.privsep.PrivsepTimeoutException;
import io.privsep.PrivsepUnavailableException;
import io.privsep.advice.CallObserver;
import io.privsep.function.PrivilegedFunction;

/**
 * Makes each call an observation {@code privsep.calls}.
 */
public final class ObservationCallObserver implements CallObserver {

	private static final Logger logger = LoggerFactory.getLogger(ObservationCallObserver.class);

	private static final PrivsepObservationConvention DEFAULT_CONVENTION = new DefaultPrivsepObservationConvention();

	/** A helper gone bad may name any number of classes. */
	private static final int MAX_ERRORS = 64;

	private final Set<String> errors = ConcurrentHashMap.newKeySet();

	private final ObservationRegistry registry;

	private final @Nullable PrivsepObservationConvention convention;

	/**
	 * Makes the observer.
	 * @param registry where observations go
	 * @param convention how they are named and tagged; {@code null} for as the registry
	 * or {@link DefaultPrivsepObservationConvention} has it
	 */
	public ObservationCallObserver(ObservationRegistry registry, @Nullable PrivsepObservationConvention convention) {
		this.registry = registry;
		this.convention = convention;
	}

	@Override
	public @Nullable Object observe(String context, PrivilegedFunction function, Call call) throws Throwable {
		if (this.registry.isNoop()) {
			return call.run();
		}
		PrivsepObservationContext observed = new PrivsepObservationContext(context, function);
		Observation observation = Observation
			.createNotStarted(this.convention, DEFAULT_CONVENTION, () -> observed, this.registry)
			.start();
		Returned returned = new Returned();
		try {
			observation.scopedChecked(() -> returned.take(call.run()));
		}
		catch (Throwable ex) {
			if (!returned.isThere) {
				stop(observation, observed, ex);
				throw ex;
			}
			warn(ex);
		}
		Object result = returned.result;
		if (result instanceof CompletableFuture<?> future) {
			return after(future, (ex) -> stop(observation, observed, ex));
		}
		stop(observation, observed, null);
		return result;
	}

	// What is chained to a future runs in the reverse order, so the observation would
	// stop after all that the application has chained.
	private static <T> CompletableFuture<T> after(CompletableFuture<T> future,
			Consumer<? super @Nullable Throwable> stop) {
		CompletableFuture<T> result = new CompletableFuture<>();
		future.whenComplete((value, ex) -> {
			stop.accept(ex);
			if (ex != null) {
				result.completeExceptionally(ex);
			}
			else {
				result.complete(value);
			}
		});
		result.whenComplete((value, ex) -> future.cancel(true));
		return result;
	}

	// Handlers and conventions of the application may throw, and nobody is to lose the
	// result of a call, or to wait for it for ever, for that.
	private void stop(Observation observation, PrivsepObservationContext observed, @Nullable Throwable ex) {
		try {
			end(observation, observed,
					(ex instanceof CompletionException && ex.getCause() != null) ? ex.getCause() : ex);
		}
		catch (Throwable failure) {
			warn(failure);
		}
	}

	private static void warn(Throwable failure) {
		logger.warn("Cannot stop the observation of a call, whose caller gets its result all the same", failure);
	}

	private void end(Observation observation, PrivsepObservationContext observed, @Nullable Throwable cause) {
		observed.end(outcome(cause));
		if (cause != null) {
			observation.error(cause);
		}
		String error = (cause instanceof PrivsepRemoteException remote) ? simpleName(remote.remoteType()) : null;
		if (error != null
				&& (this.errors.size() < MAX_ERRORS && this.errors.add(error) || this.errors.contains(error))) {
			observation.lowCardinalityKeyValue(ErrorTagFilter.REMOTE_ERROR, error);
		}
		observation.stop();
	}

	private static String simpleName(String className) {
		return className.substring(Math.max(className.lastIndexOf('.'), className.lastIndexOf('$')) + 1);
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

	/** What a call has returned, also if a handler fails after that. */
	private static final class Returned {

		private boolean isThere;

		private @Nullable Object result;

		@Nullable Object take(@Nullable Object result) {
			this.result = result;
			this.isThere = true;
			return result;
		}

	}

}
