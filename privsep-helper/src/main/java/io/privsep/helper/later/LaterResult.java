package io.privsep.helper.later;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import org.jspecify.annotations.Nullable;

import io.privsep.function.PrivilegedFunction;
import io.privsep.function.ResultKind;

/**
 * Runs functions that give their result later, and waits for it. Reactor and Kotlin are
 * used by their names: they are the application's.
 */
public final class LaterResult {

	private LaterResult() {
	}

	/**
	 * Runs a function, and waits for its result. An interrupt cancels what goes on.
	 * @param function the function
	 * @param target its bean
	 * @param arguments its arguments
	 * @return the result
	 * @throws Throwable whatever the function, or what it has begun, throws
	 */
	public static @Nullable Object await(PrivilegedFunction function, Object target, @Nullable Object[] arguments)
			throws Throwable {
		if (function.kind() == ResultKind.SUSPENDED) {
			return run(function.method(), target, arguments);
		}
		Object result = function.method().invoke(target, arguments);
		if (result == null) {
			throw new IllegalStateException("'" + function.name() + "' returned null instead of a "
					+ function.method().getReturnType().getSimpleName());
		}
		Object future = (function.kind() == ResultKind.MONO)
				? function.method().getReturnType().getMethod("toFuture").invoke(result) : result;
		return await((CompletableFuture<?>) future);
	}

	private static @Nullable Object await(CompletableFuture<?> future) throws Throwable {
		try {
			return future.get();
		}
		catch (InterruptedException ex) {
			future.cancel(true);
			throw ex;
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() != null) ? ex.getCause() : ex;
		}
	}

	// runBlocking(EmptyCoroutineContext) { function(arguments) }
	private static @Nullable Object run(Method function, Object target, @Nullable Object[] arguments) throws Throwable {
		ClassLoader loader = target.getClass().getClassLoader();
		Class<?> blockType = loader.loadClass("kotlin.jvm.functions.Function2");
		Object context = loader.loadClass("kotlin.coroutines.EmptyCoroutineContext").getField("INSTANCE").get(null);
		Object block = Proxy.newProxyInstance(loader, new Class<?>[] { blockType }, (proxy, method, scopeAndResult) -> {
			@Nullable Object[] all = Arrays.copyOf(arguments, arguments.length + 1);
			all[arguments.length] = scopeAndResult[1];
			return function.invoke(target, all);
		});
		try {
			return loader.loadClass("kotlinx.coroutines.BuildersKt")
				.getMethod("runBlocking", loader.loadClass("kotlin.coroutines.CoroutineContext"), blockType)
				.invoke(null, context, block);
		}
		catch (InvocationTargetException ex) {
			// what the function throws before it is suspended, its proxy does not declare
			if (ex.getCause() instanceof UndeclaredThrowableException undeclared) {
				throw undeclared.getUndeclaredThrowable();
			}
			throw ex;
		}
	}

}
