package io.privsep.channel;

import java.time.Duration;
import java.util.List;

import io.privsep.function.FunctionTable;
import io.privsep.launch.HelperDefinition;
import io.privsep.process.Launcher;

/**
 * All that a channel needs to know of its context.
 *
 * @param table the functions
 * @param definition what the helper is told
 * @param launcher how the helper is started
 * @param user whom the helper runs as, as configured
 * @param capabilities the capabilities that it keeps, as configured
 * @param mode the mode of privsep
 * @param callTimeout how long a call may take
 * @param queueTimeout how long a call waits for a slot or for a helper
 * @param startTimeout how long a helper may take to be ready
 * @param stopTimeout how long calls in flight may take at the end
 * @param cancelGrace how long a function may ignore its cancellation
 * @param backoff how long to wait between starts
 */
public record ContextSettings(FunctionTable table, HelperDefinition definition, Launcher launcher, String user,
		List<String> capabilities, String mode, Duration callTimeout, Duration queueTimeout, Duration startTimeout,
		Duration stopTimeout, Duration cancelGrace, Backoff backoff) {

	public String context() {
		return this.definition.context();
	}

	/**
	 * How long to wait between the starts of a helper.
	 *
	 * @param initial the first wait
	 * @param max the longest wait
	 * @param multiplier what each wait is multiplied by to give the next
	 */
	public record Backoff(Duration initial, Duration max, double multiplier) {

		Duration delay(int failures) {
			double nanos = this.initial.toNanos() * Math.pow(this.multiplier, Math.max(0, failures - 1));
			return (nanos >= this.max.toNanos()) ? this.max : Duration.ofNanos((long) nanos);
		}

	}

}
