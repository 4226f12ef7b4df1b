package io.privsep.channel;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import io.privsep.connection.FunctionTrace;

/**
 * What has happened to the helpers of a context: its state, failures and counts, and what
 * is logged of them. Not safe for use by several threads; the {@link HelperPool} has a
 * lock.
 */
final class PoolHistory {

	private static final Logger logger = LoggerFactory.getLogger(PoolHistory.class);

	private final ContextSettings settings;

	private final String context;

	private ChannelState state = ChannelState.NEW;

	private @Nullable Instant since;

	private @Nullable HelperStartException lastFailure;

	/** What to say of it once no helper is left, and none can be started. */
	private @Nullable String loss;

	private int failuresInARow;

	private int restarts;

	private int recycled;

	private int starts;

	private Duration startTime = Duration.ZERO;

	PoolHistory(ContextSettings settings) {
		this.settings = settings;
		this.context = settings.context();
	}

	ChannelState state() {
		return this.state;
	}

	@Nullable HelperStartException lastFailure() {
		return this.lastFailure;
	}

	boolean isLost() {
		return this.state == ChannelState.LOST;
	}

	private void setLastFailure(@Nullable HelperStartException failure) {
		String lost = this.loss;
		if (lost == null) {
			this.lastFailure = failure;
		}
		else if (failure == null) {
			this.lastFailure = new HelperStartException(this.context, lost, null);
		}
		else {
			this.lastFailure = new HelperStartException(this.context,
					lost + ". The last failure: " + failure.getMessage(), failure.stderrTail(), failure);
		}
	}

	private void lose(@Nullable String obstacle) {
		this.loss = "no helper is left, and none can be started, as " + obstacle
				+ "; restart the application. To survive the end of a helper, set 'privsep.contexts." + this.context
				+ ".standby', or use another launcher";
		logger.error("Context '{}': {}", this.context, this.loss);
		setLastFailure(this.lastFailure);
	}

	// The one place where the state changes. Where one start after the other fails, it is
	// news but once.
	void to(ChannelState next, @Nullable Helper serving, @Nullable String obstacle) {
		if (next == this.state) {
			return;
		}
		if (!this.state.successors().contains(next)) {
			throw new IllegalStateException(this.state + " -> " + next);
		}
		logger.atLevel((this.failuresInARow > 1 && next != ChannelState.RUNNING) ? Level.DEBUG : Level.INFO)
			.log("Helper '{}' {} -> {}{}", this.context, this.state, next,
					(serving != null) ? " (pid " + serving.pid() + ")" : "");
		this.state = next;
		this.since = Instant.now();
		if (next == ChannelState.LOST) {
			lose(obstacle);
		}
	}

	void started(Duration took) {
		this.starts++;
		this.startTime = this.startTime.plus(took);
	}

	void restarted() {
		this.restarts++;
	}

	// With each call, perhaps, where helpers are recycled.
	void gotSpare(Helper spare, boolean isFirst) {
		logger.atLevel((isFirst || this.settings.recycle().isNever()) ? Level.INFO : Level.DEBUG)
			.log("Helper '{}' has a spare (pid {})", this.context, spare.pid());
	}

	void recycled(Helper helper) {
		this.recycled++;
		this.failuresInARow = 0;
		logger.debug("Helper '{}' is recycled (pid {})", this.context, helper.pid());
	}

	void replacedBy(Helper spare) {
		logger.info("Helper '{}' is replaced by its spare (pid {})", this.context, spare.pid());
	}

	void setFailuresInARow(int failures) {
		this.failuresInARow = failures;
	}

	void ended(HelperStartException end) {
		setLastFailure(end);
		logger.atWarn().setCause(FunctionTrace.of(end)).log("Context '{}': {}", this.context, end.summary());
	}

	void failedToStart(HelperStartException failure, int failedStarts) {
		setLastFailure(failure);
		if (failedStarts == 1) {
			logger.warn("Context '{}': {}", this.context, failure.summary());
		}
		else {
			logger.debug("Context '{}', failure {} in a row: {}", this.context, this.failuresInARow, failure.summary());
		}
		logger.debug("Context '{}': where it failed", this.context, failure);
	}

	ChannelStatus status(@Nullable Long pid, int spares) {
		return new ChannelStatus(this.context, this.state, pid, this.settings.description().user(),
				this.settings.description().capabilities(), this.settings.description().mode(), this.restarts,
				this.recycled, this.starts, this.startTime, this.since,
				(this.lastFailure != null) ? this.lastFailure.summary() : null, this.settings.standby(), spares);
	}

}
