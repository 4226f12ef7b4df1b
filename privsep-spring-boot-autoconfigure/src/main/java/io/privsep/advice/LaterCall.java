package io.privsep.advice;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A call whose caller gets the result later, through Reactor; loaded only where that is.
 */
@FunctionalInterface
interface LaterCall {

	/**
	 * Makes the call.
	 * @return a future of its result
	 * @throws Throwable what privsep throws
	 */
	@Nullable Object run() throws Throwable;

	/**
	 * A call for each subscription, which is cancelled with it.
	 * @param call the call
	 * @return the result, or nothing where that is {@code null}
	 */
	static Mono<Object> mono(LaterCall call) {
		return Mono.fromFuture(() -> future(call));
	}

	@SuppressWarnings("unchecked")
	private static CompletableFuture<Object> future(LaterCall call) {
		try {
			return (CompletableFuture<Object>) Objects.requireNonNull(call.run());
		}
		catch (Throwable ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

}
