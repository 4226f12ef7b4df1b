package io.privsep.actuate;

import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;

import io.privsep.channel.Channel;
import io.privsep.channel.ChannelState;
import io.privsep.channel.Channels;
import io.privsep.linux.ProcessMemory;

/**
 * Metrics of helpers, tagged with {@code privsep.context}. Those of calls are made by the
 * {@link ObservationCallObserver}.
 */
public final class PrivsepMetrics implements MeterBinder {

	private final Channels channels;

	/**
	 * Makes the metrics.
	 * @param channels the channels
	 */
	public PrivsepMetrics(Channels channels) {
		this.channels = channels;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.channels.all().forEach((context, channel) -> bind(channel, Tags.of("privsep.context", context), registry));
	}

	private static void bind(Channel channel, Tags tags, MeterRegistry registry) {
		gauge("privsep.helper.up", "Whether a helper serves", channel,
				(each) -> (each.status().state() == ChannelState.RUNNING) ? 1 : 0)
			.tags(tags)
			.register(registry);
		FunctionCounter.builder("privsep.helper.restarts", channel, (each) -> each.status().restarts())
			.description("How often another helper has taken the place of one that ended")
			.tags(tags)
			.register(registry);
		FunctionCounter.builder("privsep.helper.recycled", channel, (each) -> each.status().recycled())
			.description("How often another helper has taken over from one that had served for long enough")
			.tags(tags)
			.register(registry);
		FunctionTimer
			.builder("privsep.helper.start", channel, (each) -> each.status().starts(),
					(each) -> each.status().startTime().toNanos(), TimeUnit.NANOSECONDS)
			.description("From the start of a helper until it was ready")
			.tags(tags)
			.register(registry);
		gauge("privsep.helper.memory", "Resident memory of the helper that serves", channel, PrivsepMetrics::memory)
			.baseUnit("bytes")
			.tags(tags)
			.register(registry);
		gauge("privsep.calls.queued", "Calls that wait for a slot", channel, Channel::waiting).tags(tags)
			.register(registry);
		if (channel.settings().standby() > 0) {
			gauge("privsep.helper.spares", "Spares that are ready to take a helper's place", channel,
					(each) -> each.status().spares())
				.tags(tags)
				.register(registry);
		}
	}

	private static Gauge.Builder<Channel> gauge(String name, String description, Channel channel,
			ToDoubleFunction<Channel> value) {
		return Gauge.builder(name, channel, value).description(description);
	}

	private static double memory(Channel channel) {
		Long pid = channel.status().pid();
		return (pid != null) ? ProcessMemory.resident(pid).orElse(Double.NaN) : Double.NaN;
	}

}
