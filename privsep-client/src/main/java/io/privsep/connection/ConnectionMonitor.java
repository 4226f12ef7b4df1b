package io.privsep.connection;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Monitors a connection, in a thread of the channel: reads where no caller does, pings a
 * helper that is silent, and sees that functions do not ignore their cancellation and
 * that no helper serves for longer than it may.
 */
final class ConnectionMonitor {

	/** So long without traffic, and the monitor becomes the leader. */
	private static final Duration IDLE = Duration.ofMillis(20);

	private final Connection connection;

	private final ReplyReader reader;

	private final RequestSender requests;

	private final InFlightCalls calls;

	private final Heartbeat heartbeat;

	private final Lifespan lifespan;

	private final LongSupplier clock;

	ConnectionMonitor(Connection connection, ReplyReader reader, RequestSender requests, InFlightCalls calls,
			Heartbeat heartbeat, Lifespan lifespan) {
		this.connection = connection;
		this.reader = reader;
		this.requests = requests;
		this.calls = calls;
		this.heartbeat = heartbeat;
		this.lifespan = lifespan;
		this.clock = lifespan.clock();
	}

	/**
	 * Minds it until it ends or its helper has to be replaced.
	 * @return why; {@code null} if the helper is to be recycled, or all calls of one that
	 * was recycled have ended
	 */
	@Nullable Throwable run() {
		boolean isSuspected = false;
		while (true) {
			ConnectionState state = this.connection.state();
			if (!state.isOpen() || state == ConnectionState.FAULTY) {
				return this.connection.reason();
			}
			if (state == ConnectionState.SERVING && this.lifespan.isOver()
					|| state == ConnectionState.RECYCLED && this.calls.isEmpty()) {
				return null;
			}
			if (!isNeededToRead() || !this.reader.tryReadUpTo(longestWait(state, isSuspected))) {
				LockSupport.parkNanos(this.connection, IDLE.toNanos());
			}
			Thread.interrupted();
			boolean isSilent = this.heartbeat.isMissing(this.reader.lastDelivery());
			Throwable reason = isSilent ? this.heartbeat.failure() : reasonToReplace();
			// What this JVM has not read yet, as it was stopped itself, may say
			// otherwise: so it is read before the second look.
			if (reason != null && isSuspected) {
				if (isSilent) {
					this.connection.end(reason);
				}
				return reason;
			}
			isSuspected = reason != null;
		}
	}

	private @Nullable Throwable reasonToReplace() {
		long now = this.clock.getAsLong();
		if (this.connection.state() != ConnectionState.RETIRED) {
			return this.calls.findOverdue(now, (call) -> this.requests.cancel(call, now));
		}
		this.calls.all()
			.stream()
			.filter((call) -> call.isToBeCancelled() && !call.isOverdue(now))
			.forEach((call) -> this.requests.cancel(call, now));
		return (!this.calls.isWaitedFor(now) || this.connection.isRetiredFor(now))
				? new IOException("the helper was replaced") : null;
	}

	// With nothing to mind but heartbeats, the monitor can wait for these.
	private long longestWait(ConnectionState state, boolean isSuspected) {
		return (this.calls.isEmpty() && !isSuspected && state != ConnectionState.RETIRED)
				? Math.min(this.heartbeat.untilNext(this.reader.lastDelivery(), IDLE), this.lifespan.untilOver())
				: IDLE.toNanos();
	}

	private boolean isNeededToRead() {
		return this.clock.getAsLong() - this.reader.lastDelivery() > IDLE.toNanos() || this.calls.needLeader();
	}

}
