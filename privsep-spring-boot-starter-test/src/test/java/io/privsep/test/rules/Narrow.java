package io.privsep.test.rules;

import io.privsep.PrivsepFunction;

/**
 * A function that is narrow, of a bean that needs another of its context.
 */
public class Narrow {

	private final Counter counter;

	public Narrow(Counter counter) {
		this.counter = counter;
	}

	// in the helper already, so that it may
	@PrivsepFunction("narrow")
	public int count() {
		return this.counter.next() + new Counter().next();
	}

	/** Another bean of the context. */
	@PrivsepFunction("narrow")
	public static class Counter {

		public int next() {
			return 1;
		}

	}

}
