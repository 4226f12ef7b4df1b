package io.privsep.connection;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.privsep.wire.MalformedFrameException;
import io.privsep.wire.Reply;

/**
 * The calls that a connection has taken and that have not ended, with their slots.
 */
final class InFlightCalls {

	private final Map<Integer, PendingCall> calls = new ConcurrentHashMap<>();

	private final Slots slots;

	/** How many cancellations the helper may still say something of. */
	private final AtomicInteger cancellations = new AtomicInteger();

	/**
	 * Makes it, empty.
	 * @param slots gets the slot of each call that has ended
	 */
	InFlightCalls(Slots slots) {
		this.slots = slots;
	}

	void add(PendingCall call, Connection connection) {
		call.takenBy(connection);
		this.calls.put(call.id(), call);
	}

	boolean isEmpty() {
		return this.calls.isEmpty();
	}

	Collection<PendingCall> all() {
		return Collections.unmodifiableCollection(this.calls.values());
	}

	/**
	 * Removes a call that has a reply.
	 * @param id its number
	 * @return the call
	 */
	PendingCall removeReplied(int id) {
		PendingCall call = this.calls.remove(id);
		if (call == null) {
			throw new MalformedFrameException("The helper replied to a call that was not made, number " + id);
		}
		return call;
	}

	// A cancellation is about to be sent.
	void expectCancelled() {
		this.cancellations.incrementAndGet();
	}

	// It was not sent.
	void expectNotCancelled() {
		this.cancellations.decrementAndGet();
	}

	/**
	 * Takes what the helper says of a call that was cancelled. Its reply may have come
	 * before.
	 * @param cancelled what it says
	 */
	void setCancelled(Reply.Cancelled cancelled) {
		if (this.cancellations.decrementAndGet() < 0) {
			throw new MalformedFrameException("The helper replied to a cancellation that was not sent");
		}
		PendingCall call = this.calls.get(cancelled.id());
		if (call != null) {
			call.setCancelled(cancelled);
		}
	}

	/**
	 * Forgets a call that was not sent. If it is not there any more, the end of the
	 * connection has seen to it.
	 * @param call the call
	 */
	void forget(PendingCall call) {
		call.setUnsent();
		if (this.calls.remove(call.id()) != null) {
			releaseSlot(call);
		}
	}

	/**
	 * Gives back the slot of a call, if it still has it.
	 * @param call the call
	 * @return the call out of the queue that has it now, and is to be sent
	 */
	@Nullable PendingCall takeSlot(PendingCall call) {
		return call.takeSlot() ? this.slots.release() : null;
	}

	private void releaseSlot(PendingCall call) {
		PendingCall next = takeSlot(call);
		if (next != null) {
			next.grantSlot();
		}
	}

	/** Gives back the slots of all. */
	void releaseSlots() {
		this.calls.values().forEach(this::releaseSlot);
	}

	/**
	 * Loses all. What was sent can be decided only when nothing can be sent any more.
	 * @param maybeSent of what was sent together, how many bytes may have been
	 */
	void loseAll(long maybeSent) {
		for (Integer id : this.calls.keySet()) {
			PendingCall call = this.calls.remove(id);
			if (call != null) {
				// first, as the caller may make its next call at once
				releaseSlot(call);
				call.lose(maybeSent);
			}
		}
	}

	/**
	 * Looks for calls whose callers wait no longer.
	 * @param now the time
	 * @param canceller tells the helper of those that it was not told of
	 * @return why the helper has to be replaced: a function has ignored its cancellation
	 * for too long; else {@code null}
	 */
	@Nullable Throwable findOverdue(long now, Consumer<PendingCall> canceller) {
		for (PendingCall call : this.calls.values()) {
			if (call.isOverdue(now)) {
				return new OverdueCallException("'" + call.function().name() + "' "
						+ (call.isToBeCancelled() ? "could not be cancelled in time" : "ignored its cancellation"),
						call.cancelled());
			}
			if (call.isToBeCancelled()) {
				canceller.accept(call);
			}
		}
		return null;
	}

	/**
	 * Whether there is a call whose caller still waits, or has not waited in vain for too
	 * long.
	 * @param now the time
	 * @return whether there is
	 */
	boolean isWaitedFor(long now) {
		for (PendingCall call : this.calls.values()) {
			if (!call.isOverdue(now)) {
				return true;
			}
		}
		return false;
	}

	// Whether somebody waits who cannot read, and so has to be read for.
	boolean needLeader() {
		for (PendingCall call : this.calls.values()) {
			if (!call.callerMayLead()) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Wakes a caller that can become the leader.
	 * @param leaving the call of the one that leads no longer
	 * @return whether one was woken; {@code true} also where nobody waits
	 */
	boolean passLeadershipOn(@Nullable PendingCall leaving) {
		boolean someoneWaits = false;
		for (PendingCall call : this.calls.values()) {
			if (call != leaving) {
				someoneWaits = true;
				if (call.callerMayLead()) {
					call.wakeUp();
					return true;
				}
			}
		}
		return !someoneWaits;
	}

}
