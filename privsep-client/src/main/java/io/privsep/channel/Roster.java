package io.privsep.channel;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * The helpers that were ready and are not done with: who serves, waits or leaves. Not
 * safe for use by several threads; the {@link HelperPool} has a lock.
 */
final class Roster {

	private static final Duration POLL = Duration.ofMillis(5);

	/** The oldest first. */
	private final Set<Helper> helpers = new LinkedHashSet<>();

	private @Nullable Helper serving;

	@Nullable Helper serving() {
		return this.serving;
	}

	// That of one that takes no call any more would be taken for the next helper's: its
	// keeper may be a moment late.
	@Nullable Long servingPid() {
		Helper helper = this.serving;
		return (helper != null && helper.pid() > 0 && helper.connection().mayTakeCalls()) ? helper.pid() : null;
	}

	void serve(Helper helper) {
		helper.to(HelperState.SERVING);
		this.helpers.add(helper);
		this.serving = helper;
	}

	void addSpare(Helper helper) {
		helper.to(HelperState.SPARE);
		this.helpers.add(helper);
	}

	// The spare that has waited for longest.
	@Nullable Helper spare() {
		for (Helper helper : this.helpers) {
			if (helper.state() == HelperState.SPARE) {
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

	void leave(Helper helper) {
		helper.to(HelperState.LEAVING);
		if (this.serving == helper) {
			this.serving = null;
		}
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
	 * @throws InterruptedException if the current thread is interrupted; then as well,
	 * their connections are at their ends
	 */
	static void drain(List<Helper> helpers, Duration timeout) throws InterruptedException {
		helpers.forEach((helper) -> helper.connection().drain());
		long deadline = System.nanoTime() + timeout.toNanos();
		try {
			while (deadline - System.nanoTime() > 0
					&& !helpers.stream().allMatch((helper) -> helper.connection().isIdle())) {
				TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
			}
		}
		finally {
			helpers.forEach((helper) -> helper.connection().end(new IOException("the application was closed")));
		}
	}

}
