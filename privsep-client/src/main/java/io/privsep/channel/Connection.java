package io.privsep.channel;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.privsep.definition.HelperDefinition;
import io.privsep.wire.Frame;
import io.privsep.wire.FrameBody;
import io.privsep.wire.FrameReader;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.MalformedFrameException;
import io.privsep.wire.Protocol;
import io.privsep.wire.Reply;
import io.privsep.wire.Request;

/**
 * The one socket between the application and a helper.
 * <p>
 * There is no thread that reads for the callers: a caller that waits for its answer takes
 * the role of the reader if it is free, hands others their answers, and passes the role
 * on when it leaves. So an answer usually wakes just the thread that wants it. The
 * keeper, a thread of the channel, reads where no caller can: while none waits, and for
 * callers on virtual threads, which would pin their carriers in a selector.
 * <p>
 * Not final, as tests hold it in the moments between two of its steps.
 */
class Connection {

	// So long without traffic, and the keeper takes the role of the reader.
	private static final Duration IDLE = Duration.ofMillis(20);

	private static final Duration TO_CANCEL = Duration.ofMillis(200);

	/** Only for who has the role of the reader. */
	private final Input input;

	private final FrameReader reader;

	private final int maxFrameLength;

	private final Selector readable;

	private final SelectionKey readKey;

	private final ReentrantLock readerRole = new ReentrantLock();

	private final Map<Integer, PendingCall> pending = new ConcurrentHashMap<>();

	private final Output output;

	private final Slots slots;

	private final Consumer<String> log;

	private final SignsOfLife signsOfLife;

	private final Term term;

	/**
	 * Calls out of the line, with a slot each; only for who has the role of the reader.
	 */
	private final List<PendingCall> toSend = new ArrayList<>();

	/** Calls that are answered; only for who has the role of the reader. */
	private final List<PendingCall> toWake = new ArrayList<>();

	private volatile Thread keeper = Thread.currentThread();

	private volatile boolean draining;

	private volatile boolean recycled;

	private volatile @Nullable Throwable reasonToReplace;

	/** When the calls in flight are given up; only after {@link #retire}. */
	private volatile @Nullable Long retireDeadline;

	private volatile @Nullable Throwable failure;

	private volatile long lastDelivery = System.nanoTime();

	private volatile Reply.@Nullable Ready ready;

	/**
	 * Makes a connection, in the thread that will be its keeper.
	 * @param channel the application's end
	 * @param maxFrameLength the longest frame that a helper may send, in bytes
	 * @param slots gets the slot of each call that has ended in the helper
	 * @param log takes lines that the helper logs by way of the connection
	 * @param pingInterval after how long without a word the helper is asked for a sign of
	 * life, and how long that may take; zero for never
	 * @param term how long the helper serves
	 * @throws IOException if the channel does not work
	 */
	Connection(SocketChannel channel, int maxFrameLength, Slots slots, Consumer<String> log, Duration pingInterval,
			Term term) throws IOException {
		this.maxFrameLength = maxFrameLength;
		this.slots = slots;
		this.log = log;
		this.term = term;
		this.signsOfLife = new SignsOfLife(pingInterval, this::sendPing);
		// a blocking channel is closed when a thread in it is interrupted, and callers
		// may be interrupted
		channel.configureBlocking(false);
		this.readable = Selector.open();
		try {
			this.readKey = channel.register(this.readable, SelectionKey.OP_READ);
			this.output = new Output(channel);
		}
		catch (IOException | RuntimeException | Error ex) {
			// without descriptors: those that it has got are free again
			this.readable.close();
			throw ex;
		}
		this.input = new Input(channel, this.readable, this.output);
		// an installed helper's first word tells all that it was installed with
		this.reader = new FrameReader(this.input, Math.max(maxFrameLength, 2 * HelperDefinition.MAX_LENGTH));
	}

	/**
	 * Waits for the helper's first word.
	 * @param timeout how long
	 * @return what it says of itself, or {@code null} if it does not in time
	 * @throws IOException if the connection ends before
	 */
	Reply.@Nullable Ready awaitReady(Duration timeout) throws IOException {
		long deadline = System.nanoTime() + timeout.toNanos();
		while (this.ready == null) {
			long left = deadline - System.nanoTime();
			if (left <= 0) {
				return null;
			}
			if (Thread.interrupted()) {
				throw new InterruptedIOException("interrupted while the helper was started");
			}
			readUpTo(left);
			Throwable end = this.failure;
			if (end != null) {
				throw new IOException(end.getMessage(), end);
			}
		}
		return this.ready;
	}

	/**
	 * Takes a call, which has a slot, and is to be {@linkplain #send sent} then.
	 * @param call the call
	 * @return whether it was taken; if not, its slot is still the caller's
	 */
	boolean take(PendingCall call) {
		// as one step: who has seen that no call is left to take sees all that were taken
		synchronized (this.pending) {
			if (!isOpen() || this.draining || !this.term.takeCall()) {
				return false;
			}
			call.sendOn(this);
			this.pending.put(call.id(), call);
		}
		wakeKeeperAtEndOfTerm();
		return true;
	}

	/**
	 * Sends a call that was taken. It ends once, however it ends: answered, lost, or not
	 * sent at all; then its slot is free.
	 * @param call the call
	 * @return whether it was sent; if not, the helper did not take it in time and has
	 * nothing of it
	 * @throws ConnectionEndedException if the helper has certainly not got it
	 */
	boolean send(PendingCall call) throws ConnectionEndedException {
		boolean sent = false;
		try {
			requireOpen();
			sent = write(call.takeFrame(), call.deadline());
		}
		finally {
			if (!sent) {
				forget(call);
			}
		}
		if (sent && !call.callerMayRead()) {
			LockSupport.unpark(this.keeper);
		}
		return sent;
	}

	private void forget(PendingCall call) {
		// if it is not there any more, the end of the connection has seen to it
		if (this.pending.remove(call.id()) != null) {
			releaseSlot(call);
		}
	}

	private void releaseSlot(PendingCall call) {
		PendingCall next = call.takeSlot() ? this.slots.release() : null;
		if (next != null) {
			next.grantSlot();
		}
	}

	/**
	 * Waits for the answer of a call, and reads meanwhile if nobody else does.
	 * @param call the call
	 * @return whether the call has ended in time, with an answer or by the loss of the
	 * connection
	 * @throws InterruptedException if the caller is interrupted
	 */
	boolean await(PendingCall call) throws InterruptedException {
		long deadline = call.deadline();
		while (!call.isDone()) {
			long left = deadline - System.nanoTime();
			if (left <= 0) {
				return false;
			}
			if (Thread.interrupted()) {
				throw new InterruptedException();
			}
			if (call.callerMayRead() && this.readerRole.tryLock()) {
				try {
					while (!call.isDone() && left > 0 && !Thread.currentThread().isInterrupted()) {
						readUpTo(left);
						left = deadline - System.nanoTime();
					}
				}
				finally {
					this.readerRole.unlock();
					passRoleOn(call);
				}
			}
			else {
				LockSupport.parkNanos(this, left);
			}
		}
		return true;
	}

	/**
	 * Cancels a call whose caller waits no longer.
	 * @param call the call
	 * @param grace how long the function may ignore that
	 */
	void cancel(PendingCall call, Duration grace) {
		call.abandon(System.nanoTime() + grace.toNanos());
		// the caller has no more time; what it does not get through, the keeper will
		sendCancel(call, System.nanoTime() + Math.min(grace.toNanos(), TO_CANCEL.toNanos()));
		// the keeper has to mind the grace now
		wakeKeeper();
	}

	private void sendCancel(PendingCall call, long deadline) {
		try {
			if (write(new Request.Cancel(call.id()).write(new FrameWriter(Protocol.OVERHEAD)), deadline)) {
				call.setCancelSent();
			}
		}
		catch (ConnectionEndedException ex) {
			// then the function has ended with the helper
		}
	}

	// Lets the keeper look at what is to be done, while it waits for anything to read.
	void wakeKeeper() {
		this.readable.wakeup();
		LockSupport.unpark(this.keeper);
	}

	private void wakeKeeperAtEndOfTerm() {
		if (!this.term.hasCalls()) {
			wakeKeeper();
		}
	}

	/** The helper's term begins now. */
	void serve() {
		this.term.begin();
		wakeKeeper();
	}

	/**
	 * Keeps the connection until it ends or its helper has to be replaced: reads where no
	 * caller does, asks a helper that is silent for a sign of life, and minds that
	 * functions do not ignore their cancellation. The current thread is the keeper.
	 * @return why it is at its end; where it {@linkplain #isOpen is still open}, calls in
	 * flight may finish after it was retired. {@code null} if that is as it should be:
	 * the helper's term is over, or, after it was recycled, all of its calls have ended
	 */
	@Nullable Throwable keep() {
		this.keeper = Thread.currentThread();
		boolean isSuspected = false;
		Throwable end = this.failure;
		while (end == null) {
			boolean isRetired = this.retireDeadline != null;
			if (this.reasonToReplace != null && !isRetired) {
				return this.reasonToReplace;
			}
			if (this.recycled ? isIdle() : (!isRetired && this.term.isOver())) {
				return null;
			}
			if (!isNeededToRead() || !this.readerRole.tryLock()) {
				LockSupport.parkNanos(this, IDLE.toNanos());
			}
			else {
				try {
					readUpTo(longestWait(isSuspected));
				}
				finally {
					this.readerRole.unlock();
					passRoleOn(null);
				}
			}
			Thread.interrupted();
			boolean isSilent = this.signsOfLife.isMissing(this.lastDelivery);
			Throwable reason = isSilent ? this.signsOfLife.failure() : reasonToReplace();
			// What this JVM has not read yet, as it was stopped itself, may say
			// otherwise: so it is read before the second look.
			if (reason != null && isSuspected) {
				if (isSilent) {
					end(reason);
				}
				return reason;
			}
			isSuspected = reason != null;
			end = this.failure;
		}
		return end;
	}

	/**
	 * Takes no calls any more. Those in flight may finish, and have given back their
	 * slots already, as the next helper is there for others.
	 * @param grace how long they may take
	 */
	void retire(Duration grace) {
		this.draining = true;
		this.retireDeadline = System.nanoTime() + grace.toNanos();
		this.pending.values().forEach(this::releaseSlot);
		// a call may have been sent just now, whose slot its answer or the end gives back
	}

	/**
	 * Takes no calls any more. Those in flight keep their slots and have all of their
	 * time.
	 */
	void recycle() {
		synchronized (this.pending) {
			this.term.takeAll();
		}
		this.recycled = true;
	}

	/**
	 * Has the helper replaced. It takes no calls from now on.
	 * @param reason why, as a part of a sentence
	 */
	void replace(String reason) {
		synchronized (this.pending) {
			this.term.takeAll();
		}
		this.reasonToReplace = new IOException(reason);
		wakeKeeper();
	}

	private @Nullable Throwable reasonToReplace() {
		long now = System.nanoTime();
		Long last = this.retireDeadline;
		boolean isWaitedFor = false;
		for (PendingCall call : this.pending.values()) {
			boolean isOverdue = call.isOverdue(now);
			if (isOverdue && last == null) {
				return new IOException("'" + call.function().name() + "' "
						+ (call.isToBeCancelled() ? "could not be cancelled in time" : "ignored its cancellation"));
			}
			if (!isOverdue && call.isToBeCancelled()) {
				sendCancel(call, now);
			}
			isWaitedFor |= !isOverdue;
		}
		if (last != null && (!isWaitedFor || now - last > 0)) {
			return new IOException("the helper was replaced");
		}
		return null;
	}

	// With nothing to mind but pings, the keeper can wait for these.
	private long longestWait(boolean isSuspected) {
		return (this.pending.isEmpty() && !isSuspected && this.retireDeadline == null)
				? Math.min(this.signsOfLife.untilNext(this.lastDelivery, IDLE), this.term.untilOver()) : IDLE.toNanos();
	}

	private boolean sendPing() {
		try {
			return write(new Request.Ping().write(new FrameWriter(Protocol.OVERHEAD)), System.nanoTime());
		}
		catch (ConnectionEndedException ex) {
			// then there is nobody to ask
			return false;
		}
	}

	private boolean isNeededToRead() {
		if (System.nanoTime() - this.lastDelivery > IDLE.toNanos()) {
			return true;
		}
		for (PendingCall call : this.pending.values()) {
			if (!call.callerMayRead()) {
				return true;
			}
		}
		return false;
	}

	boolean isOpen() {
		return this.failure == null;
	}

	/**
	 * Whether calls can still be {@linkplain #take taken}.
	 * @return not after its end, nor when its helper has got all of its calls
	 */
	boolean mayTakeCalls() {
		return isOpen() && this.term.hasCalls();
	}

	/**
	 * Lets the calls that were sent finish, and sends none out of the line any more.
	 */
	void drain() {
		this.draining = true;
	}

	boolean isIdle() {
		return this.pending.isEmpty();
	}

	/**
	 * Ends the connection; every call in flight is lost. Whoever does so neither reads
	 * nor closes, which may last: its keeper is still to {@linkplain #close close} it.
	 * @param reason why
	 */
	void end(Throwable reason) {
		synchronized (this.pending) {
			if (this.failure != null) {
				return;
			}
			this.failure = reason;
		}
		stopOutput();
		loseAll();
		wakeKeeper();
	}

	// Nothing is sent after this, also by a thread that was about to: it waits for those
	// that write just now.
	void stopOutput() {
		this.output.stop();
	}

	/**
	 * Closes a connection that is at its end.
	 */
	void close() {
		// nobody else is in a selector, which would close what has been closed meanwhile
		this.readerRole.lock();
		try {
			this.input.close();
		}
		finally {
			this.readerRole.unlock();
		}
	}

	// What was sent can be decided only when nothing can be sent any more.
	private void loseAll() {
		for (Integer id : this.pending.keySet()) {
			PendingCall call = this.pending.remove(id);
			if (call != null) {
				call.lose(call.end() <= this.output.maybeSent());
				releaseSlot(call);
			}
		}
	}

	/**
	 * Delivers what has come, or waits for more. Only for who has the role of the reader.
	 * @param nanos the longest wait
	 */
	private void readUpTo(long nanos) {
		try {
			FrameBody body = this.reader.next();
			if (body == null && this.slots.isLine()) {
				// with so many threads about, the answer may come before this one sleeps
				Thread.yield();
				body = this.reader.next();
			}
			if (body == null) {
				awaitReadable(nanos);
				return;
			}
			while (body != null) {
				deliver(Reply.read(body));
				body = this.reader.hasNext() ? this.reader.next() : null;
			}
			sendFromLine();
		}
		catch (Throwable ex) {
			// without memory for a frame, too: nobody knows then what comes next
			end(ex);
		}
		finally {
			// those that could not be sent from here
			this.toSend.forEach(PendingCall::grantSlot);
			this.toSend.clear();
			this.toWake.forEach(PendingCall::wakeUp);
			this.toWake.clear();
		}
	}

	// Who reads or closes, as Input.visit.
	long visit() {
		return this.input.visit();
	}

	private void awaitReadable(long nanos) throws IOException {
		this.output.writeRest();
		this.readKey
			.interestOps(this.output.hasRest() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
		this.readable.select((key) -> {
		}, Math.max(1, TimeUnit.NANOSECONDS.toMillis(Math.min(nanos, Long.MAX_VALUE - 999_999) + 999_999)));
	}

	/**
	 * Sends the calls that have got a slot just now, all with one write, before their
	 * callers and those of the answered calls wake up. What is too large for that, or
	 * would have to wait for another thread's write, is left to its caller. Who reads
	 * never waits here: the helper may be waiting for it to read.
	 * @throws IOException if the connection does not take them
	 */
	private void sendFromLine() throws IOException {
		if (this.toSend.isEmpty() || this.draining || !this.term.hasCalls()) {
			return;
		}
		this.output.tryWrite(this::giveFromLine);
	}

	private void giveFromLine(Predicate<Frame> sender) {
		for (Iterator<PendingCall> calls = this.toSend.iterator(); calls.hasNext() && isOpen();) {
			PendingCall call = calls.next();
			Frame frame = call.frame();
			if (frame != null && takeFromLine(call, frame, sender)) {
				calls.remove();
			}
		}
		wakeKeeperAtEndOfTerm();
	}

	private boolean takeFromLine(PendingCall call, Frame frame, Predicate<Frame> sender) {
		synchronized (this.pending) {
			// of the calls that the helper may get, one that finds no room takes none
			if (!this.term.hasCalls() || !sender.test(frame)) {
				return false;
			}
			this.term.takeCall();
			call.setEnd(this.output.taken());
			call.sendOn(this);
			this.pending.put(call.id(), call);
			return true;
		}
	}

	private void deliver(Reply reply) {
		this.lastDelivery = System.nanoTime();
		if (reply instanceof Reply.Returned returned) {
			answer(returned.id(), reply);
		}
		else if (reply instanceof Reply.Threw threw) {
			answer(threw.id(), reply);
		}
		else if (reply instanceof Reply.Refused refused) {
			answer(refused.id(), reply);
		}
		else if (reply instanceof Reply.Invalid invalid) {
			answer(invalid.id(), reply);
		}
		else if (reply instanceof Reply.Pong && this.ready != null && this.signsOfLife.take()) {
			// also unasked, by a helper that has had nothing else to say for minutes
			return;
		}
		else if (reply instanceof Reply.Logged logged) {
			this.log.accept(logged.line());
		}
		else if (reply instanceof Reply.Ready first) {
			if (this.ready != null) {
				throw new MalformedFrameException("The helper says a second time that it is ready");
			}
			this.reader.setMaxLength(this.maxFrameLength);
			this.ready = first;
		}
		else {
			throw new MalformedFrameException("The helper answers what it was not asked");
		}
	}

	private void answer(int id, Reply reply) {
		PendingCall call = this.pending.remove(id);
		if (call == null || this.ready == null) {
			throw new MalformedFrameException("The helper answers a call that was not made, number " + id);
		}
		call.answer(reply);
		this.toWake.add(call);
		PendingCall next = call.takeSlot() ? this.slots.release() : null;
		if (next != null) {
			this.toSend.add(next);
		}
	}

	private void passRoleOn(@Nullable PendingCall leaving) {
		boolean someoneWaits = false;
		for (PendingCall call : this.pending.values()) {
			if (call != leaving) {
				someoneWaits = true;
				if (call.callerMayRead()) {
					call.wakeUp();
					return;
				}
			}
		}
		if (someoneWaits && Thread.currentThread() != this.keeper) {
			LockSupport.unpark(this.keeper);
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

	private void requireOpen() throws ConnectionEndedException {
		Throwable end = this.failure;
		if (end == null && this.draining) {
			end = new IOException("the helper takes no more calls");
		}
		if (end != null) {
			throw new ConnectionEndedException(end);
		}
	}

	/**
	 * The connection ended before a message was sent.
	 */
	static final class ConnectionEndedException extends Exception {

		private static final long serialVersionUID = 1L;

		ConnectionEndedException(Throwable cause) {
			super(cause.getMessage(), cause);
		}

	}

}
