package io.privsep.channel;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.privsep.connection.Machine;

/**
 * The threads that make calls for callers that do not wait, as many as calls may run at
 * once. They end when there is nothing to do.
 */
final class AsynchronousCalls {

	private static final int IDLE_SECONDS = 10;

	/** How many wait at most; without a thread each, there could be any number. */
	static final int MAX_WAITING = 10_000;

	private final Machine machine;

	private final ThreadPoolExecutor threads;

	/** Where results arrive. */
	private final Executor results;

	AsynchronousCalls(ContextSettings settings) {
		this(settings, ForkJoinPool.getCommonPoolParallelism());
	}

	// The only thread of the common pool may be the one that waits for a result: then
	// each has a thread of its own, as CompletableFuture itself had it before JDK 25.
	AsynchronousCalls(ContextSettings settings, int commonThreads) {
		this.machine = settings.machine();
		int max = settings.definition().calls().maxConcurrency();
		String name = "privsep-" + settings.context() + "-async";
		this.results = (commonThreads > 1) ? ForkJoinPool.commonPool()
				: (task) -> this.machine.threads().make("privsep-" + settings.context() + "-result", task).start();
		this.threads = new ThreadPoolExecutor(max, max, IDLE_SECONDS, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(MAX_WAITING), (task) -> this.machine.threads().make(name, task));
		this.threads.allowCoreThreadTimeOut(true);
	}

	/**
	 * Makes a call in one of the threads.
	 * @param call the call
	 * @param queueDeadline until when it may wait for a thread
	 * @param noHelper what the result is where no calls are made any more
	 * @param full what the result is where too many wait already
	 * @param busy what the result is where it gets no thread in time
	 * @return the result to come; cancelling it interrupts the call
	 */
	CompletableFuture<@Nullable Object> call(Call call, long queueDeadline, Supplier<? extends Throwable> noHelper,
			Supplier<? extends Throwable> full, Supplier<? extends Throwable> busy) {
		Task task = new Task(call, this.results);
		try {
			this.threads.execute(task);
		}
		catch (RejectedExecutionException ex) {
			task.result.completeExceptionally(this.threads.isShutdown() ? noHelper.get() : full.get());
			return task.result;
		}
		if (!task.isBegun.get()) {
			Runnable timer = this.machine.timers().after(Math.max(0, queueDeadline - this.machine.nanoTime()), () -> {
				if (task.begin()) {
					this.threads.remove(task);
					task.complete(null, busy.get());
				}
			});
			task.result.whenComplete((value, ex) -> {
				// nothing stays of one that was cancelled before
				if (task.begin()) {
					this.threads.remove(task);
				}
				timer.run();
			});
		}
		return task.result;
	}

	/**
	 * How many calls wait for a thread now.
	 * @return a number
	 */
	int waiting() {
		return this.threads.getQueue().size();
	}

	void close() {
		this.threads.shutdown();
	}

	/**
	 * A call that is made when there is a thread.
	 */
	private static final class Task implements Runnable {

		private final Call call;

		private final Executor results;

		private final CompletableFuture<@Nullable Object> result = new CompletableFuture<>();

		private final AtomicBoolean isBegun = new AtomicBoolean();

		private boolean isRunning;

		Task(Call call, Executor results) {
			this.call = call;
			this.results = results;
		}

		@Override
		public void run() {
			if (!begin()) {
				return;
			}
			Thread caller = Thread.currentThread();
			setRunning(true);
			this.result.whenComplete((value, ex) -> interruptIfCancelled(caller));
			Object value = null;
			Throwable thrown = null;
			try {
				value = this.call.run();
			}
			catch (Throwable ex) {
				thrown = ex;
			}
			setRunning(false);
			Thread.interrupted();
			complete(value, thrown);
		}

		// In a thread that makes no calls: what is chained to the result may block, even
		// for a call that needs such a thread.
		void complete(@Nullable Object value, @Nullable Throwable thrown) {
			Runnable arrival = () -> {
				if (thrown != null) {
					this.result.completeExceptionally(thrown);
				}
				else {
					this.result.complete(value);
				}
			};
			try {
				this.results.execute(arrival);
			}
			catch (RuntimeException | OutOfMemoryError ex) {
				// there is no such thread now, and nobody is to wait for ever
				arrival.run();
			}
		}

		// Whether it was neither begun nor given up before.
		boolean begin() {
			return this.isBegun.compareAndSet(false, true);
		}

		private synchronized void interruptIfCancelled(Thread caller) {
			if (this.result.isCancelled() && this.isRunning) {
				caller.interrupt();
			}
		}

		private synchronized void setRunning(boolean isRunning) {
			this.isRunning = isRunning;
		}

	}

	/** A call that waits for its reply. */
	@FunctionalInterface
	interface Call {

		@Nullable Object run() throws Throwable;

	}

}
