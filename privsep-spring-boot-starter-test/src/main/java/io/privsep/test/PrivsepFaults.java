package io.privsep.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.privsep.advice.CallObserver;
import io.privsep.function.PrivilegedFunction;
import io.privsep.functions.FunctionTimeouts;

/**
 * Lets calls of functions go wrong, for tests of what the application does then. A bean
 * of tests with {@link AutoConfigurePrivsep}.
 * <p>
 * A call goes wrong in the first way that was asked for and fits it. Helpers know nothing
 * of this, and go on; it is the same in every mode. A fault is the innermost thing that a
 * call meets: {@code @Retryable} and observations see it as they would see a real one.
 */
public final class PrivsepFaults {

	private final FunctionNames names;

	private final Function<String, Duration> callTimeouts;

	private final List<Awaiting> awaiting = new ArrayList<>();

	PrivsepFaults(FunctionNames names, Function<String, Duration> callTimeouts) {
		this.names = names;
		this.callTimeouts = callTimeouts;
	}

	/**
	 * Chooses the next call of any function of a context.
	 * @param context name of the context
	 * @return the call, for which to say what shall happen
	 * @throws IllegalArgumentException if no bean has functions of this context
	 */
	public FaultyCalls on(String context) {
		this.names.check(context, null);
		return new FaultyCalls(this, context, null, 1);
	}

	/**
	 * Chooses the next call of a function.
	 * @param context name of the context
	 * @param function name of the function, such as {@code update} or {@code Motd.update}
	 * @return the call, for which to say what shall happen
	 * @throws IllegalArgumentException if there is no such function
	 */
	public FaultyCalls on(String context, String function) {
		this.names.check(context, function);
		return new FaultyCalls(this, context, function, 1);
	}

	/** Lets no more calls go wrong, as is done after each test method. */
	public void reset() {
		synchronized (this.awaiting) {
			this.awaiting.clear();
		}
	}

	void add(FaultyCalls calls, Fault fault) {
		synchronized (this.awaiting) {
			this.awaiting.add(new Awaiting(calls, fault));
		}
	}

	@Nullable Object run(String context, PrivilegedFunction function, CallObserver.Call call) throws Throwable {
		Fault fault = take(context, function);
		return (fault != null) ? fault.run(new FaultyCall(context, function, timeout(context, function), call))
				: call.run();
	}

	private @Nullable Fault take(String context, PrivilegedFunction function) {
		synchronized (this.awaiting) {
			Iterator<Awaiting> each = this.awaiting.iterator();
			while (each.hasNext()) {
				Awaiting next = each.next();
				if (next.calls.isMeant(context, function)) {
					if (--next.left == 0) {
						each.remove();
					}
					return next.fault;
				}
			}
			return null;
		}
	}

	private Duration timeout(String context, PrivilegedFunction function) {
		return FunctionTimeouts.of(function, this.callTimeouts.apply(context));
	}

	/** What happens to a call. */
	interface Fault {

		@Nullable Object run(FaultyCall call) throws Throwable;

	}

	/** A fault that waits for its calls. */
	private static final class Awaiting {

		private final FaultyCalls calls;

		private final Fault fault;

		private int left;

		Awaiting(FaultyCalls calls, Fault fault) {
			this.calls = calls;
			this.fault = fault;
			this.left = calls.times();
		}

	}

}
