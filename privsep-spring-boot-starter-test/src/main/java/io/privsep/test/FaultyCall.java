package io.privsep.test;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.privsep.PrivsepException;
import io.privsep.PrivsepTimeoutException;
import io.privsep.advice.CallObserver;
import io.privsep.function.PrivilegedFunction;

/**
 * A call that goes wrong.
 *
 * @param context name of the context
 * @param function the function
 * @param timeout how long its caller waits for the reply
 * @param call the call itself
 */
record FaultyCall(String context, PrivilegedFunction function, Duration timeout, CallObserver.Call call) {

	String name() {
		return this.function.name();
	}

	String message(String what) {
		return "Context '" + this.context + "': " + what + " (a fault that the test has asked for)";
	}

	PrivsepTimeoutException timedOut() {
		return new PrivsepTimeoutException(this.context, name(),
				message("no reply to '" + name() + "' within " + this.timeout.toMillis() + "ms"), null);
	}

	Object fail(PrivsepException failure) {
		if (this.function.isAsynchronous()) {
			return CompletableFuture.failedFuture(failure);
		}
		throw failure;
	}

	Object runAndFail(PrivsepException failure) throws Throwable {
		if (this.function.isAsynchronous()) {
			return future().handle((result, ex) -> {
				throw failure;
			});
		}
		try {
			this.call.run();
		}
		catch (Exception ex) {
			// nobody hears of it, as the reply is lost
			failure.addSuppressed(ex);
		}
		throw failure;
	}

	@Nullable Object runLater(Duration delay) throws Throwable {
		boolean isInTime = delay.compareTo(this.timeout) < 0;
		Duration wait = isInTime ? delay : this.timeout;
		if (this.function.isAsynchronous()) {
			return runLaterAsynchronously(wait, isInTime);
		}
		try {
			TimeUnit.NANOSECONDS.sleep(wait.toNanos());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new PrivsepTimeoutException(this.context, name(),
					message("interrupted while waiting for the reply to '" + name() + "'"), ex);
		}
		return isInTime ? this.call.run() : fail(timedOut());
	}

	private CompletableFuture<@Nullable Object> runLaterAsynchronously(Duration wait, boolean isInTime) {
		CompletableFuture<@Nullable Object> later = new CompletableFuture<>();
		CompletableFuture.delayedExecutor(wait.toNanos(), TimeUnit.NANOSECONDS).execute(() -> {
			if (!isInTime) {
				later.completeExceptionally(timedOut());
			}
			else if (!later.isDone()) {
				CompletableFuture<?> future = future();
				future.whenComplete((result, ex) -> {
					if (ex != null) {
						later.completeExceptionally(ex);
					}
					else {
						later.complete(result);
					}
				});
				// cancelling the one cancels the other
				later.whenComplete((result, ex) -> future.cancel(true));
			}
		});
		return later;
	}

	private CompletableFuture<?> future() {
		try {
			return (CompletableFuture<?>) Objects.requireNonNull(this.call.run());
		}
		catch (Throwable ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

}
