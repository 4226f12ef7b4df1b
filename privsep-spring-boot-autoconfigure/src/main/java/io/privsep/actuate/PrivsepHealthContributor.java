package io.privsep.actuate;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthContributors;
import org.springframework.boot.health.contributor.HealthIndicator;

import io.privsep.channel.Channel;
import io.privsep.channel.ChannelState;
import io.privsep.channel.ChannelStatus;
import io.privsep.channel.Channels;

/**
 * Health of all helpers, with one component a context.
 */
public final class PrivsepHealthContributor implements CompositeHealthContributor {

	private final Map<String, HealthContributor> contexts = new TreeMap<>();

	/**
	 * Makes the contributor.
	 * @param channels the channels
	 */
	public PrivsepHealthContributor(Channels channels) {
		channels.all().forEach((context, channel) -> this.contexts.put(context, indicator(channel)));
	}

	@Override
	public @Nullable HealthContributor getContributor(String name) {
		return this.contexts.get(name);
	}

	@Override
	public Stream<HealthContributors.Entry> stream() {
		return this.contexts.entrySet()
			.stream()
			.map((entry) -> new HealthContributors.Entry(entry.getKey(), entry.getValue()));
	}

	private static HealthIndicator indicator(Channel channel) {
		boolean isRecycling = !channel.settings().recycle().isNever();
		return () -> health(channel.status(), isRecycling);
	}

	private static Health health(ChannelStatus status, boolean isRecycling) {
		Health.Builder health = (status.state() == ChannelState.RUNNING) ? Health.up() : Health.down();
		health.withDetail("state", status.state());
		if (status.pid() != null) {
			health.withDetail("pid", status.pid());
		}
		health.withDetail("user", status.user())
			.withDetail("capabilities", status.capabilities())
			.withDetail("mode", status.mode())
			.withDetail("restarts", status.restarts());
		if (isRecycling) {
			health.withDetail("recycled", status.recycled());
		}
		if (status.standby() > 0) {
			health.withDetail("spares", status.spares());
		}
		if (status.since() != null) {
			health.withDetail("since", status.since());
		}
		// as text: an attached exception would be logged at every probe
		if (status.lastFailure() != null) {
			health.withDetail("lastFailure", status.lastFailure());
		}
		return health.build();
	}

}
