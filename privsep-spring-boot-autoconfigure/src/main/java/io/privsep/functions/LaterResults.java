package io.privsep.functions;

import java.lang.reflect.Method;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.privsep.value.UnsupportedTypeException;

/**
 * What a function may return in the place of a type that gives a value later. As an
 * argument none of them is transferable.
 */
final class LaterResults {

	private static final String SUSPEND = "the type of its value, in a suspend function";

	private static final Map<String, String> INSTEAD = Map.of("reactor.core.publisher.Flux", "Mono<List<T>>",
			"org.reactivestreams.Publisher", "Mono", "java.util.concurrent.CompletionStage", "CompletableFuture",
			"java.util.concurrent.Future", "CompletableFuture", "kotlinx.coroutines.Deferred", "CompletableFuture");

	private LaterResults() {
	}

	/**
	 * What to return instead.
	 * @param ex tells of a type
	 * @param function returns it, or something that has it
	 * @return the advice; {@code null} if the type is not such a one, or does not stand
	 * alone
	 */
	static @Nullable String instead(UnsupportedTypeException ex, Method function) {
		Class<?> type = function.getReturnType();
		String instead = (ex.type() == type) ? INSTEAD.get(type.getName()) : null;
		return ("CompletableFuture".equals(instead) && KotlinWords.isKotlin(function.getDeclaringClass())) ? SUSPEND
				: instead;
	}

}
