package io.privsep.autoconfigure;

import io.micrometer.tracing.Tracer;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

import io.privsep.actuate.MicrometerTraceSource;
import io.privsep.channel.Channels;
import io.privsep.channel.TraceSource;

/**
 * Auto-configuration for traces that go on in what functions log.
 */
@AutoConfiguration(after = PrivsepAutoConfiguration.class, afterName = {
		"org.springframework.boot.micrometer.tracing.brave.autoconfigure.BraveAutoConfiguration",
		"org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration",
		"org.springframework.boot.micrometer.tracing.autoconfigure.NoopTracerAutoConfiguration" })
@ConditionalOnClass(Tracer.class)
@ConditionalOnBean({ Channels.class, Tracer.class })
public final class PrivsepTracingAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(TraceSource.class)
	MicrometerTraceSource privsepTraceSource(Tracer tracer) {
		return new MicrometerTraceSource(tracer);
	}

}
