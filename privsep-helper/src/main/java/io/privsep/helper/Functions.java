package io.privsep.helper;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import org.jspecify.annotations.Nullable;

import io.privsep.function.PrivilegedFunction;
import io.privsep.value.ValueCodec;
import io.privsep.wire.FrameBody;

/**
 * The functions and the beans they are called on; nothing else can be called.
 */
final class Functions {

	private final PrivilegedFunction[] functions;

	private final Object[] targets;

	Functions(PrivilegedBeans beans) {
		this.functions = beans.table().functions().toArray(PrivilegedFunction[]::new);
		this.targets = new Object[this.functions.length];
		for (int i = 0; i < this.functions.length; i++) {
			this.functions[i].method().setAccessible(true);
			this.targets[i] = beans.get(this.functions[i].beanType());
		}
	}

	/**
	 * Looks up a function.
	 * @param number its number, from the wire
	 * @return the function, or {@code null} if there is none
	 */
	@Nullable PrivilegedFunction find(int number) {
		return (number >= 0 && number < this.functions.length) ? this.functions[number] : null;
	}

	@Nullable Object[] decode(PrivilegedFunction function, FrameBody body) {
		@Nullable Object[] arguments = new @Nullable Object[function.parameters().size()];
		int i = 0;
		for (ValueCodec parameter : function.parameters()) {
			arguments[i++] = parameter.read(body);
		}
		body.expectEnd();
		return arguments;
	}

	/**
	 * Runs a function in this thread, and awaits its result if it is to come later.
	 * @param function the function
	 * @param arguments its arguments
	 * @return its result
	 * @throws Throwable whatever the function throws
	 */
	@Nullable Object invoke(PrivilegedFunction function, @Nullable Object[] arguments) throws Throwable {
		try {
			Object result = function.method().invoke(this.targets[function.number()], arguments);
			return function.isAsynchronous() ? await(function, (CompletableFuture<?>) result) : result;
		}
		catch (InvocationTargetException | ExecutionException ex) {
			throw (ex.getCause() != null) ? ex.getCause() : ex;
		}
	}

	private static @Nullable Object await(PrivilegedFunction function, @Nullable CompletableFuture<?> future)
			throws ExecutionException, InterruptedException {
		if (future == null) {
			throw new IllegalStateException("'" + function.name() + "' returned null instead of a future");
		}
		try {
			return future.get();
		}
		catch (InterruptedException ex) {
			future.cancel(true);
			throw ex;
		}
	}

}
