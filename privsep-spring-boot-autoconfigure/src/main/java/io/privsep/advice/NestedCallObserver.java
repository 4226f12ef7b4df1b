package io.privsep.advice;

import org.jspecify.annotations.Nullable;

import io.privsep.function.PrivilegedFunction;

/**
 * Two observers as one.
 *
 * @param outer sees what the other does
 * @param inner runs the call
 */
record NestedCallObserver(CallObserver outer, CallObserver inner) implements CallObserver {

	@Override
	public @Nullable Object observe(String context, PrivilegedFunction function, Call call) throws Throwable {
		return this.outer.observe(context, function, new InnerCall(this.inner, context, function, call));
	}

	/**
	 * A call that the inner observer sees.
	 *
	 * @param inner the observer
	 * @param context name of the context
	 * @param function the function
	 * @param call what the inner observer runs
	 */
	private record InnerCall(CallObserver inner, String context, PrivilegedFunction function,
			Call call) implements Call {

		@Override
		public @Nullable Object[] arguments() {
			return this.call.arguments();
		}

		@Override
		public @Nullable Object run() throws Throwable {
			return this.inner.observe(this.context, this.function, this.call);
		}

	}

}
