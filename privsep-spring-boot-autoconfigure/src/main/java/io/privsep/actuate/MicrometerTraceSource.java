package io.privsep.actuate;

import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;

import io.privsep.channel.TraceSource;
import io.privsep.wire.Trace;

/**
 * The current span of Micrometer Tracing: that of the call itself, where calls are
 * observed.
 */
public final class MicrometerTraceSource implements TraceSource {

	private final Tracer tracer;

	/**
	 * Makes the source.
	 * @param tracer knows the current span
	 */
	public MicrometerTraceSource(Tracer tracer) {
		this.tracer = tracer;
	}

	@Override
	public Trace current() {
		TraceContext context = this.tracer.currentTraceContext().context();
		return (context != null) ? Trace.of(context.traceId(), context.spanId(), Boolean.TRUE.equals(context.sampled()))
				: Trace.NONE;
	}

}
