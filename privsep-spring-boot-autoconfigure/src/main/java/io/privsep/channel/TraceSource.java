package io.privsep.channel;

import org.jspecify.annotations.Nullable;

import io.privsep.wire.Trace;

/**
 * Says where the current thread stands in a distributed trace.
 */
@FunctionalInterface
public interface TraceSource {

	/** Knows of no traces. */
	TraceSource NONE = () -> null;

	/**
	 * The place in the trace.
	 * @return the trace; {@code null} if there is none
	 */
	@Nullable Trace current();

}
