package io.privsep.demo.web;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.privsep.actuate.PrivsepEndpoint;
import io.privsep.actuate.PrivsepHealthContributor;
import io.privsep.channel.ChannelState;
import io.privsep.demo.privsep.Rights;

/**
 * Tells the page what is going on. No helper is asked, so that looking changes no number.
 */
@RestController
@ConditionalOnBooleanProperty(name = "privsep.enabled", matchIfMissing = true)
class OverviewController {

	private final PrivsepEndpoint endpoint;

	private final PrivsepHealthContributor health;

	private final CallTimes times;

	private final ConfiguredContexts configured;

	OverviewController(PrivsepEndpoint endpoint, PrivsepHealthContributor health, CallTimes times,
			ConfiguredContexts configured) {
		this.endpoint = endpoint;
		this.health = health;
		this.times = times;
		this.configured = configured;
	}

	@GetMapping("/api/overview")
	Overview overview() throws IOException {
		List<Context> contexts = new ArrayList<>();
		Map<String, PrivsepEndpoint.ContextDescriptor> described = this.endpoint.contexts().contexts();
		ConfiguredContexts.NAMES
			.forEach((name) -> contexts.add(context(name, Objects.requireNonNull(described.get(name), name))));
		return new Overview(Rights.ofThisProcess(), contexts);
	}

	private Context context(String name, PrivsepEndpoint.ContextDescriptor context) {
		List<CallTimes.Calls> calls = new ArrayList<>();
		context.functions().forEach((function) -> calls.addAll(this.times.of(name, function.name())));
		return new Context(name, context.state(), lastFailure(name), context.mode(), context.user(),
				context.capabilities(), context.sandbox() != null, context.pid(), rights(context.pid()),
				context.restarts(), context.recycled(), context.standby(), context.spares(),
				this.configured.needsRestart(name, context.mode(), context.pid()), calls);
	}

	private @Nullable String lastFailure(String name) {
		Health health = (this.health.getContributor(name) instanceof HealthIndicator indicator) ? indicator.health()
				: null;
		return (health != null) ? (String) health.getDetails().get("lastFailure") : null;
	}

	private static @Nullable Rights rights(@Nullable Long pid) {
		try {
			return (pid != null) ? Rights.ofProcess(pid) : null;
		}
		catch (IOException ex) {
			// it has ended meanwhile, or the system hides it
			return null;
		}
	}

	/**
	 * What is going on.
	 *
	 * @param application what the kernel says of the application
	 * @param contexts the contexts
	 */
	record Overview(Rights application, List<Context> contexts) {

	}

	/**
	 * One context.
	 *
	 * @param name its name
	 * @param state what its channel does
	 * @param lastFailure why the last helper ended or did not start, if one did so
	 * @param mode how its functions run
	 * @param user whom its helper is to run as
	 * @param capabilities what its helper is to keep
	 * @param sandboxed whether its helper is in a sandbox
	 * @param pid process id of the helper that serves, if there is one
	 * @param helper what the kernel says of that helper, if it can be asked
	 * @param restarts how often another helper has taken the place of one that ended
	 * @param recycled how often another helper has taken over from one that had served
	 * @param standby how many spares there should be
	 * @param spares how many spares are ready
	 * @param needsRestart whether no helper is left, and none can be started
	 * @param calls calls of each of its functions
	 */
	record Context(String name, ChannelState state, @Nullable String lastFailure, String mode, String user,
			List<String> capabilities, boolean sandboxed, @Nullable Long pid, @Nullable Rights helper, int restarts,
			int recycled, int standby, int spares, boolean needsRestart, List<CallTimes.Calls> calls) {

	}

}
