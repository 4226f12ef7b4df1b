package io.privsep.advice;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.support.AopUtils;
import org.springframework.util.ReflectionUtils;

import io.privsep.channel.Channel;
import io.privsep.channel.Channels;
import io.privsep.function.FunctionTable;
import io.privsep.function.PrivilegedFunction;
import io.privsep.functions.FunctionTimeouts;

/**
 * Turns a call of a proxy into a call of a function.
 */
final class PrivsepFunctionInterceptor implements MethodInterceptor {

	private final Class<?> beanType;

	private final FunctionTable table;

	private final Supplier<Channels> channels;

	private final Supplier<CallObserver> observer;

	private final Map<Method, Target> targets = new ConcurrentHashMap<>();

	PrivsepFunctionInterceptor(Class<?> beanType, FunctionTable table, Supplier<Channels> channels,
			Supplier<CallObserver> observer) {
		this.beanType = beanType;
		this.table = table;
		this.channels = channels;
		this.observer = observer;
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Method method = invocation.getMethod();
		if (ReflectionUtils.isObjectMethod(method)) {
			return invokeObjectMethod(invocation);
		}
		Target target = this.targets.computeIfAbsent(method, this::target);
		return switch (target.function().kind()) {
			case RETURNED -> call(target, invocation.getArguments());
			case FUTURE -> call(target, invocation.getArguments().clone());
			// Spring awaits it, and gives it to Kotlin
			case MONO, SUSPENDED -> {
				@Nullable Object[] arguments = Arrays.copyOf(invocation.getArguments(), target.function().parameters().size());
				yield LaterCall.mono(() -> call(target, arguments));
			}
		};
	}

	private @Nullable Object call(Target target, @Nullable Object[] arguments) throws Throwable {
		return this.observer.get()
			.observe(this.table.context(), target.function(), new FunctionCall(target, arguments));
	}

	private Target target(Method method) {
		PrivilegedFunction function = this.table.function(this.beanType,
				AopUtils.getMostSpecificMethod(method, this.beanType));
		if (function == null) {
			throw new IllegalStateException("'" + this.beanType.getSimpleName() + "." + method.getName()
					+ "' is not a function, and its bean lives in the helper of context '" + this.table.context()
					+ "'");
		}
		Channel channel = this.channels.get().get(this.table.context());
		return new Target(function, channel, FunctionTimeouts.of(function, channel.settings().times().call()));
	}

	private Object invokeObjectMethod(MethodInvocation invocation) {
		Object proxy = ((ProxyMethodInvocation) invocation).getProxy();
		return switch (invocation.getMethod().getName()) {
			case "equals" -> invocation.getArguments()[0] == proxy;
			case "hashCode" -> System.identityHashCode(proxy);
			case "toString" -> this.beanType.getName() + " in context '" + this.table.context() + "'";
			default -> throw new UnsupportedOperationException(invocation.getMethod().getName());
		};
	}

	private record FunctionCall(Target target, @Nullable Object[] arguments) implements CallObserver.Call {

		@Override
		public @Nullable Object run() throws Throwable {
			PrivilegedFunction function = this.target.function();
			Channel channel = this.target.channel();
			if (function.isAsynchronous()) {
				return channel.callAsynchronously(function, this.arguments, this.target.timeout());
			}
			return channel.call(function, this.arguments, this.target.timeout());
		}

	}

	private record Target(PrivilegedFunction function, Channel channel, Duration timeout) {
	}

}
