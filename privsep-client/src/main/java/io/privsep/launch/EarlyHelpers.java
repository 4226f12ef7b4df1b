package io.privsep.launch;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Helpers that are started while the application does not know its functions yet, beside
 * its own start: their JVMs are up, and wait for their definitions, when it does.
 * <p>
 * Nothing depends on them. Who starts a helper takes one that was started by the very
 * words that it would use itself, and otherwise starts it.
 */
public final class EarlyHelpers implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(EarlyHelpers.class);

	private final Map<String, FutureTask<Early>> helpers = new HashMap<>();

	private final Set<String> taken = new HashSet<>();

	private boolean closed;

	/**
	 * Begins to start a helper.
	 * @param context name of its context
	 * @param words gives the program and its arguments, once everything is checked that
	 * must be before it runs
	 */
	synchronized void start(String context, Callable<List<String>> words) {
		if (this.closed || this.taken.contains(context) || this.helpers.containsKey(context)) {
			return;
		}
		FutureTask<Early> task = new FutureTask<>(() -> {
			List<String> checked = words.call();
			return new Early(checked, ChildHelper.start(context, checked, Map.of()));
		});
		this.helpers.put(context, task);
		Thread thread = new Thread(task, "privsep-" + context + "-early");
		thread.setDaemon(true);
		thread.start();
	}

	/**
	 * Takes a helper, which belongs to the caller then.
	 * @param context name of its context
	 * @param words the program and its arguments
	 * @return the helper, or {@code null} if none was started by these words
	 */
	@Nullable HelperProcess take(String context, List<String> words) {
		Early early = await(remove(context));
		if (early == null) {
			return null;
		}
		if (!early.words().equals(words)) {
			early.helper().end();
			return null;
		}
		return early.helper();
	}

	private synchronized @Nullable FutureTask<Early> remove(String context) {
		this.taken.add(context);
		return this.helpers.remove(context);
	}

	private static @Nullable Early await(@Nullable FutureTask<Early> task) {
		if (task == null) {
			return null;
		}
		try {
			return task.get();
		}
		catch (ExecutionException ex) {
			// whoever starts it now has the same failure, and tells
			logger.debug("A helper could not be started early", ex.getCause());
			return null;
		}
		catch (InterruptedException ex) {
			endLater(task);
			Thread.currentThread().interrupt();
			return null;
		}
	}

	private static void endLater(FutureTask<Early> task) {
		Thread thread = new Thread(() -> {
			Early early = await(task);
			if (early != null) {
				early.helper().end();
			}
		}, "privsep-early-end");
		thread.setDaemon(true);
		thread.start();
	}

	/**
	 * Ends all helpers that nobody has taken, and starts no more.
	 */
	@Override
	public void close() {
		List<FutureTask<Early>> left;
		synchronized (this) {
			this.closed = true;
			left = List.copyOf(this.helpers.values());
			this.helpers.clear();
		}
		for (FutureTask<Early> task : left) {
			Early early = await(task);
			if (early != null) {
				early.helper().end();
			}
		}
	}

	/**
	 * A helper that was started.
	 *
	 * @param words the program and its arguments
	 * @param helper the helper
	 */
	private record Early(List<String> words, HelperProcess helper) {
	}

}
