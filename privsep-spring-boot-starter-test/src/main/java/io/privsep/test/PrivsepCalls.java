package io.privsep.test;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.assertj.core.api.AssertProvider;
import org.jspecify.annotations.Nullable;

import io.privsep.function.PrivilegedFunction;

/**
 * The calls of functions since the test method began, in the order in which they began. A
 * bean of tests with {@link AutoConfigurePrivsep}; give it to AssertJ's
 * {@code assertThat}.
 * <p>
 * Calls of mocks are not among them.
 */
public final class PrivsepCalls implements AssertProvider<PrivsepCallsAssert> {

	private final FunctionNames names;

	private final Queue<PrivsepCall> calls = new ConcurrentLinkedQueue<>();

	PrivsepCalls(FunctionNames names) {
		this.names = names;
	}

	PrivsepCall add(String context, PrivilegedFunction function, @Nullable Object[] arguments) {
		PrivsepCall call = new PrivsepCall(context, function.name(), arguments);
		this.calls.add(call);
		return call;
	}

	/**
	 * All calls.
	 * @return the calls so far
	 */
	public List<PrivsepCall> all() {
		return List.copyOf(this.calls);
	}

	/**
	 * The calls of a context's functions.
	 * @param context name of the context
	 * @return the calls so far
	 * @throws IllegalArgumentException if no bean has functions of this context
	 */
	public List<PrivsepCall> of(String context) {
		return find(context, null);
	}

	/**
	 * The calls of a function.
	 * @param context name of the context
	 * @param function name of the function, such as {@code update} or {@code Motd.update}
	 * @return the calls so far
	 * @throws IllegalArgumentException if there is no such function
	 */
	public List<PrivsepCall> of(String context, String function) {
		return find(context, function);
	}

	private List<PrivsepCall> find(String context, @Nullable String function) {
		this.names.check(context, function);
		return this.calls.stream()
			.filter((call) -> call.context().equals(context) && FunctionNames.isNamed(call.function(), function))
			.toList();
	}

	/** Forgets all calls so far, as is done before each test method. */
	public void reset() {
		this.calls.clear();
	}

	@Override
	public PrivsepCallsAssert assertThat() {
		return new PrivsepCallsAssert(this);
	}

}
