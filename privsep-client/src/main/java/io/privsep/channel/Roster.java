package io.privsep.channel;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import io.privsep.connection.Connection;

/**
 * The helpers that were ready and are not done with: who serves, waits or leaves. Not
 * safe for use by several threads; the {@link HelperPool} has a lock.
 */
final class Roster {

	private static final Duration POLL = Duration.ofMillis(5);

	/** The oldest first. */
	private final Set<Helper> helpers = new LinkedHashSet<>();

	private boolean hasServed;

	private int starting;

	/**
	 * Whether the one that served was recycled, and none serves yet, as none was ready.
	 */
	private boolean isHandingOver;

	// The one that gets the calls.
	@Nullable Helper serving() {
		return first(HelperState.SERVING);
	}

	// That of one that takes no call any more would be taken for the next helper's: its
	// monitor may be a moment late.
	@Nullable Long servingPid() {
		Helper helper = serving();
		return (helper != null && helper.pid() > 0 && helper.connection().mayTakeCalls()) ? helper.pid() : null;
	}

	// How many are being started changes.
	void addStarting(int change) {
		this.starting += change;
	}

	void setHandingOver(boolean isHandingOver) {
		this.isHandingOver = isHandingOver;
	}

	boolean isHandingOver() {
		return this.isHandingOver;
	}

	/**
	 * The state of the channel, which follows from what there is; to recycle a helper is
	 * not to fail.
	 * @param canStart whether helpers can still be started
	 * @return the state
	 */
	ChannelState state(boolean canStart) {
		return (serving() != null || this.isHandingOver) ? ChannelState.RUNNING : stateWithoutServing(canStart);
	}

	ChannelState stateWithoutServing(boolean canStart) {
		if (spare() != null) {
			return ChannelState.RUNNING;
		}
		if (this.starting > 0) {
			return ChannelState.STARTING;
		}
		return canStart ? ChannelState.BACKOFF : ChannelState.LOST;
	}

	/**
	 * Has a helper serve.
	 * @param helper the helper
	 * @return whether it takes the place of another, which has not handed over to it
	 */
	boolean serve(Helper helper) {
		boolean isAnother = this.hasServed && !this.isHandingOver;
		helper.to(HelperState.SERVING);
		this.helpers.add(helper);
		this.hasServed = true;
		return isAnother;
	}

	boolean isServing(Connection connection) {
		Helper helper = serving();
		return helper != null && helper.connection() == connection;
	}

	void addSpare(Helper helper) {
		helper.to(HelperState.SPARE);
		this.helpers.add(helper);
	}

	// The spare that has waited for longest.
	@Nullable Helper spare() {
		return first(HelperState.SPARE);
	}

	private @Nullable Helper first(HelperState state) {
		for (Helper helper : this.helpers) {
			if (helper.state() == state) {
				return helper;
			}
		}
		return null;
	}

	int count(HelperState state) {
		int count = 0;
		for (Helper helper : this.helpers) {
			count += (helper.state() == state) ? 1 : 0;
		}
		return count;
	}

	int inUse() {
		return this.starting + count(HelperState.SPARE) + count(HelperState.SERVING);
	}

	void leave(Helper helper) {
		helper.to(HelperState.LEAVING);
	}

	List<Helper> leaveAll() {
		this.helpers.forEach(this::leave);
		return List.copyOf(this.helpers);
	}

	void forget(Helper helper) {
		helper.to(HelperState.ENDED);
		this.helpers.remove(helper);
	}

	boolean isEmpty() {
		return this.helpers.isEmpty();
	}

	/**
	 * Lets the calls of helpers finish, and ends their connections. Needs no lock.
	 * @param helpers the helpers
	 * @param timeout how long their calls may take
	 * @param clock as {@link System#nanoTime}
	 * @throws InterruptedException if the current thread is interrupted; then as well,
	 * their connections are at their ends
	 */
	static void drain(List<Helper> helpers, Duration timeout, LongSupplier clock) throws InterruptedException {
		helpers.forEach((helper) -> helper.connection().drain());
		long deadline = clock.getAsLong() + timeout.toNanos();
		try {
			while (deadline - clock.getAsLong() > 0
					&& !helpers.stream().allMatch((helper) -> helper.connection().isIdle())) {
				TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
			}
		}
		finally {
			helpers.forEach(
					(helper) -> helper.connection().end(new Helper.EndInOrderException("the application was closed")));
		}
	}

}
