package io.privsep.test;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import org.assertj.core.api.AbstractAssert;
import org.assertj.core.presentation.StandardRepresentation;
import org.jspecify.annotations.Nullable;

/**
 * AssertJ's assertions for {@link PrivsepCalls}.
 * <p>
 * A function is named by its method, {@code update}, or with its bean,
 * {@code Motd.update}. Each assertion throws an {@link IllegalArgumentException} for a
 * context or function that no bean of the test has.
 */
public final class PrivsepCallsAssert extends AbstractAssert<PrivsepCallsAssert, PrivsepCalls> {

	PrivsepCallsAssert(PrivsepCalls actual) {
		super(actual, PrivsepCallsAssert.class);
	}

	/**
	 * Verifies that a function was called, with whatever arguments.
	 * @param context name of the context
	 * @param function name of the function
	 * @return this
	 */
	public PrivsepCallsAssert called(String context, String function) {
		return atLeastOne(context, function, "", (call) -> true);
	}

	/**
	 * Verifies that a function was called in some way.
	 * @param context name of the context
	 * @param function name of the function
	 * @param which says whether a call is meant
	 * @return this
	 */
	public PrivsepCallsAssert called(String context, String function, Predicate<? super PrivsepCall> which) {
		return atLeastOne(context, function, " as the predicate has it", which);
	}

	/**
	 * Verifies that a function was called with these arguments; arrays are equal if their
	 * elements are.
	 * @param context name of the context
	 * @param function name of the function
	 * @param arguments all arguments, in their order
	 * @return this
	 */
	public PrivsepCallsAssert calledWith(String context, String function, @Nullable Object... arguments) {
		return atLeastOne(context, function,
				" with " + StandardRepresentation.STANDARD_REPRESENTATION.toStringOf(arguments),
				(call) -> Arrays.deepEquals(call.arguments().toArray(), arguments));
	}

	/**
	 * Verifies that a function was called once, whatever came of it.
	 * @param context name of the context
	 * @param function name of the function
	 * @return this
	 */
	public PrivsepCallsAssert calledOnce(String context, String function) {
		return calledTimes(context, function, 1);
	}

	/**
	 * Verifies how often a function was called, whatever came of it.
	 * @param context name of the context
	 * @param function name of the function
	 * @param times how often
	 * @return this
	 */
	public PrivsepCallsAssert calledTimes(String context, String function, int times) {
		isNotNull();
		int found = this.actual.of(context, function).size();
		if (found != times) {
			fail("'" + function + "' of context '" + context + "' to be called " + times(times) + ", but it was "
					+ times(found));
		}
		return this;
	}

	/**
	 * Verifies that a call of a function has returned.
	 * @param context name of the context
	 * @param function name of the function
	 * @return this
	 */
	public PrivsepCallsAssert returned(String context, String function) {
		return atLeastOne(context, function, " and to return", (call) -> call.isDone() && call.failure() == null);
	}

	/**
	 * Verifies that a call of a function has thrown an exception.
	 * @param context name of the context
	 * @param function name of the function
	 * @param type class of the exception, or a superclass of it
	 * @return this
	 */
	public PrivsepCallsAssert threw(String context, String function, Class<? extends Throwable> type) {
		return atLeastOne(context, function, " and to throw a '" + type.getSimpleName() + "'",
				(call) -> type.isInstance(call.failure()));
	}

	/**
	 * Verifies that no function of a context was called.
	 * @param context name of the context
	 * @return this
	 */
	public PrivsepCallsAssert neverCalled(String context) {
		isNotNull();
		if (!this.actual.of(context).isEmpty()) {
			fail("no function of context '" + context + "' to be called");
		}
		return this;
	}

	/**
	 * Verifies that a function was not called.
	 * @param context name of the context
	 * @param function name of the function
	 * @return this
	 */
	public PrivsepCallsAssert neverCalled(String context, String function) {
		return calledTimes(context, function, 0);
	}

	/**
	 * Verifies that no function was called.
	 * @return this
	 */
	public PrivsepCallsAssert hasNoCalls() {
		isNotNull();
		if (!this.actual.all().isEmpty()) {
			fail("no function to be called");
		}
		return this;
	}

	private PrivsepCallsAssert atLeastOne(String context, String function, String how,
			Predicate<? super PrivsepCall> which) {
		isNotNull();
		Objects.requireNonNull(which, "'which' is needed");
		if (this.actual.of(context, function).stream().noneMatch(which)) {
			fail("'" + function + "' of context '" + context + "' to be called" + how);
		}
		return this;
	}

	private void fail(String expected) {
		List<PrivsepCall> calls = this.actual.all();
		failWithMessage("%s", "Expected " + expected + "; " + (calls.isEmpty() ? "there were no calls"
				: calls.stream().map((call) -> "\n  " + call).collect(Collectors.joining("", "the calls were:", ""))));
	}

	private static String times(int times) {
		return switch (times) {
			case 0 -> "never";
			case 1 -> "once";
			default -> times + " times";
		};
	}

}
