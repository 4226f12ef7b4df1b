package io.privsep.connection;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * The time, the threads and the chance of the application's side. Tests have their own,
 * in which time does not pass by itself, and every order of the threads can be tried.
 *
 * @param clock as {@link System#nanoTime}
 * @param random numbers from 0 to 1, without 1
 * @param threads makes threads
 * @param timers run things later
 */
public record Machine(LongSupplier clock, DoubleSupplier random, Threads threads, Timers timers) {

	/** The one that the JVM has. */
	public static final Machine OF_JVM = new Machine(System::nanoTime, () -> ThreadLocalRandom.current().nextDouble(),
			Machine::daemon, Machine::onTimeout);

	/**
	 * The time.
	 * @return as {@link System#nanoTime}, in nanoseconds
	 */
	public long nanoTime() {
		return this.clock.getAsLong();
	}

	private static Thread daemon(String name, Runnable task) {
		Thread thread = new Thread(task, name);
		thread.setDaemon(true);
		return thread;
	}

	private static Runnable onTimeout(long nanos, Runnable task) {
		CompletableFuture<Boolean> timer = new CompletableFuture<>();
		timer.completeOnTimeout(true, nanos, TimeUnit.NANOSECONDS).thenRun(task);
		return () -> timer.cancel(false);
	}

	/** Makes threads, which do not keep the application from ending. */
	@FunctionalInterface
	public interface Threads {

		/**
		 * Makes a thread, and does not start it.
		 * @param name its name
		 * @param task what it does
		 * @return the thread
		 */
		Thread make(String name, Runnable task);

		/**
		 * Whether a thread may wait for what a helper sends: a virtual one would pin its
		 * carrier.
		 * @param thread the thread
		 * @return whether it may
		 */
		default boolean mayLead(Thread thread) {
			return !VirtualThreads.isVirtual(thread);
		}

	}

	/** Runs things later. */
	@FunctionalInterface
	public interface Timers {

		/**
		 * Runs something once, in any thread.
		 * @param nanos after how long, in nanoseconds
		 * @param task what is short
		 * @return what has it not run, if it has not yet
		 */
		Runnable after(long nanos, Runnable task);

	}

}
