package io.privsep.advice;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;
import reactor.core.publisher.Mono;

/**
 * A call whose caller gets the result later, through Reactor; loaded only where that is.
 */
@FunctionalInterface
interface LaterCall {

	/** Whether Spring Security may have a user in the context of Reactor. */
	boolean IS_SECURED = ClassUtils.isPresent("org.springframework.security.core.context.ReactiveSecurityContextHolder",
			LaterCall.class.getClassLoader());

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
		return IS_SECURED ? ReactiveUser.mono(() -> future(call)) : Mono.fromFuture(() -> future(call));
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
