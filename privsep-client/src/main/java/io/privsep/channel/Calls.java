package io.privsep.channel;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.privsep.PrivsepException;
import io.privsep.connection.Connection;
import io.privsep.connection.ConnectionEndedException;
import io.privsep.connection.PendingCall;
import io.privsep.connection.Slots;
import io.privsep.wire.Frame;

/**
 * The path of a call: slot, message, helper, reply.
 */
public final class Calls {

	private static final Logger logger = LoggerFactory.getLogger(Calls.class);

	/**
	 * How long one waits at most for what is being done in this moment, in nanoseconds.
	 */
	private static final long SOON = 100_000;

	/** How long a helper may take to say where a function was, in nanoseconds. */
	private static final long TO_BE_CANCELLED = 500_000_000;

	/** The most bytes of a message that is kept while its call waits for a slot. */
	private static final int MAX_QUEUED = 1 << 12;

	private final AtomicInteger nextId = new AtomicInteger();

	private final Slots slots;

	private final Supplier<HelperPool> helpers;

	private final ReplyDecoder decoder;

	private final CallFailures failures;

	private final Duration cancelGrace;

	Calls(ContextSettings settings, Slots slots, Supplier<HelperPool> helpers, CallFailures failures) {
		this.slots = slots;
		this.helpers = helpers;
		this.decoder = new ReplyDecoder(settings, failures);
		this.failures = failures;
		this.cancelGrace = settings.times().cancelGrace();
	}

	/**
	 * Makes a call, and waits for its reply. One that was certainly not sent goes to the
	 * next helper.
	 * @param request what is called
	 * @return the result
	 * @throws Throwable what the function threw, or a {@link PrivsepException}
	 */
	@Nullable Object call(CallRequest request) throws Throwable {
		while (true) {
			PendingCall call = new PendingCall(this.nextId.getAndIncrement(), request.function(),
					request.timeout().toNanos(), request.settings().machine().threads());
			Connection connection = send(call, request);
			if (connection != null) {
				awaitReply(connection, call, request);
				if (!call.isUnsent()) {
					return this.decoder.decode(connection, call);
				}
			}
			if (request.settings().machine().nanoTime() - request.queueDeadline() > 0) {
				throw this.failures.noHelper(request.name());
			}
		}
	}

	/**
	 * Sends a call, as soon as there is a slot and a helper for it.
	 * @param call the call
	 * @param request what is called
	 * @return the connection that it was sent to, or {@code null} if that ended before:
	 * the function certainly did not run, and the next helper may run it
	 */
	private @Nullable Connection send(PendingCall call, CallRequest request) {
		Frame frame = request.frame(call.id());
		boolean isSmall = frame.remaining() <= MAX_QUEUED;
		if (isSmall) {
			call.setFrame(frame);
		}
		if (!this.slots.take(call)) {
			if (!isSmall) {
				// any number may wait, and shall not have all their messages in memory
				frame = null;
			}
			awaitSlot(call, request);
		}
		Connection connection = call.connection();
		return (connection != null) ? connection : sendWithSlot(call, frame, request);
	}

	private void awaitSlot(PendingCall call, CallRequest request) {
		boolean interrupted = false;
		while (!call.isOutOfQueue()) {
			long left = request.queueDeadline() - request.settings().machine().nanoTime();
			interrupted |= Thread.interrupted();
			// who is not in the queue any more has got a slot in the last moment
			if ((left <= 0 || interrupted) && this.slots.leave(call)) {
				if (interrupted) {
					Thread.currentThread().interrupt();
					throw this.failures.interruptedInQueue(request.name());
				}
				throw this.failures.noSlot(request.name());
			}
			// nobody wakes the caller of a call that is sent for it, and its time begins
			// then
			LockSupport.parkNanos(this, Math.max(Math.min(left, call.timeout()), SOON));
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	private @Nullable Connection sendWithSlot(PendingCall call, @Nullable Frame frame, CallRequest request) {
		boolean slotIsConnections = false;
		try {
			call.setFrame((frame != null) ? frame : request.frame(call.id()));
			Connection connection = awaitConnection(call, request);
			slotIsConnections = true;
			if (!connection.send(call)) {
				throw this.failures.notTaken(request.name(), request.timeout());
			}
			return connection;
		}
		catch (ConnectionEndedException ex) {
			logger.debug("Context '{}': the helper ended before '{}' was called", request.settings().context(),
					request.name(), ex);
			return null;
		}
		finally {
			if (!slotIsConnections) {
				call.setUnsent();
				PendingCall next = this.slots.release();
				if (next != null) {
					next.grantSlot();
				}
			}
		}
	}

	private Connection awaitConnection(PendingCall call, CallRequest request) {
		try {
			Connection connection = this.helpers.get().await(call, request.queueDeadline());
			if (connection == null) {
				throw this.failures.noHelper(request.name());
			}
			return connection;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw this.failures.interruptedWithoutHelper(request.name(), ex);
		}
	}

	private void awaitReply(Connection connection, PendingCall call, CallRequest request) {
		try {
			if (!connection.reader().await(call)) {
				String state = this.failures.state();
				connection.cancel(call, this.cancelGrace);
				connection.reader().awaitCancelled(call, TO_BE_CANCELLED);
				throw this.failures.noReply(request.name(), request.timeout(), state, call.cancelled());
			}
		}
		catch (InterruptedException ex) {
			connection.cancel(call, this.cancelGrace);
			Thread.currentThread().interrupt();
			throw this.failures.interruptedWithoutReply(request.name(), ex);
		}
	}

}
