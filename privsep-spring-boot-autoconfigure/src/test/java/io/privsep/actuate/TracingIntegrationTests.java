package io.privsep.actuate;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration;
import org.springframework.boot.micrometer.tracing.brave.autoconfigure.BraveAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.privsep.autoconfigure.PrivsepAutoConfiguration;
import io.privsep.autoconfigure.PrivsepObservationAutoConfiguration;
import io.privsep.autoconfigure.PrivsepTracingAutoConfiguration;
import io.privsep.sample.Sample;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That what a function logs in a real helper can be found by the caller's trace.
 */
class TracingIntegrationTests {

	@Test
	void whatAFunctionLogsHasTheTraceOfItsCallerAndTheSpanOfTheCall() {
		Logger logger = (Logger) LoggerFactory.getLogger(Sample.class);
		ListAppender<ILoggingEvent> events = new ListAppender<>();
		events.list = new CopyOnWriteArrayList<>();
		events.start();
		logger.addAppender(events);
		try {
			new ApplicationContextRunner()
				.withConfiguration(
						AutoConfigurations.of(PrivsepAutoConfiguration.class, PrivsepObservationAutoConfiguration.class,
								PrivsepTracingAutoConfiguration.class, ObservationAutoConfiguration.class,
								MicrometerTracingAutoConfiguration.class, BraveAutoConfiguration.class))
				.withUserConfiguration(Sample.class)
				.withPropertyValues("privsep.mode=unprivileged", "privsep.contexts.sample.settings.name=x",
						"privsep.contexts.sample.settings.sizes=1", "management.tracing.sampling.probability=1")
				.run((context) -> {
					Sample sample = context.getBean(Sample.class);
					Tracer tracer = context.getBean(Tracer.class);
					Span span = tracer.nextSpan().start();
					Tracer.SpanInScope scope = tracer.withSpan(span);
					try {
						sample.log("traced");
						sample.later("asynchronous").get(1, TimeUnit.MINUTES);
					}
					finally {
						scope.close();
						span.end();
					}
					Map<String, String> traced = context("traced", events);
					assertThat(traced).containsEntry("traceId", span.context().traceId())
						.containsEntry("privsep.context", "sample");
					assertThat(traced.get("spanId")).matches("[0-9a-f]{16}").isNotEqualTo(span.context().spanId());
					assertThat(context("Later: asynchronous", events)).containsEntry("traceId",
							span.context().traceId());
					// a call of its own has a trace of its own
					sample.log("another");
					assertThat(context("another", events).get("traceId")).matches("[0-9a-f]{16,32}")
						.isNotEqualTo(span.context().traceId());
				});
		}
		finally {
			logger.detachAppender(events);
		}
	}

	private static Map<String, String> context(String message, ListAppender<ILoggingEvent> events) {
		return Awaitility.await()
			.atMost(Duration.ofMinutes(2))
			.until(() -> events.list.stream().filter((event) -> event.getMessage().contains(message)).findFirst(),
					(event) -> event.isPresent())
			.orElseThrow()
			.getMDCPropertyMap();
	}

}
