package io.privsep.channel;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.privsep.PrivsepUnavailableException;

/**
 * The channels of an application, one for each context.
 */
public final class Channels implements AutoCloseable {

	private final Map<String, Channel> channels = new LinkedHashMap<>();

	private final boolean isTrainingRun;

	private Channels(Collection<ContextSettings> contexts, TraceSource traces, Supplier<@Nullable String> principals,
			boolean isTrainingRun) {
		this.isTrainingRun = isTrainingRun;
		contexts.forEach((context) -> this.channels.put(context.context(), new Channel(context, traces, principals)));
	}

	/**
	 * Makes the channels, and begins to start all helpers at once.
	 * @param contexts the contexts
	 * @param traces says where a caller stands in a distributed trace
	 * @param principals says on whose behalf a caller runs, if that is known
	 * @return the channels
	 */
	public static Channels start(Collection<ContextSettings> contexts, TraceSource traces,
			Supplier<@Nullable String> principals) {
		Channels channels = new Channels(contexts, traces, principals, false);
		channels.channels.values().forEach(Channel::start);
		return channels;
	}

	/**
	 * Of an application that ends before it is used: it makes a class-data archive, or is
	 * processed ahead of time. No helper is started, and there is none to ask.
	 * @return no channels
	 */
	public static Channels ofTrainingRun() {
		return new Channels(List.of(), TraceSource.NONE, () -> null, true);
	}

	/** Begins to start all helpers again, after they were {@linkplain #close ended}. */
	public void startAgain() {
		this.channels.values().forEach(Channel::start);
	}

	/**
	 * Waits until all helpers have started for the first time.
	 * @throws HelpersNotStartedException if some have failed to
	 */
	public void awaitFirstStart() {
		List<HelperStartException> failures = new ArrayList<>();
		for (Channel channel : this.channels.values()) {
			try {
				channel.awaitFirstStart();
			}
			catch (HelperStartException ex) {
				failures.add(ex);
			}
		}
		if (!failures.isEmpty()) {
			throw new HelpersNotStartedException(failures);
		}
	}

	/**
	 * Fails if a helper has not started for a reason that no other attempt changes, such
	 * as code that others could change. Only then it waits for the other helpers, and
	 * reports all failures at once.
	 * @throws HelpersNotStartedException if one has not
	 */
	public void requireHope() {
		if (this.channels.values().stream().anyMatch(Channel::isHopeless)) {
			awaitFirstStart();
		}
	}

	/**
	 * Looks where helpers can still be started, after the application has given up
	 * rights.
	 */
	public void rightsChanged() {
		this.channels.values().forEach(Channel::rightsChanged);
	}

	/**
	 * The channel of a context.
	 * @param context name of the context
	 * @return the channel
	 * @throws IllegalArgumentException if there is no such context
	 * @throws PrivsepUnavailableException if this is a training run
	 */
	public Channel get(String context) {
		Channel channel = this.channels.get(context);
		if (this.isTrainingRun) {
			throw new PrivsepUnavailableException(context, "",
					"Context '" + context + "': no helper is started in a training run", null);
		}
		if (channel == null) {
			throw new IllegalArgumentException("There is no context '" + context + "'");
		}
		return channel;
	}

	/**
	 * All channels, by the names of their contexts.
	 * @return the channels
	 */
	public Map<String, Channel> all() {
		return Map.copyOf(this.channels);
	}

	/**
	 * Lets calls in flight finish, up to the stop-timeout of their context, and ends all
	 * helpers.
	 */
	@Override
	public void close() {
		this.channels.values().parallelStream().forEach(Channel::close);
	}

}
