package io.privsep.actuate;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.ObservationView;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

import io.privsep.PrivsepFunction;
import io.privsep.autoconfigure.PrivsepAutoConfiguration;
import io.privsep.autoconfigure.PrivsepObservationAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Observations of calls, above all of those whose callers do not wait.
 */
class AsynchronousObservationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(PrivsepAutoConfiguration.class,
				PrivsepObservationAutoConfiguration.class, MetricsAutoConfiguration.class,
				SimpleMetricsExportAutoConfiguration.class, ObservationAutoConfiguration.class))
		.withUserConfiguration(Later.class)
		.withPropertyValues("privsep.mode=in-process", "privsep.contexts.later.call-timeout=5m");

	@Test
	void asynchronousCallsAreTimedWithTheirOutcome() {
		this.runner.run((context) -> {
			Later later = context.getBean(Later.class);
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			assertThat(later.give("x").get(1, TimeUnit.MINUTES)).isEqualTo("x");
			assertThat(count(registry, "Later.give", "SUCCESS")).isEqualTo(1);
			assertThat(later.fail()).failsWithin(1, TimeUnit.MINUTES);
			assertThat(count(registry, "Later.fail", "ERROR")).isEqualTo(1);
			CompletableFuture<String> hanging = later.hang();
			assertThat(active(registry)).isEqualTo(1);
			// one that has not begun is not run at all
			Awaitility.await().atMost(2, TimeUnit.MINUTES).until(() -> Later.hanging);
			hanging.cancel(true);
			assertThatExceptionOfType(CancellationException.class).isThrownBy(hanging::join);
			assertThat(count(registry, "Later.hang", "TIMEOUT")).isEqualTo(1);
			assertThat(active(registry)).isZero();
			// the function is cancelled as well
			Awaitility.await().atMost(2, TimeUnit.MINUTES).until(() -> Later.interrupted);
		});
	}

	@Test
	void whatIsChainedIsNotTimed() {
		this.runner.run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			CompletableFuture<Long> counted = context.getBean(Later.class)
				.giveWhenTold("x")
				.thenApply((value) -> count(registry, "Later.giveWhenTold", "SUCCESS"));
			Later.told.complete(null);
			assertThat(counted.get(1, TimeUnit.MINUTES)).isEqualTo(1);
		});
	}

	@Test
	void callsHaveTheirResultsThoughAHandlerOfTheApplicationThrows() {
		this.runner.withBean(FailingHandler.class).run((context) -> {
			Later later = context.getBean(Later.class);
			FailingHandler.stopped.set(0);
			assertThat(later.giveNow("x")).isEqualTo("x");
			assertThatIllegalStateException().isThrownBy(later::failNow).withMessageContaining("no");
			assertThat(FailingHandler.stopped).hasValue(2);
			assertThat(later.give("x").get(1, TimeUnit.MINUTES)).isEqualTo("x");
			assertThat(later.fail()).failsWithin(1, TimeUnit.MINUTES)
				.withThrowableThat()
				.withRootCauseInstanceOf(IllegalStateException.class)
				.withMessageContaining("no");
			assertThat(FailingHandler.stopped).hasValue(4);
		});
	}

	// Reactor keeps what is current in its own context, unless it is told otherwise.
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void subscriptionToAMonoIsAChildOfWhatReactorHasWhereThatIsPropagated(boolean isPropagated) {
		this.runner.withBean(Parents.class).run((context) -> {
			ObservationRegistry registry = context.getBean(ObservationRegistry.class);
			Observation request = Observation.start("request", registry);
			if (isPropagated) {
				Hooks.enableAutomaticContextPropagation();
			}
			try {
				assertThat(context.getBean(Later.class)
					.giveInMono("x")
					.contextWrite(Context.of(ObservationThreadLocalAccessor.KEY, request))
					.block(Duration.ofMinutes(1))).isEqualTo("x");
			}
			finally {
				Hooks.disableAutomaticContextPropagation();
			}
			assertThat(context.getBean(Parents.class).parents)
				.containsExactly(isPropagated ? Optional.of(request) : Optional.empty());
		});
	}

	private static long count(MeterRegistry registry, String function, String outcome) {
		return registry.get("privsep.calls").tags("privsep.function", function, "outcome", outcome).timer().count();
	}

	private static int active(MeterRegistry registry) {
		return registry.get("privsep.calls.active").longTaskTimer().activeTasks();
	}

	/** Remembers the parents of calls. */
	static final class Parents implements ObservationHandler<PrivsepObservationContext> {

		final List<Optional<ObservationView>> parents = new CopyOnWriteArrayList<>();

		@Override
		public void onStart(PrivsepObservationContext context) {
			this.parents.add(Optional.ofNullable(context.getParentObservation()));
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return context instanceof PrivsepObservationContext;
		}

	}

	static final class FailingHandler implements ObservationHandler<PrivsepObservationContext> {

		static final AtomicInteger stopped = new AtomicInteger();

		@Override
		public void onScopeClosed(PrivsepObservationContext context) {
			throw new IllegalArgumentException("of a handler");
		}

		@Override
		public void onStop(PrivsepObservationContext context) {
			stopped.incrementAndGet();
			throw new IllegalArgumentException("of a handler");
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return context instanceof PrivsepObservationContext;
		}

	}

	@PrivsepFunction("later")
	static class Later {

		static final CompletableFuture<Void> told = new CompletableFuture<>();

		static volatile boolean hanging;

		static volatile boolean interrupted;

		public CompletableFuture<String> give(String text) {
			return CompletableFuture.completedFuture(text);
		}

		public String giveNow(String text) {
			return text;
		}

		public void failNow() {
			throw new IllegalStateException("no");
		}

		public Mono<String> giveInMono(String text) {
			return Mono.just(text);
		}

		public CompletableFuture<String> giveWhenTold(String text) {
			return told.thenApply((nothing) -> text);
		}

		public CompletableFuture<String> fail() {
			return CompletableFuture.failedFuture(new IllegalStateException("no"));
		}

		public CompletableFuture<String> hang() throws InterruptedException {
			try {
				hanging = true;
				Thread.sleep(Long.MAX_VALUE);
				return CompletableFuture.completedFuture("");
			}
			catch (InterruptedException ex) {
				interrupted = true;
				throw ex;
			}
		}

	}

}
