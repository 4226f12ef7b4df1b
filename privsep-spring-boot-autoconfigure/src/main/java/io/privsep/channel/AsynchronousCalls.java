package io.privsep.channel;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * The threads that make calls for callers that do not wait, as many as calls may run at
 * once. They end when there is nothing to do.
 */
final class AsynchronousCalls {

	private static final int IDLE_SECONDS = 10;

	private final ThreadPoolExecutor threads;

	AsynchronousCalls(String context, int max) {
		this.threads = new ThreadPoolExecutor(max, max, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
				(task) -> {
					Thread thread = new Thread(task, "privsep-" + context + "-async");
					thread.setDaemon(true);
					return thread;
				});
		this.threads.allowCoreThreadTimeOut(true);
	}

	/**
	 * Makes a call in one of the threads.
	 * @param call the call
	 * @param refusal what the result is where no calls are made any more
	 * @return the result to come; cancelling it interrupts the call
	 */
	CompletableFuture<@Nullable Object> call(Call call, Supplier<? extends Throwable> refusal) {
		CompletableFuture<@Nullable Object> result = new CompletableFuture<>();
		try {
			this.threads.execute(() -> run(call, result));
		}
		catch (RejectedExecutionException ex) {
			result.completeExceptionally(refusal.get());
		}
		return result;
	}

	private static void run(Call call, CompletableFuture<@Nullable Object> result) {
		if (result.isDone()) {
			return;
		}
		Thread caller = Thread.currentThread();
		Object monitor = new Object();
		boolean[] running = { true };
		result.whenComplete((value, ex) -> {
			synchronized (monitor) {
				if (result.isCancelled() && running[0]) {
					caller.interrupt();
				}
			}
		});
		try {
			result.complete(call.run());
		}
		catch (Throwable ex) {
			result.completeExceptionally(ex);
		}
		finally {
			synchronized (monitor) {
				running[0] = false;
				Thread.interrupted();
			}
		}
	}

	void close() {
		this.threads.shutdown();
	}

	/** A call that waits for its answer. */
	@FunctionalInterface
	interface Call {

		@Nullable Object run() throws Throwable;

	}

}
