package io.privsep.advice;

import org.jspecify.annotations.Nullable;

import io.privsep.function.PrivilegedFunction;

/**
 * Sees every call of a function.
 */
public interface CallObserver {

	/** Sees nothing. */
	CallObserver NONE = (context, function, call) -> call.run();

	/**
	 * Runs a call.
	 * @param context name of the context
	 * @param function the function
	 * @param call the call
	 * @return what the call returns
	 * @throws Throwable what the call throws
	 */
	@Nullable Object observe(String context, PrivilegedFunction function, Call call) throws Throwable;

	/**
	 * A call that was not made yet.
	 */
	interface Call {

		/**
		 * Makes the call.
		 * @return the result
		 * @throws Throwable what the function or privsep throws
		 */
		@Nullable Object run() throws Throwable;

	}

}
