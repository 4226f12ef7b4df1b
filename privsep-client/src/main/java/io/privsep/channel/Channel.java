package io.privsep.channel;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.privsep.PrivsepBusyException;
import io.privsep.PrivsepConnectionLostException;
import io.privsep.PrivsepException;
import io.privsep.PrivsepTimeoutException;
import io.privsep.PrivsepUnavailableException;
import io.privsep.PrivsepValidationException;
import io.privsep.function.PrivilegedFunction;
import io.privsep.value.UnacceptableValueException;
import io.privsep.value.ValueReader;
import io.privsep.value.ValueWriter;
import io.privsep.wire.Frame;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.MessageTooLargeException;
import io.privsep.wire.Protocol;
import io.privsep.wire.Reply;
import io.privsep.wire.Request;
import io.privsep.wire.Thrown;
import io.privsep.wire.Trace;

/**
 * The application's end of a context: calls the functions of its helper.
 */
public final class Channel {

	private static final Logger logger = LoggerFactory.getLogger(Channel.class);

	/**
	 * How long one waits at most for what is being done in this moment, in nanoseconds.
	 */
	private static final long SOON = 100_000;

	/** The most bytes of a message that is kept while its call waits for a slot. */
	private static final int MAX_IN_LINE = 1 << 12;

	private final ContextSettings settings;

	private final String context;

	private final TraceSource traces;

	private final ThrownRebuilder thrownRebuilder;

	private final Slots slots;

	private final AtomicInteger nextId = new AtomicInteger();

	private final int maxFrameLength;

	private final int maxElements;

	private volatile HelperPool helpers;

	private volatile AsynchronousCalls asynchronousCalls;

	private boolean closed;

	/**
	 * Makes a channel, whose helper is not started yet.
	 * @param settings what the channel needs to know
	 */
	public Channel(ContextSettings settings) {
		this(settings, TraceSource.NONE);
	}

	/**
	 * Makes a channel, whose helper is not started yet.
	 * @param settings what the channel needs to know
	 * @param traces says where the current thread stands in a distributed trace
	 */
	public Channel(ContextSettings settings, TraceSource traces) {
		this.settings = settings;
		this.traces = traces;
		this.context = settings.context();
		this.thrownRebuilder = new ThrownRebuilder(this.context, settings.table().functions());
		this.slots = new Slots(settings.definition().maxConcurrency());
		this.maxFrameLength = Protocol.maxFrameLength(settings.definition().maxMessageSize());
		this.maxElements = settings.definition().maxElements();
		this.helpers = new HelperPool(settings, this.slots);
		this.asynchronousCalls = new AsynchronousCalls(this.context, settings.definition().maxConcurrency());
	}

	/** Begins to start the helper, and its spares; also after {@link #close}. */
	public synchronized void start() {
		if (this.closed) {
			this.closed = false;
			this.helpers = new HelperPool(this.settings, this.slots);
			this.asynchronousCalls = new AsynchronousCalls(this.context, this.settings.definition().maxConcurrency());
		}
		this.helpers.start();
	}

	/**
	 * Waits until the helper, and its spares, have started for the first time.
	 * @throws HelperStartException if it has failed to
	 */
	public void awaitFirstStart() throws HelperStartException {
		try {
			this.helpers.firstStart().get(this.settings.startTimeout().toMillis() + 5000, TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException ex) {
			List<String> lastWords = (ex.getCause() instanceof HelperStartException cause) ? cause.lastWords()
					: List.of();
			throw new HelperStartException(this.context, (ex.getCause() != null)
					? String.valueOf(ex.getCause().getMessage()) : String.valueOf(ex.getMessage()), lastWords,
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
	 * Calls a function and waits for its answer.
	 * @param function the function
	 * @param arguments its arguments
	 * @param timeout how long to wait
	 * @return the result
	 * @throws Throwable what the function threw, or a {@link PrivsepException}
	 */
	public @Nullable Object call(PrivilegedFunction function, @Nullable Object[] arguments, Duration timeout)
			throws Throwable {
		return call(function, arguments, timeout, System.nanoTime() + this.settings.queueTimeout().toNanos(),
				this.traces.current());
	}

	/**
	 * Calls a function without waiting for its answer.
	 * @param function the function
	 * @param arguments its arguments
	 * @param timeout how long to wait for the answer, from the moment the call is sent
	 * @return the result to come; cancelling it cancels the call
	 */
	public CompletableFuture<@Nullable Object> callAsynchronously(PrivilegedFunction function,
			@Nullable Object[] arguments, Duration timeout) {
		long queueDeadline = System.nanoTime() + this.settings.queueTimeout().toNanos();
		Trace trace = this.traces.current();
		String name = function.name();
		return this.asynchronousCalls.call(() -> call(function, arguments, timeout, queueDeadline, trace),
				queueDeadline, () -> noHelper(name, null), () -> noSlot(name));
	}

	private PrivsepBusyException noSlot(String name) {
		return new PrivsepBusyException(this.context, name,
				message("no slot for '" + name + "' within " + text(this.settings.queueTimeout())), null);
	}

	private PrivsepUnavailableException noHelper(String name, @Nullable Throwable cause) {
		return new PrivsepUnavailableException(this.context, name, message("there is no helper to run '" + name + "'"),
				cause);
	}

	private @Nullable Object call(PrivilegedFunction function, @Nullable Object[] arguments, Duration timeout,
			long queueDeadline, Trace trace) throws Throwable {
		while (true) {
			int id = this.nextId.getAndIncrement();
			PendingCall call = new PendingCall(id, function, timeout.toNanos());
			Frame frame = frame(id, function, arguments, trace);
			boolean isSmall = frame.remaining() <= MAX_IN_LINE;
			if (isSmall) {
				call.setFrame(frame);
			}
			if (!this.slots.take(call)) {
				if (!isSmall) {
					// any number may wait, and shall not have all their messages in
					// memory
					frame = null;
				}
				awaitSlot(call, queueDeadline);
			}
			Connection target = call.connection();
			if (target == null) {
				if (frame != null) {
					call.setFrame(frame);
				}
				target = send(call, arguments, timeout, queueDeadline, trace);
			}
			if (target != null) {
				awaitAnswer(target, call, timeout);
				if (!call.isUnsent()) {
					return answer(target, call);
				}
			}
			if (System.nanoTime() - queueDeadline > 0) {
				throw noHelper(function.name(), this.helpers.lastFailure());
			}
		}
	}

	private void awaitSlot(PendingCall call, long queueDeadline) {
		String name = call.function().name();
		boolean interrupted = false;
		while (!call.isOutOfLine()) {
			long left = queueDeadline - System.nanoTime();
			interrupted |= Thread.interrupted();
			// who is not in the line any more has got a slot in the last moment
			if ((left <= 0 || interrupted) && this.slots.leave(call)) {
				if (interrupted) {
					Thread.currentThread().interrupt();
					throw new PrivsepBusyException(this.context, name,
							message("interrupted while '" + name + "' waited for a slot"), new InterruptedException());
				}
				throw noSlot(name);
			}
			// nobody wakes the caller of a call that is sent for it, and its time begins
			// then
			LockSupport.parkNanos(this, Math.max(Math.min(left, call.timeout()), SOON));
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Sends a call, which has a slot.
	 * @param call the call
	 * @param arguments its arguments, where it has no frame yet
	 * @param timeout its timeout
	 * @param queueDeadline until when it may wait for a helper
	 * @param trace where it stands in a distributed trace
	 * @return the connection that it was sent to, or {@code null} if that ended before:
	 * the function certainly did not run, and the next helper may run it
	 */
	private @Nullable Connection send(PendingCall call, @Nullable Object[] arguments, Duration timeout,
			long queueDeadline, Trace trace) {
		String name = call.function().name();
		boolean slotIsConnections = false;
		try {
			if (call.frame() == null) {
				call.setFrame(frame(call.id(), call.function(), arguments, trace));
			}
			Connection target = awaitConnection(call, queueDeadline);
			slotIsConnections = true;
			if (!target.send(call)) {
				throw new PrivsepUnavailableException(this.context, name,
						message("the helper did not take the call of '" + name + "' within " + text(timeout)), null);
			}
			return target;
		}
		catch (ConnectionEndedException ex) {
			logger.debug("Context '{}': the helper ended before '{}' was called", this.context, name, ex);
			return null;
		}
		finally {
			if (!slotIsConnections) {
				PendingCall next = this.slots.release();
				if (next != null) {
					next.grantSlot();
				}
			}
		}
	}

	private Frame frame(int id, PrivilegedFunction function, @Nullable Object[] arguments, Trace trace) {
		try {
			return Request.Call.write(new FrameWriter(this.maxFrameLength), id, function.number(), trace,
					(out) -> ValueWriter.write(function.parameters(), arguments, out, this.maxElements));
		}
		catch (MessageTooLargeException | UnacceptableValueException ex) {
			throw new IllegalArgumentException("Context '" + this.context + "': '" + function.name()
					+ "' did not run, as its arguments cannot be sent: " + ex.getMessage(), ex);
		}
	}

	private void awaitAnswer(Connection target, PendingCall call, Duration timeout) {
		String name = call.function().name();
		try {
			if (!target.reader().await(call)) {
				String message = message("no reply to '" + name + "' within " + text(timeout));
				target.cancel(call, this.settings.cancelGrace());
				throw new PrivsepTimeoutException(this.context, name, message, null);
			}
		}
		catch (InterruptedException ex) {
			target.cancel(call, this.settings.cancelGrace());
			Thread.currentThread().interrupt();
			throw new PrivsepTimeoutException(this.context, name,
					message("interrupted while waiting for the reply to '" + name + "'"), ex);
		}
	}

	private @Nullable Object answer(Connection target, PendingCall call) throws Throwable {
		PrivilegedFunction function = call.function();
		String name = function.name();
		Reply reply = call.reply();
		if (reply instanceof Reply.Returned returned) {
			try {
				return ValueReader.read(function.result(), returned.result(), this.maxElements);
			}
			catch (UnacceptableValueException ex) {
				throw new PrivsepException(this.context, name,
						message("'" + name + "' ran, but its result is not accepted: " + ex.getMessage()), ex);
			}
		}
		if (reply instanceof Reply.Threw threw) {
			if (isOutOfMemory(threw.thrown())) {
				target.replace("'" + name + "' ran out of memory");
			}
			throw this.thrownRebuilder.rebuild(function, threw.thrown());
		}
		if (reply instanceof Reply.Refused refused) {
			throw new PrivsepException(this.context, name,
					message("the helper refuses '" + name + "', which did not run: " + refused.reason()), null);
		}
		if (reply instanceof Reply.Invalid invalid) {
			throw new PrivsepValidationException(this.context, name, invalid.violations());
		}
		throw new PrivsepConnectionLostException(this.context, name,
				message("the helper ended during '" + name + "'", "next helper", this.helpers.stateWithout(target)),
				this.helpers.lastFailure());
	}

	// A JVM that has gone on after that may fail anywhere.
	private static boolean isOutOfMemory(Thrown thrown) {
		for (Thrown each = thrown; each != null; each = each.cause()) {
			if (each.type().equals(OutOfMemoryError.class.getName())) {
				return true;
			}
		}
		return false;
	}

	private Connection awaitConnection(PendingCall call, long queueDeadline) {
		String name = call.function().name();
		try {
			Connection connection = this.helpers.await(call, queueDeadline);
			if (connection == null) {
				throw noHelper(name, this.helpers.lastFailure());
			}
			return connection;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new PrivsepUnavailableException(this.context, name,
					message("interrupted while waiting for a helper to run '" + name + "'"), ex);
		}
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

	private String message(String what) {
		return message(what, "helper", this.helpers.status().state());
	}

	private String message(String what, String helper, ChannelState state) {
		int max = this.settings.definition().maxConcurrency();
		return "Context '" + this.context + "': " + what + " (" + helper + " " + state + ", " + this.slots.taken() + "/"
				+ max + " calls running, " + waiting() + " waiting)";
	}

	static String text(Duration duration) {
		return (duration.toMillis() % 1000 == 0) ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
	}

}
