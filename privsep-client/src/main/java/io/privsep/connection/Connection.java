package io.privsep.connection;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.privsep.wire.Frame;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.Protocol;
import io.privsep.wire.Request;

/**
 * The one socket between the application and a helper: takes calls, sends them, and is at
 * its end once. Its {@link ReplyReader} reads. Not final, as tests hold it between two of
 * its steps.
 */
public class Connection {

	private static final Logger logger = LoggerFactory.getLogger(Connection.class);

	private static final Duration TO_CANCEL = Duration.ofMillis(200);

	private final String context;

	private final Transport transport;

	private final ReplyReader reader;

	private final InFlightCalls calls;

	private final FrameOutput output;

	private final Heartbeat heartbeat;

	private final Lifespan lifespan;

	// held where the state changes, or a call is taken, which is one step
	private final Object stateLock = new Object();

	private volatile ConnectionState state = ConnectionState.OPENING;

	private volatile @Nullable Throwable reason;

	private final EndNotice endNotice = new EndNotice();

	private volatile long retireDeadline;

	private volatile Thread monitor = Thread.currentThread();

	/**
	 * Makes a connection, in the thread that will be its monitor.
	 * @param context the context's name
	 * @param transport carries the bytes
	 * @param maxFrameLength the longest frame that a helper may send, in bytes
	 * @param slots gets the slot of each call that has ended in the helper
	 * @param log takes lines that the helper logs over the connection
	 * @param pingInterval of the {@link Heartbeat}
	 * @param lifespan how long the helper serves
	 */
	@SuppressWarnings("this-escape")
	public Connection(String context, Transport transport, int maxFrameLength, Slots slots, Consumer<String> log,
			Duration pingInterval, Lifespan lifespan) {
		this.context = context;
		this.transport = transport;
		this.lifespan = lifespan;
		this.heartbeat = new Heartbeat(pingInterval,
				() -> tryWrite(new Request.Ping().write(new FrameWriter(Protocol.OVERHEAD)), nanoTime()),
				lifespan.clock());
		this.calls = new InFlightCalls(slots);
		this.output = new FrameOutput(transport, this::isOpen, lifespan.clock());
		this.reader = new ReplyReader(this, transport, this.output, this.calls, slots, this.heartbeat, log,
				maxFrameLength, lifespan.clock());
	}

	/**
	 * Takes a call, which has a slot, and is to be {@linkplain #send sent} then.
	 * @param call the call
	 * @return whether it was taken; if not, its slot is still the caller's
	 */
	public boolean take(PendingCall call) {
		return take(call, () -> true);
	}

	// Takes a call, if it can be sent; one that finds no room is none of those that the
	// helper may get. One step: who sees that no call is left sees all that were taken.
	boolean take(PendingCall call, BooleanSupplier sender) {
		boolean isTaken;
		this.lifespan.endIfOutdated();
		synchronized (this.stateLock) {
			isTaken = mayTakeCalls() && sender.getAsBoolean();
			if (isTaken) {
				this.lifespan.takeCall();
				this.calls.add(call, this);
			}
		}
		if (!this.lifespan.hasCalls()) {
			wakeMonitor();
		}
		return isTaken;
	}

	public boolean mayTakeCalls() {
		return this.state == ConnectionState.SERVING && this.lifespan.hasCalls();
	}

	/**
	 * Sends a call that was taken. It ends once, however it ends: with a reply, lost, or
	 * not sent at all; then its slot is free.
	 * @param call the call
	 * @return whether it was sent; if not, the helper did not take it in time and has
	 * nothing of it
	 * @throws ConnectionEndedException if the helper has certainly not got it
	 */
	public boolean send(PendingCall call) throws ConnectionEndedException {
		boolean sent = false;
		try {
			if (!this.state.sendsCalls()) {
				throw new ConnectionEndedException(Objects.requireNonNullElseGet(this.reason,
						() -> new IOException("the helper takes no more calls")));
			}
			sent = write(call.takeFrame(), call.deadline());
		}
		finally {
			if (!sent) {
				this.calls.forget(call);
			}
		}
		if (sent && !call.callerMayRead()) {
			LockSupport.unpark(this.monitor);
		}
		return sent;
	}

	// Cancels a call nobody waits for; its function may ignore that for so long.
	public void cancel(PendingCall call, Duration grace) {
		if (!call.abandon(nanoTime() + grace.toNanos())) {
			return;
		}
		// the caller has no more time: what it does not send, the monitor will
		sendCancel(call, nanoTime() + Math.min(grace.toNanos(), TO_CANCEL.toNanos()));
		wakeMonitor();
	}

	void sendCancel(PendingCall call, long deadline) {
		this.calls.expectCancelled();
		if (tryWrite(new Request.Cancel(call.id()).write(new FrameWriter(Protocol.OVERHEAD)), deadline)) {
			call.setCancelSent();
		}
	}

	void unparkMonitor() {
		if (Thread.currentThread() != this.monitor) {
			LockSupport.unpark(this.monitor);
		}
	}

	public void wakeMonitor() {
		this.transport.wakeReader();
		LockSupport.unpark(this.monitor);
	}

	/** Takes calls from now on: the helper is the one that was meant to be started. */
	public void serve() {
		to(ConnectionState.SERVING, null);
		this.lifespan.begin();
		wakeMonitor();
	}

	// Until it ends or its helper has to be replaced. Says why: null if the helper's
	// lifespan is over, or all calls have ended of one that was recycled.
	public @Nullable Throwable monitor() {
		this.monitor = Thread.currentThread();
		return new ConnectionMonitor(this, this.reader, this.calls, this.heartbeat, this.lifespan).run();
	}

	/**
	 * Takes no calls any more. Those in flight may finish, and have given back their
	 * slots already, as the next helper is there for others.
	 * @param grace how long they may take
	 */
	public void retire(Duration grace) {
		this.retireDeadline = nanoTime() + grace.toNanos();
		to(ConnectionState.RETIRED, null);
		// a call may have been sent just now, whose slot its reply or the end gives back
		this.calls.releaseSlots();
	}

	boolean isRetiredFor(long now) {
		return this.state == ConnectionState.RETIRED && now - this.retireDeadline > 0;
	}

	/** Takes no calls any more. Those in flight keep their slots and their time. */
	public void recycle() {
		to(ConnectionState.RECYCLED, null);
	}

	public void replace(String why) {
		to(ConnectionState.FAULTY, new IOException(why));
		wakeMonitor();
	}

	/** Lets the calls that were sent finish, and sends none any more. */
	public void drain() {
		to(ConnectionState.DRAINING, null);
	}

	// Ends the connection; every call in flight is lost. Whoever does so neither reads
	// nor closes, which may last: its monitor is still to close it.
	public void end(Throwable why) {
		if (to(ConnectionState.ENDING, why)) {
			stopOutput();
			to(ConnectionState.ENDED, null);
			this.calls.loseAll(this.output.maybeSent());
			wakeMonitor();
		}
	}

	// The one place where the state changes. What comes too late changes nothing.
	boolean to(ConnectionState next, @Nullable Throwable why) {
		synchronized (this.stateLock) {
			ConnectionState now = this.state;
			if (!now.successors().contains(next)) {
				return false;
			}
			this.reason = (why != null) ? why : this.reason;
			this.state = next;
			logger.debug("Context '{}': connection {} -> {}", this.context, now, next, why);
			return true;
		}
	}

	ConnectionState state() {
		return this.state;
	}

	public @Nullable Throwable reason() {
		return this.reason;
	}

	public boolean isOpen() {
		return this.state.isOpen();
	}

	public boolean isIdle() {
		return this.calls.isEmpty();
	}

	void stopOutput() {
		this.output.awaitStopped();
	}

	public void close() {
		this.reader.close();
	}

	public ReplyReader reader() {
		return this.reader;
	}

	long nanoTime() {
		return this.lifespan.clock().getAsLong();
	}

	public EndNotice endNotice() {
		return this.endNotice;
	}

	public Transport transport() {
		return this.transport;
	}

	// What nobody misses where the connection has ended.
	private boolean tryWrite(Frame frame, long deadline) {
		try {
			return write(frame, deadline);
		}
		catch (ConnectionEndedException ex) {
			return false;
		}
	}

	private boolean write(Frame frame, long deadline) throws ConnectionEndedException {
		try {
			return this.output.write(frame, deadline);
		}
		catch (IOException | RuntimeException | Error ex) {
			// a part of the frame may be on its way
			end(ex);
			throw new ConnectionEndedException(ex);
		}
	}

}
