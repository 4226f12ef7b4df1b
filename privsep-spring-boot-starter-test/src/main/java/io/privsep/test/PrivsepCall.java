package io.privsep.test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;

import org.assertj.core.presentation.StandardRepresentation;
import org.jspecify.annotations.Nullable;

/**
 * A call of a function that was recorded. Where a call is repeated, by {@code @Retryable}
 * for one, each attempt is a call.
 */
public final class PrivsepCall {

	private final String context;

	private final String function;

	private final List<@Nullable Object> arguments;

	// that of an asynchronous function is its own, and ends when that does
	private volatile CompletableFuture<?> outcome = new CompletableFuture<>();

	PrivsepCall(String context, String function, @Nullable Object[] arguments) {
		this.context = context;
		this.function = function;
		List<@Nullable Object> copy = new ArrayList<>();
		for (Object argument : arguments) {
			copy.add(argument);
		}
		this.arguments = Collections.unmodifiableList(copy);
	}

	void returned(@Nullable Object result) {
		this.outcome = (result instanceof CompletableFuture<?> future) ? future
				: CompletableFuture.completedFuture(result);
	}

	void threw(Throwable failure) {
		this.outcome = CompletableFuture.failedFuture(failure);
	}

	/**
	 * Name of the context.
	 * @return the name
	 */
	public String context() {
		return this.context;
	}

	/**
	 * Name of the function.
	 * @return the name, such as {@code Motd.update}
	 */
	public String function() {
		return this.function;
	}

	/**
	 * The arguments, as the caller has given them.
	 * @return the arguments in their order
	 */
	public List<@Nullable Object> arguments() {
		return this.arguments;
	}

	/**
	 * Whether it has returned or thrown. An asynchronous call is done when its future is.
	 * @return whether it is done
	 */
	public boolean isDone() {
		return this.outcome.isDone();
	}

	/**
	 * What it has returned; of an asynchronous function, the value of its future.
	 * @return the result; {@code null} also if there is none, or none yet
	 */
	public @Nullable Object result() {
		return (isDone() && failure() == null) ? this.outcome.join() : null;
	}

	/**
	 * What it has thrown; of an asynchronous function, what its future failed with.
	 * @return the exception, or {@code null} if it has returned or is not done
	 */
	public @Nullable Throwable failure() {
		if (!this.outcome.isCompletedExceptionally()) {
			return null;
		}
		Throwable failure = this.outcome.handle((result, ex) -> ex).join();
		return (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause() : failure;
	}

	/**
	 * All of it, for people; other than elsewhere in privsep, arguments and the result
	 * are shown.
	 * @return such as {@code motd: Motd.update("Hello") threw PrivsepTimeoutException: …}
	 */
	@Override
	public String toString() {
		String call = this.context + ": " + this.function
				+ this.arguments.stream().map(PrivsepCall::text).collect(Collectors.joining(", ", "(", ")"));
		Throwable failure = failure();
		if (failure != null) {
			return call + " threw " + failure.getClass().getSimpleName() + ": " + failure.getMessage();
		}
		return call + (isDone() ? " returned " + text(result()) : " is not done");
	}

	private static String text(@Nullable Object value) {
		return StandardRepresentation.STANDARD_REPRESENTATION.toStringOf(value);
	}

}
