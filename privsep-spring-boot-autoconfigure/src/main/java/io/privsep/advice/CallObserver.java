package io.privsep.advice;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.privsep.function.PrivilegedFunction;

/**
 * Sees every call of a function. Where there are several observers, each sees what those
 * after it in their order do.
 */
public interface CallObserver {

	/** Sees nothing. */
	CallObserver NONE = (context, function, call) -> call.run();

	/**
	 * Several observers as one.
	 * @param observers the observers, the outermost first
	 * @return an observer that lets each run the call through those after it
	 */
	static CallObserver of(List<CallObserver> observers) {
		if (observers.isEmpty()) {
			return NONE;
		}
		CallObserver all = observers.get(observers.size() - 1);
		for (int i = observers.size() - 2; i >= 0; i--) {
			all = new NestedCallObserver(observers.get(i), all);
		}
		return all;
	}

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
		 * Its arguments, which may be secrets.
		 * @return the caller's own array, which is not to be changed
		 */
		@Nullable Object[] arguments();

		/**
		 * Makes the call.
		 * @return the result
		 * @throws Throwable what the function or privsep throws
		 */
		@Nullable Object run() throws Throwable;

	}

}
