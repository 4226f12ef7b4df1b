package io.privsep.advice;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import reactor.core.publisher.Mono;

/**
 * Whom Spring Security has in the context of Reactor, as in WebFlux; loaded only where
 * both are. While the call is made it is the user of the thread, too.
 */
final class ReactiveUser {

	private ReactiveUser() {
	}

	/**
	 * A call for each subscription, made for the user of that subscription.
	 * @param call the call
	 * @return its result
	 */
	static Mono<Object> mono(Supplier<CompletableFuture<Object>> call) {
		return ReactiveSecurityContextHolder.getContext()
			.map(Optional::of)
			// the call does not depend on it
			.onErrorComplete()
			.defaultIfEmpty(Optional.empty())
			.flatMap((user) -> Mono.fromFuture(() -> user.map((each) -> as(each, call)).orElseGet(call)));
	}

	private static CompletableFuture<Object> as(SecurityContext user, Supplier<CompletableFuture<Object>> call) {
		SecurityContext before = SecurityContextHolder.getContext();
		SecurityContextHolder.setContext(user);
		try {
			return call.get();
		}
		finally {
			SecurityContextHolder.setContext(before);
		}
	}

}
