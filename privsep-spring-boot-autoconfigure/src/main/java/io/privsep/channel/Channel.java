package io.privsep.channel;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.privsep.PrivsepBusyException;
import io.privsep.PrivsepConnectionLostException;
import io.privsep.PrivsepException;
import io.privsep.PrivsepTimeoutException;
import io.privsep.PrivsepUnavailableException;
import io.privsep.channel.Connection.ConnectionEndedException;
import io.privsep.function.PrivilegedFunction;
import io.privsep.launch.HelperDefinition;
import io.privsep.launch.HelperDefinition.Installation;
import io.privsep.process.HelperProcess;
import io.privsep.rights.Capabilities;
import io.privsep.value.UnacceptableValueException;
import io.privsep.value.ValueCodec;
import io.privsep.wire.Frame;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.MalformedFrameException;
import io.privsep.wire.MessageTooLargeException;
import io.privsep.wire.Protocol;
import io.privsep.wire.Reply;
import io.privsep.wire.Request;

/**
 * The application's end of one helper: starts it, starts it again, and calls its
 * functions.
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

	private final ThrownRebuilder thrownRebuilder;

	private final Slots slots;

	private final AtomicInteger nextId = new AtomicInteger();

	private final int maxFrameLength;

	private final int maxReplyLength;

	private final ThreadPoolExecutor asynchronousCallers;

	private final Thread keeper;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition stateChanged = this.lock.newCondition();

	private final CompletableFuture<Void> firstStart = new CompletableFuture<>();

	private ChannelState state = ChannelState.NEW;

	private @Nullable Connection connection;

	private Reply.@Nullable Ready ready;

	private @Nullable HelperStartException lastFailure;

	private @Nullable Instant since;

	private int restarts;

	private boolean closing;

	/**
	 * Makes a channel, whose helper is not started yet.
	 * @param settings what the channel needs to know
	 */
	public Channel(ContextSettings settings) {
		this.settings = settings;
		this.context = settings.context();
		this.thrownRebuilder = new ThrownRebuilder(this.context, settings.table().functions());
		this.slots = new Slots(settings.definition().maxConcurrency());
		this.maxFrameLength = Protocol.maxFrameLength(settings.definition().maxMessageSize());
		Installation installation = settings.definition().installation();
		this.maxReplyLength = (installation != null && installation.logsToConnection())
				? Math.max(this.maxFrameLength, Protocol.maxFrameLength(Reply.Logged.MAX_LENGTH)) : this.maxFrameLength;
		this.keeper = new Thread(this::run, "privsep-" + this.context);
		this.keeper.setDaemon(true);
		int threads = settings.definition().maxConcurrency();
		this.asynchronousCallers = new ThreadPoolExecutor(threads, threads, 10, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), (task) -> {
					Thread thread = new Thread(task, "privsep-" + this.context + "-async");
					thread.setDaemon(true);
					return thread;
				});
		this.asynchronousCallers.allowCoreThreadTimeOut(true);
	}

	/** Begins to start the helper. */
	public void start() {
		this.keeper.start();
	}

	/**
	 * Waits until the helper has started for the first time.
	 * @throws HelperStartException if it has failed to
	 */
	public void awaitFirstStart() throws HelperStartException {
		try {
			this.firstStart.get(this.settings.startTimeout().toMillis() + 5000, TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException ex) {
			List<String> lastWords = (ex.getCause() instanceof HelperStartException cause) ? cause.lastWords()
					: List.of();
			throw new HelperStartException(this.context, (ex.getCause() != null)
					? String.valueOf(ex.getCause().getMessage()) : String.valueOf(ex.getMessage()), lastWords,
					ex.getCause());
		}
		catch (TimeoutException ex) {
			throw new HelperStartException(this.context, "the helper is still being started", List.of(), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new HelperStartException(this.context, "interrupted while the helper was started", List.of(), ex);
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
		return call(function, arguments, timeout, System.nanoTime() + this.settings.queueTimeout().toNanos());
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
		CompletableFuture<@Nullable Object> result = new CompletableFuture<>();
		Runnable task = () -> {
			if (result.isDone()) {
				return;
			}
			Thread caller = Thread.currentThread();
			Object monitor = new Object();
			boolean[] running = { true };
			result.whenComplete((value, ex) -> {
				synchronized (monitor) {
					if (result.isCancelled() && running[0]) {
						caller.interrupt();
					}
				}
			});
			try {
				result.complete(call(function, arguments, timeout, queueDeadline));
			}
			catch (Throwable ex) {
				result.completeExceptionally(ex);
			}
			finally {
				synchronized (monitor) {
					running[0] = false;
					Thread.interrupted();
				}
			}
		};
		try {
			this.asynchronousCallers.execute(task);
		}
		catch (RejectedExecutionException ex) {
			result.completeExceptionally(new PrivsepUnavailableException(this.context, function.name(),
					message("there is no helper to run '" + function.name() + "'"), ex));
		}
		return result;
	}

	private @Nullable Object call(PrivilegedFunction function, @Nullable Object[] arguments, Duration timeout,
			long queueDeadline) throws Throwable {
		while (true) {
			int id = this.nextId.getAndIncrement();
			PendingCall call = new PendingCall(id, function, timeout.toNanos());
			Frame frame = frame(id, function, arguments);
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
				target = send(call, arguments, timeout, queueDeadline);
			}
			if (target != null) {
				return answer(target, call, timeout);
			}
		}
	}

	private void awaitSlot(PendingCall call, long queueDeadline) {
		String name = call.function().name();
		boolean interrupted = false;
		while (!call.hasSlot()) {
			long left = queueDeadline - System.nanoTime();
			interrupted |= Thread.interrupted();
			// who is not in the line any more has got a slot in the last moment
			if ((left <= 0 || interrupted) && this.slots.leave(call)) {
				if (interrupted) {
					Thread.currentThread().interrupt();
					throw new PrivsepBusyException(this.context, name,
							message("interrupted while '" + name + "' waited for a slot"), new InterruptedException());
				}
				throw new PrivsepBusyException(this.context, name,
						message("no slot for '" + name + "' within " + text(this.settings.queueTimeout())), null);
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
	 * @return the connection that it was sent to, or {@code null} if that ended before:
	 * the function certainly did not run, and the next helper may run it
	 */
	private @Nullable Connection send(PendingCall call, @Nullable Object[] arguments, Duration timeout,
			long queueDeadline) {
		String name = call.function().name();
		boolean slotIsConnections = false;
		try {
			if (call.frame() == null) {
				call.setFrame(frame(call.id(), call.function(), arguments));
			}
			Connection target = awaitConnection(name, queueDeadline);
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

	private Frame frame(int id, PrivilegedFunction function, @Nullable Object[] arguments) {
		try {
			return Request.Call.write(new FrameWriter(this.maxFrameLength), id, function.number(), (out) -> {
				List<ValueCodec> codecs = function.parameters();
				for (int i = 0; i < codecs.size(); i++) {
					codecs.get(i).write(arguments[i], out);
				}
			});
		}
		catch (MessageTooLargeException ex) {
			throw new IllegalArgumentException(
					"Context '" + this.context + "': arguments of '" + function.name() + "': " + ex.getMessage(), ex);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException(
					"Context '" + this.context + "': arguments of '" + function.name() + "': " + ex.getMessage(), ex);
		}
	}

	private @Nullable Object answer(Connection target, PendingCall call, Duration timeout) throws Throwable {
		PrivilegedFunction function = call.function();
		String name = function.name();
		try {
			if (!target.await(call)) {
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
		Reply reply = call.reply();
		if (reply instanceof Reply.Returned returned) {
			try {
				Object result = function.result().read(returned.result());
				returned.result().expectEnd();
				return result;
			}
			catch (UnacceptableValueException ex) {
				throw new PrivsepException(this.context, name,
						message("the result of '" + name + "' is not acceptable: " + ex.getMessage()), ex);
			}
			catch (MalformedFrameException ex) {
				target.end(ex);
				throw new PrivsepConnectionLostException(this.context, name,
						message("the reply to '" + name + "' is malformed"), ex);
			}
		}
		if (reply instanceof Reply.Threw threw) {
			throw this.thrownRebuilder.rebuild(function, threw.thrown());
		}
		if (reply instanceof Reply.Refused refused) {
			throw new PrivsepException(this.context, name,
					message("the helper refuses '" + name + "': " + refused.reason()), null);
		}
		throw new PrivsepConnectionLostException(this.context, name, message("the helper ended during '" + name + "'"),
				lastFailure());
	}

	private Connection awaitConnection(String name, long queueDeadline) {
		this.lock.lock();
		try {
			long deadline = this.firstStart.isDone() ? queueDeadline
					: System.nanoTime() + this.settings.startTimeout().toNanos();
			while (this.connection == null || this.state != ChannelState.RUNNING || !this.connection.isOpen()) {
				long left = deadline - System.nanoTime();
				if (left <= 0 || this.closing) {
					throw new PrivsepUnavailableException(this.context, name,
							message("there is no helper to run '" + name + "'"), this.lastFailure);
				}
				this.stateChanged.awaitNanos(left);
			}
			return this.connection;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new PrivsepUnavailableException(this.context, name,
					message("interrupted while waiting for a helper to run '" + name + "'"), ex);
		}
		finally {
			this.lock.unlock();
		}
	}

	private void run() {
		int failures = 0;
		while (to(ChannelState.STARTING, null)) {
			HelperProcess process = null;
			Connection current = null;
			Throwable end;
			boolean wasRunning = false;
			try {
				process = this.settings.launcher().launch(this.settings.definition());
				current = new Connection(process.connection(), this.maxReplyLength, this.slots, process::log);
				Reply.Ready first = current.awaitReady(this.settings.startTimeout());
				if (first == null) {
					throw new IOException("the helper was not ready within " + text(this.settings.startTimeout()));
				}
				check(first);
				wasRunning = running(current, first);
				end = wasRunning ? current.keep() : new IOException("the channel was closed");
			}
			catch (Throwable ex) {
				// whatever it is, the next helper may do better
				end = ex;
			}
			if (current != null) {
				current.end(end);
			}
			String exit = (process != null) ? process.end() : "not started";
			List<String> lastWords = (process != null) ? process.lastWords() : List.of();
			failures = wasRunning ? 1 : failures + 1;
			HelperStartException failure = new HelperStartException(this.context,
					(end instanceof DifferentInstallationException) ? String.valueOf(end.getMessage())
							: "helper ended (" + exit + "): " + end.getMessage(),
					lastWords, end);
			if (!to(ChannelState.BACKOFF, failure)) {
				break;
			}
			this.firstStart.completeExceptionally(failure);
			if (failures == 1) {
				logger.warn("Context '{}': {}", this.context, failure.summary());
			}
			backOff(this.settings.backoff().delay(failures));
		}
		to(ChannelState.STOPPED, null);
		this.firstStart.completeExceptionally(
				new HelperStartException(this.context, "the application was closed", List.of(), null));
	}

	private void check(Reply.Ready first) throws IOException {
		HelperDefinition definition = this.settings.definition();
		if (first.protocol() != Protocol.VERSION) {
			throw new IOException("the helper speaks protocol " + first.protocol() + ", expected " + Protocol.VERSION);
		}
		if (!first.context().equals(this.context)) {
			throw new IOException("the helper is that of context '" + first.context() + "'");
		}
		InstallationCheck.run(definition, first.definition());
		if (!Arrays.equals(first.digest().array(), this.settings.table().digest())) {
			throw new IOException("the helper has other functions than the application; it comes from another build");
		}
		HelperDefinition.Rights rights = definition.rights();
		if (rights != null && (first.uid() != rights.uid() || first.capabilities() != rights.capabilities().mask())) {
			throw new IOException("the helper is user " + Integer.toUnsignedString(first.uid()) + " with capabilities "
					+ new Capabilities(first.capabilities()) + ", expected user "
					+ Integer.toUnsignedString(rights.uid()) + " with " + rights.capabilities());
		}
	}

	private boolean running(Connection current, Reply.Ready first) {
		this.lock.lock();
		try {
			if (this.closing) {
				return false;
			}
			if (this.firstStart.isDone()) {
				this.restarts++;
			}
			this.connection = current;
			this.ready = first;
		}
		finally {
			this.lock.unlock();
		}
		to(ChannelState.RUNNING, null);
		this.firstStart.complete(null);
		return true;
	}

	private void backOff(Duration delay) {
		this.lock.lock();
		try {
			long left = delay.toNanos();
			while (left > 0 && !this.closing) {
				left = this.stateChanged.awaitNanos(left);
			}
		}
		catch (InterruptedException ex) {
			logger.debug("Context '{}': interrupted while waiting", this.context, ex);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Changes the state, and is the only one that does.
	 * @param next the state to be
	 * @param failure why, if it is because of a failure
	 * @return whether it was changed; a channel that is being closed only stops
	 */
	private boolean to(ChannelState next, @Nullable HelperStartException failure) {
		this.lock.lock();
		try {
			if (this.closing && next != ChannelState.STOPPED) {
				return false;
			}
			if (!this.state.successors().contains(next)) {
				throw new IllegalStateException(this.state + " -> " + next);
			}
			if (next != ChannelState.RUNNING) {
				this.connection = null;
				this.ready = null;
			}
			logger.info("Helper '{}' {} -> {}{}", this.context, this.state, next,
					(this.ready != null) ? " (pid " + this.ready.pid() + ")" : "");
			this.state = next;
			this.since = Instant.now();
			if (failure != null) {
				this.lastFailure = failure;
			}
			this.stateChanged.signalAll();
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Lets calls in flight finish, up to the stop-timeout, and ends the helper.
	 */
	public void close() {
		Connection current;
		this.lock.lock();
		try {
			this.closing = true;
			current = this.connection;
			this.connection = null;
			this.stateChanged.signalAll();
		}
		finally {
			this.lock.unlock();
		}
		this.asynchronousCallers.shutdown();
		try {
			if (current != null) {
				current.drain();
				long deadline = System.nanoTime() + this.settings.stopTimeout().toNanos();
				while (!current.isIdle() && deadline - System.nanoTime() > 0) {
					Thread.sleep(5);
				}
				current.end(new IOException("the application was closed"));
			}
			if (this.keeper.isAlive()) {
				// one that is starting a helper waits for nothing else
				this.keeper.interrupt();
				this.keeper.join(this.settings.startTimeout().toMillis() + this.settings.stopTimeout().toMillis());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * What there is to say of this channel now.
	 * @return a view that does not change
	 */
	public ChannelStatus status() {
		this.lock.lock();
		try {
			return new ChannelStatus(this.context, this.state, (this.ready != null) ? this.ready.pid() : null,
					this.settings.user(), this.settings.capabilities(), this.settings.mode(), this.restarts, this.since,
					(this.lastFailure != null) ? this.lastFailure.summary() : null);
		}
		finally {
			this.lock.unlock();
		}
	}

	private @Nullable Throwable lastFailure() {
		this.lock.lock();
		try {
			return this.lastFailure;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The context's settings.
	 * @return the settings
	 */
	public ContextSettings settings() {
		return this.settings;
	}

	private String message(String what) {
		int max = this.settings.definition().maxConcurrency();
		ChannelState now;
		this.lock.lock();
		try {
			now = this.state;
		}
		finally {
			this.lock.unlock();
		}
		return "Context '" + this.context + "': " + what + " (helper " + now + ", " + this.slots.taken() + "/" + max
				+ " calls running, " + this.slots.waiting() + " waiting)";
	}

	private static String text(Duration duration) {
		return (duration.toMillis() % 1000 == 0) ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
	}

}
