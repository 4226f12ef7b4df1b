package io.privsep.test;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.privsep.PrivsepBusyException;
import io.privsep.PrivsepConnectionLostException;
import io.privsep.PrivsepTimeoutException;
import io.privsep.PrivsepUnavailableException;
import io.privsep.function.PrivilegedFunction;
import io.privsep.test.PrivsepFaults.Fault;

/**
 * Calls that shall go wrong. Calls of functions that return a future fail by that future,
 * as always.
 */
public final class FaultyCalls {

	private static final int ALWAYS = 0;

	private final PrivsepFaults faults;

	private final String context;

	private final @Nullable String function;

	private final int times;

	FaultyCalls(PrivsepFaults faults, String context, @Nullable String function, int times) {
		this.faults = faults;
		this.context = context;
		this.function = function;
		this.times = times;
	}

	/**
	 * Chooses the next calls instead of the next one.
	 * @param times how many
	 * @return the calls
	 */
	public FaultyCalls times(int times) {
		if (times < 1) {
			throw new IllegalArgumentException("At least one call has to go wrong, not '" + times + "'");
		}
		return new FaultyCalls(this.faults, this.context, this.function, times);
	}

	/**
	 * Chooses all calls until the end of the test method, or
	 * {@link PrivsepFaults#reset()}.
	 * @return the calls
	 */
	public FaultyCalls always() {
		return new FaultyCalls(this.faults, this.context, this.function, ALWAYS);
	}

	/**
	 * Fails with a {@link PrivsepConnectionLostException}, as if the helper had ended
	 * before it has begun to run the function. No helper is ended.
	 */
	public void disconnect() {
		add((call) -> call.fail(connectionLost(call)));
	}

	/**
	 * Fails with a {@link PrivsepConnectionLostException}, as if the helper had ended
	 * after it has run the function: it is run. No helper is ended.
	 */
	public void disconnectAfterwards() {
		add((call) -> call.runAndFail(connectionLost(call)));
	}

	/**
	 * Fails with a {@link PrivsepTimeoutException} at once, without the time that it
	 * takes. The function is not run.
	 */
	public void timeout() {
		add((call) -> call.fail(call.timedOut()));
	}

	/**
	 * Fails with a {@link PrivsepUnavailableException} at once. The function is not run.
	 */
	public void unavailable() {
		add((call) -> call.fail(new PrivsepUnavailableException(call.context(), call.name(),
				call.message("there is no helper to run '" + call.name() + "'"), null)));
	}

	/**
	 * Fails with a {@link PrivsepBusyException} at once. The function is not run.
	 */
	public void busy() {
		add((call) -> call.fail(new PrivsepBusyException(call.context(), call.name(),
				call.message("no slot for '" + call.name() + "' in time"), null)));
	}

	/**
	 * Runs the function later. Where that is not before the timeout of the function, it
	 * fails with a {@link PrivsepTimeoutException} after that time, and the function is
	 * not run.
	 * @param delay how much later
	 */
	public void delay(Duration delay) {
		if (delay.isNegative()) {
			throw new IllegalArgumentException("A delay cannot be negative, as '" + delay + "' is");
		}
		add((call) -> call.runLater(delay));
	}

	private static PrivsepConnectionLostException connectionLost(FaultyCall call) {
		return new PrivsepConnectionLostException(call.context(), call.name(),
				call.message("the helper ended during '" + call.name() + "'"), null);
	}

	private void add(Fault fault) {
		this.faults.add(this, fault);
	}

	int times() {
		return this.times;
	}

	boolean isMeant(String context, PrivilegedFunction function) {
		return this.context.equals(context) && FunctionNames.isNamed(function.name(), this.function);
	}

}
