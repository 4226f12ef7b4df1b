package io.privsep.channel;

import io.privsep.wire.Trace;

/**
 * Says where the current thread stands in a distributed trace.
 */
@FunctionalInterface
public interface TraceSource {

	/** Knows of no traces. */
	TraceSource NONE = () -> Trace.NONE;

	/**
	 * The place in the trace.
	 * @return the trace; {@link Trace#NONE} if there is none
	 */
	Trace current();

}
