package io.privsep.connection;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * The one socket between the application and a helper: takes calls, sends them, and is at
 * its end once. Its {@link ReplyReader} reads. Not final, as tests hold it between two of
 * its steps.
 */
public class Connection {

	private static final Duration TO_CANCEL = Duration.ofMillis(200);

	private final Transport transport;

	private final ReplyReader reader;

	private final InFlightCalls calls;

	private final FrameOutput output;

	private final RequestSender requests;

	private final Heartbeat heartbeat;

	private final Lifespan lifespan;

	private final CurrentState current;

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
		this.current = new CurrentState(context);
		this.transport = transport;
		this.lifespan = lifespan;
		this.calls = new InFlightCalls(slots);
		this.output = new FrameOutput(transport, this::isOpen, lifespan.clock());
		this.requests = new RequestSender(this.output, this.calls, this::end);
		this.heartbeat = new Heartbeat(pingInterval, () -> this.requests.ping(nanoTime()), lifespan.clock());
		this.reader = new ReplyReader(this, transport, this.output, this.calls, slots, this.heartbeat, log,
				maxFrameLength, lifespan.clock());
	}

	/**
	 * Takes a call, which has a slot, and is to be {@linkplain #send sent} then. Files
	 * are looked at, which may take long: not under a lock.
	 * @param call the call
	 * @return whether it was taken; if not, its slot is still the caller's
	 */
	public boolean take(PendingCall call) {
		if (this.lifespan.endIfOutdated()) {
			wakeMonitor();
		}
		return take(call, () -> true);
	}

	boolean looksAtFiles() {
		return this.lifespan.looksAtFiles();
	}

	// One step: who sees that no call is left to take sees all that were taken.
	boolean take(PendingCall call, BooleanSupplier sender) {
		boolean isTaken = this.current.hold(() -> {
			if (!mayTakeCalls() || !sender.getAsBoolean()) {
				return false;
			}
			this.lifespan.takeCall();
			this.calls.add(call, this);
			return true;
		});
		if (!this.lifespan.hasCalls()) {
			wakeMonitor();
		}
		return isTaken;
	}

	/**
	 * Whether the helper serves, and is not to be recycled yet.
	 * @return whether it does
	 */
	public boolean mayTakeCalls() {
		return state() == ConnectionState.SERVING && this.lifespan.hasCalls();
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
			if (!state().sendsCalls()) {
				throw new ConnectionEndedException(Objects.requireNonNullElseGet(reason(),
						() -> new IOException("the helper takes no more calls")));
			}
			sent = this.requests.call(call);
		}
		finally {
			if (!sent) {
				this.calls.forget(call);
			}
		}
		if (sent && !call.callerMayLead()) {
			LockSupport.unpark(this.monitor);
		}
		return sent;
	}

	/**
	 * Cancels a call whose caller waits no longer.
	 * @param call the call
	 * @param grace how long its function may ignore that
	 */
	public void cancel(PendingCall call, Duration grace) {
		if (!call.abandon(nanoTime() + grace.toNanos())) {
			return;
		}
		// the caller has no more time: what it does not send, the monitor will
		this.requests.cancel(call, nanoTime() + Math.min(grace.toNanos(), TO_CANCEL.toNanos()));
		wakeMonitor();
	}

	void unparkMonitor() {
		if (Thread.currentThread() != this.monitor) {
			LockSupport.unpark(this.monitor);
		}
	}

	/** Has the monitor look whether there is something to do. */
	public void wakeMonitor() {
		this.transport.wakeReader();
		LockSupport.unpark(this.monitor);
	}

	/**
	 * Takes calls from now on: what the helper says of itself was compared, and it is its
	 * turn. It takes none if its helper is to be replaced, or has ended.
	 */
	public void serve() {
		to(ConnectionState.SERVING, null);
		this.lifespan.begin();
		wakeMonitor();
	}

	/**
	 * Monitors it until it ends or its helper has to be replaced, in the current thread.
	 * @return why; {@code null} if the helper's lifespan is over, or all calls have ended
	 * of one that was recycled
	 */
	public @Nullable Throwable monitor() {
		this.monitor = Thread.currentThread();
		return new ConnectionMonitor(this, this.reader, this.requests, this.calls, this.heartbeat, this.lifespan).run();
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
		return state() == ConnectionState.RETIRED && now - this.retireDeadline > 0;
	}

	/** Takes no calls any more. Those in flight keep their slots and their time. */
	public void recycle() {
		to(ConnectionState.RECYCLED, null);
	}

	/**
	 * Has the helper replaced.
	 * @param why what is wrong with it
	 */
	public void replace(String why) {
		to(ConnectionState.FAULTY, new IOException(why));
		wakeMonitor();
	}

	/** Lets the calls that were sent finish, and sends none any more. */
	public void drain() {
		to(ConnectionState.DRAINING, null);
	}

	/**
	 * Ends it; every call in flight is lost. This neither reads nor closes, which may
	 * last: the monitor is still to close it.
	 * @param why the reason
	 */
	public void end(Throwable why) {
		if (to(ConnectionState.ENDING, why)) {
			stopOutput();
			to(ConnectionState.ENDED, null);
			this.calls.loseAll(this.output.maybeSent());
			wakeMonitor();
		}
	}

	boolean to(ConnectionState next, @Nullable Throwable why) {
		return this.current.to(next, why);
	}

	ConnectionState state() {
		return this.current.state();
	}

	/**
	 * Why it is at its end, or why its helper is to be replaced.
	 * @return the reason; {@code null} as long as there is none
	 */
	public @Nullable Throwable reason() {
		return this.current.reason();
	}

	/**
	 * Whether frames come and go.
	 * @return whether they do
	 */
	public boolean isOpen() {
		return state().isOpen();
	}

	/**
	 * Whether no call is in flight.
	 * @return whether none is
	 */
	public boolean isIdle() {
		return this.calls.isEmpty();
	}

	void stopOutput() {
		this.output.awaitStopped();
	}

	/** Closes the transport, which waits for its reader. */
	public void close() {
		this.reader.close();
	}

	/**
	 * What reads the replies.
	 * @return the reader
	 */
	public ReplyReader reader() {
		return this.reader;
	}

	long nanoTime() {
		return this.lifespan.clock().getAsLong();
	}

	/**
	 * How its helper has ended.
	 * @return what that is noted in
	 */
	public EndNotice endNotice() {
		return this.endNotice;
	}

	/**
	 * What carries the bytes.
	 * @return the transport
	 */
	public Transport transport() {
		return this.transport;
	}

}
