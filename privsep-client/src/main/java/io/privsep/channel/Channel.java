package io.privsep.channel;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.privsep.PrivsepException;
import io.privsep.connection.Slots;
import io.privsep.definition.AuditPlace;
import io.privsep.function.PrivilegedFunction;
import io.privsep.launch.FunctionLogLevel;
import io.privsep.wire.Caller;

/**
 * The application's end of a context: calls the functions of its helper.
 */
public final class Channel {

	private final ContextSettings settings;

	private final String context;

	private final TraceSource traces;

	private final Supplier<@Nullable String> principals;

	private final FunctionLogLevel logLevel;

	private final Slots slots;

	private final CallFailures failures;

	private final Calls calls;

	private volatile HelperPool helpers;

	private volatile AsynchronousCalls asynchronousCalls;

	private boolean closed;

	/**
	 * Makes a channel, whose helper is not started yet.
	 * @param settings what the channel needs to know
	 */
	public Channel(ContextSettings settings) {
		this(settings, TraceSource.NONE, () -> null);
	}

	/**
	 * Makes a channel, whose helper is not started yet.
	 * @param settings what the channel needs to know
	 * @param traces says where the current thread stands in a distributed trace
	 * @param principals says on whose behalf it runs, if that is known
	 */
	public Channel(ContextSettings settings, TraceSource traces, Supplier<@Nullable String> principals) {
		this.settings = settings;
		this.traces = traces;
		this.principals = principals;
		this.logLevel = new FunctionLogLevel(settings.table());
		this.context = settings.context();
		this.slots = new Slots(settings.definition().calls().maxConcurrency());
		this.failures = new CallFailures(settings, () -> this.helpers, this::load);
		this.calls = new Calls(settings, this.slots, () -> this.helpers, this.failures);
		this.helpers = new HelperPool(settings, this.slots);
		this.asynchronousCalls = new AsynchronousCalls(settings);
	}

	/** Begins to start the helper, and its spares; also after {@link #close}. */
	public synchronized void start() {
		if (this.closed) {
			this.closed = false;
			this.helpers = new HelperPool(this.settings, this.slots);
			this.asynchronousCalls = new AsynchronousCalls(this.settings);
		}
		this.helpers.start();
	}

	boolean isHopeless() {
		return this.helpers.firstStart().isHopeless();
	}

	/**
	 * Waits until the helper, and its spares, have started for the first time.
	 * @throws HelperStartException if it has failed to
	 */
	public void awaitFirstStart() throws HelperStartException {
		try {
			this.helpers.firstStart()
				.done()
				.get(2 * this.settings.times().start().toMillis() + 5000, TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException ex) {
			List<String> stderrTail = (ex.getCause() instanceof HelperStartException cause) ? cause.stderrTail()
					: List.of();
			throw new HelperStartException(this.context, (ex.getCause() != null)
					? String.valueOf(ex.getCause().getMessage()) : String.valueOf(ex.getMessage()), stderrTail,
					ex.getCause());
		}
		catch (TimeoutException ex) {
			throw new HelperStartException(this.context, "the helper is still being started", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new HelperStartException(this.context, "interrupted while the helper was started", ex);
		}
	}

	/**
	 * Calls a function and waits for its reply.
	 * @param function the function
	 * @param arguments its arguments
	 * @param timeout how long to wait
	 * @return the result
	 * @throws Throwable what the function threw, or a {@link PrivsepException}
	 */
	public @Nullable Object call(PrivilegedFunction function, @Nullable Object[] arguments, Duration timeout)
			throws Throwable {
		return this.calls.call(request(function, arguments, timeout));
	}

	/**
	 * Calls a function without waiting for its reply.
	 * @param function the function
	 * @param arguments its arguments
	 * @param timeout how long to wait for the reply, from the moment the call is sent
	 * @return the result to come; cancelling it cancels the call
	 */
	public CompletableFuture<@Nullable Object> callAsynchronously(PrivilegedFunction function,
			@Nullable Object[] arguments, Duration timeout) {
		CallRequest request = request(function, arguments, timeout);
		String name = function.name();
		return this.asynchronousCalls.call(() -> this.calls.call(request), request.queueDeadline(),
				() -> this.failures.noHelper(name, null),
				() -> this.failures.noRoom(name, AsynchronousCalls.MAX_WAITING), () -> this.failures.noSlot(name));
	}

	private CallRequest request(PrivilegedFunction function, @Nullable Object[] arguments, Duration timeout) {
		return new CallRequest(this.settings, function, arguments, timeout,
				this.settings.machine().nanoTime() + this.settings.times().queue().toNanos(), caller());
	}

	// Nobody but the audit asks who it is.
	private Caller caller() {
		String principal = (this.settings.definition().logging().audit() instanceof AuditPlace.Off) ? null
				: this.principals.get();
		return new Caller(this.logLevel.now().toInt(), principal, this.traces.current());
	}

	private String load() {
		return this.slots.taken() + "/" + this.settings.definition().calls().maxConcurrency() + " calls running, "
				+ waiting() + " waiting";
	}

	/**
	 * Looks whether helpers can still be started, after the application has given up
	 * rights.
	 */
	public void rightsChanged() {
		this.helpers.lookForObstacle();
	}

	/**
	 * Lets calls in flight finish, up to the stop-timeout, and ends the helper.
	 */
	public synchronized void close() {
		this.closed = true;
		this.asynchronousCalls.close();
		this.helpers.close();
	}

	/**
	 * What there is to say of this channel now.
	 * @return a view that does not change
	 */
	public ChannelStatus status() {
		return this.helpers.status();
	}

	/**
	 * How many calls have a slot now.
	 * @return at most {@code max-concurrency}
	 */
	public int running() {
		return this.slots.taken();
	}

	// How many helpers serve, wait, or are being started.
	int helpersInUse() {
		return this.helpers.inUse();
	}

	/**
	 * How many calls wait for a slot now.
	 * @return a number
	 */
	public int waiting() {
		return this.slots.waiting() + this.asynchronousCalls.waiting();
	}

	/**
	 * The context's settings.
	 * @return the settings
	 */
	public ContextSettings settings() {
		return this.settings;
	}

}
