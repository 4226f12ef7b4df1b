package io.privsep.actuate;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.micrometer.common.KeyValues;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.condition.ConditionEvaluationReport;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.ClassUtils;

import io.privsep.PrivsepRemoteException;
import io.privsep.PrivsepTimeoutException;
import io.privsep.advice.CallObserver;
import io.privsep.autoconfigure.PrivsepAutoConfiguration;
import io.privsep.autoconfigure.PrivsepEndpointAutoConfiguration;
import io.privsep.autoconfigure.PrivsepHealthAutoConfiguration;
import io.privsep.autoconfigure.PrivsepMetricsAutoConfiguration;
import io.privsep.autoconfigure.PrivsepObservationAutoConfiguration;
import io.privsep.autoconfigure.PrivsepTracingAutoConfiguration;
import io.privsep.channel.ChannelState;
import io.privsep.sample.Sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Health and metrics, and a start without them.
 */
class ActuatorTests {

	private static final List<String> OPTIONAL_BEANS = List.of("privsepHealthContributor", "privsepMetrics",
			"privsepCallObserver", "privsepTraceSource", "privsepEndpoint");

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(PrivsepAutoConfiguration.class, PrivsepHealthAutoConfiguration.class,
				PrivsepObservationAutoConfiguration.class, PrivsepMetricsAutoConfiguration.class,
				PrivsepEndpointAutoConfiguration.class))
		.withUserConfiguration(Sample.class)
		.withPropertyValues("privsep.mode=in-process", "privsep.contexts.sample.settings.name=x",
				"privsep.contexts.sample.settings.sizes=1");

	/** With all that the optional beans need. */
	private final ApplicationContextRunner optional = this.runner
		.withConfiguration(AutoConfigurations.of(PrivsepTracingAutoConfiguration.class))
		.withPropertyValues("management.endpoints.web.exposure.include=privsep")
		.withBean("meterRegistry", MeterRegistry.class, SimpleMeterRegistry::new)
		.withBean("observationRegistry", ObservationRegistry.class, ObservationRegistry::create)
		.withBean("tracer", Tracer.class, () -> Tracer.NOOP);

	@Test
	void healthHasAComponentForEachContext() {
		this.runner.withConfiguration(AutoConfigurations.of(HealthContributorAutoConfiguration.class))
			.run((context) -> {
				PrivsepHealthContributor contributor = context.getBean("privsepHealthContributor",
						PrivsepHealthContributor.class);
				HealthIndicator indicator = (HealthIndicator) contributor.getContributor("sample");
				assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
				assertThat(indicator.health().getDetails()).containsEntry("pid", ProcessHandle.current().pid())
					.containsEntry("mode", "in-process")
					.containsEntry("restarts", 0)
					.containsEntry("capabilities", List.of())
					.containsKeys("state", "user", "since");
			});
	}

	@Test
	void callsAreTimedWithTheirOutcome() {
		this.runner
			.withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class,
					SimpleMetricsExportAutoConfiguration.class, ObservationAutoConfiguration.class))
			.run((context) -> {
				Sample sample = context.getBean(Sample.class);
				sample.echo("x");
				sample.echo("x");
				assertThatIllegalArgumentException().isThrownBy(() -> sample.illegal("x"));
				assertThatExceptionOfType(PrivsepTimeoutException.class).isThrownBy(() -> sample.sleep(60_000));
				assertThatExceptionOfType(PrivsepRemoteException.class).isThrownBy(() -> sample.undeclared("x"));
				MeterRegistry registry = context.getBean(MeterRegistry.class);
				assertThat(registry.get("privsep.calls")
					.tags("privsep.context", "sample", "privsep.function", "Sample.echo", "outcome", "SUCCESS")
					.timer()
					.count()).isEqualTo(2);
				assertThat(registry.get("privsep.calls")
					.tags("privsep.function", "Sample.illegal", "outcome", "ERROR")
					.timer()
					.count()).isEqualTo(1);
				assertThat(registry.get("privsep.calls")
					.tags("privsep.function", "Sample.sleep", "outcome", "TIMEOUT")
					.timer()
					.count()).isEqualTo(1);
				assertThat(registry.get("privsep.calls")
					.tags("privsep.function", "Sample.undeclared", "outcome", "ERROR")
					.timer()
					.getId()
					.getTags()).containsExactlyInAnyOrder(Tag.of("privsep.context", "sample"),
							Tag.of("privsep.function", "Sample.undeclared"), Tag.of("outcome", "ERROR"),
							Tag.of("error", "UndeclaredException"));
			});
	}

	@Test
	void callsAreNamedAndTaggedByTheConventionOfTheApplication() {
		this.runner
			.withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class,
					SimpleMetricsExportAutoConfiguration.class, ObservationAutoConfiguration.class))
			.withBean(PrivsepObservationConvention.class, OwnConvention::new)
			.run((context) -> {
				context.getBean(Sample.class).echo("x");
				MeterRegistry registry = context.getBean(MeterRegistry.class);
				assertThat(registry.get("own.calls").tags("of", "sample/Sample.echo/SUCCESS").timer().count()).isOne();
				assertThat(registry.find("privsep.calls").timer()).isNull();
			});
	}

	@Test
	void callsAreObservedBesideAnObserverOfTheApplication() {
		List<String> seen = new ArrayList<>();
		this.runner
			.withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class,
					SimpleMetricsExportAutoConfiguration.class, ObservationAutoConfiguration.class))
			.withBean(CallObserver.class, () -> (context, function, call) -> {
				seen.add(function.name() + List.of(call.arguments()));
				throw new IllegalStateException("of the observer");
			})
			.run((context) -> {
				assertThatIllegalStateException().isThrownBy(() -> context.getBean(Sample.class).echo("x"));
				assertThat(seen).containsExactly("Sample.echo[x]");
				// the observation is outside, and sees what the other does
				assertThat(context.getBean(MeterRegistry.class)
					.get("privsep.calls")
					.tags("privsep.function", "Sample.echo", "outcome", "ERROR")
					.timer()
					.count()).isOne();
			});
	}

	@Test
	void helpersHaveMetrics() {
		this.runner
			.withConfiguration(
					AutoConfigurations.of(MetricsAutoConfiguration.class, SimpleMetricsExportAutoConfiguration.class))
			.withPropertyValues("privsep.contexts.sample.standby=1")
			.run((context) -> {
				MeterRegistry registry = context.getBean(MeterRegistry.class);
				Tags tags = Tags.of("privsep.context", "sample");
				assertThat(registry.get("privsep.helper.up").tags(tags).gauge().value()).isOne();
				assertThat(registry.get("privsep.helper.restarts").tags(tags).functionCounter().count()).isZero();
				FunctionTimer start = registry.get("privsep.helper.start").tags(tags).functionTimer();
				assertThat(start.count()).isEqualTo(2);
				assertThat(start.totalTime(TimeUnit.NANOSECONDS)).isPositive();
				assertThat(registry.get("privsep.helper.memory").tags(tags).gauge().value()).isGreaterThan(1 << 20);
				assertThat(registry.get("privsep.helper.spares").tags(tags).gauge().value()).isOne();
				assertThat(registry.get("privsep.calls.queued").tags(tags).gauge().value()).isZero();
			});
	}

	@Test
	void recycledHelpersAreCountedAndAreNoFailures() {
		this.runner
			.withConfiguration(
					AutoConfigurations.of(MetricsAutoConfiguration.class, SimpleMetricsExportAutoConfiguration.class,
							HealthContributorAutoConfiguration.class, EndpointAutoConfiguration.class))
			.withPropertyValues("privsep.contexts.sample.recycle.calls=1",
					"management.endpoints.web.exposure.include=privsep")
			.run((context) -> {
				MeterRegistry registry = context.getBean(MeterRegistry.class);
				FunctionCounter recycled = registry.get("privsep.helper.recycled")
					.tags("privsep.context", "sample")
					.functionCounter();
				assertThat(recycled.count()).isZero();
				PrivsepHealthContributor contributor = context.getBean("privsepHealthContributor",
						PrivsepHealthContributor.class);
				HealthIndicator indicator = (HealthIndicator) contributor.getContributor("sample");
				for (int i = 0; i < 3; i++) {
					context.getBean(Sample.class).echo("x");
					assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
				}
				Awaitility.await().atMost(2, TimeUnit.MINUTES).until(() -> recycled.count() == 3);
				assertThat(indicator.health().getDetails()).containsEntry("recycled", 3)
					.containsEntry("restarts", 0)
					.doesNotContainKey("lastFailure");
				assertThat(registry.get("privsep.helper.restarts").functionCounter().count()).isZero();
				assertThat(registry.get("privsep.helper.up").gauge().value()).isOne();
				assertThat(context.getBean(PrivsepEndpoint.class).context("sample").recycled()).isEqualTo(3);
			});
	}

	@Test
	void endpointHasRightsFunctionsAndCalls() {
		this.runner.withPropertyValues("management.endpoints.web.exposure.include=privsep")
			.withConfiguration(AutoConfigurations.of(EndpointAutoConfiguration.class))
			.run((context) -> {
				PrivsepEndpoint endpoint = context.getBean(PrivsepEndpoint.class);
				assertThat(endpoint.contexts().contexts()).containsOnlyKeys("sample");
				assertThat(endpoint.context("other")).isNull();
				PrivsepEndpoint.ContextDescriptor sample = endpoint.context("sample");
				assertThat(sample.state()).isEqualTo(ChannelState.RUNNING);
				assertThat(sample.mode()).isEqualTo("in-process");
				assertThat(sample.pid()).isEqualTo(ProcessHandle.current().pid());
				assertThat(sample.calls()).isEqualTo(new PrivsepEndpoint.CallsDescriptor(0, 0, sample.calls().max()));
				assertThat(sample.functions()).contains(new PrivsepEndpoint.FunctionDescriptor("Sample.echo",
						"io.privsep.sample.Sample.echo(java.lang.String) java.lang.String", null));
			});
	}

	@Test
	void endpointIsNotThereUnlessItIsExposed() {
		this.runner.withConfiguration(AutoConfigurations.of(EndpointAutoConfiguration.class))
			.run((context) -> assertThat(context).doesNotHaveBean(PrivsepEndpoint.class));
	}

	@Test
	void startWithOptionalLibrariesHasAllBeans() {
		this.optional.run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(OPTIONAL_BEANS).allMatch(context::containsBean);
			assertThat(withoutClasses(context)).isEmpty();
		});
	}

	@ParameterizedTest
	@CsvSource({ "org.springframework.boot.health, Health, privsepHealthContributor",
			"io.micrometer.core, Metrics, privsepMetrics",
			"io.micrometer.observation, Observation, privsepCallObserver",
			"io.micrometer.tracing, Tracing, privsepTraceSource",
			"org.springframework.boot.actuate, Endpoint, privsepEndpoint" })
	void startWithoutAnOptionalLibraryLacksNothingElse(String library, String autoConfiguration, String bean) {
		this.optional.withClassLoader(new FilteredClassLoader(library)).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(OPTIONAL_BEANS).filteredOn((each) -> !context.containsBean(each)).containsExactly(bean);
			assertThat(withoutClasses(context)).containsExactly("Privsep" + autoConfiguration + "AutoConfiguration");
			assertThat(context.getBean(Sample.class).echo("x")).isEqualTo("x");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "io.micrometer", "org.springframework.boot.micrometer" })
	void startWithoutAnOptionalLibrarySucceeds(String library) {
		this.optional.withClassLoader(new FilteredClassLoader(library)).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(Sample.class).echo("x")).isEqualTo("x");
		});
	}

	@Test
	void startWithoutOptionalLibrariesSucceeds() {
		this.optional
			.withClassLoader(new FilteredClassLoader("org.springframework.boot.health", "io.micrometer",
					"org.springframework.boot.micrometer", "org.springframework.boot.actuate"))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(OPTIONAL_BEANS).noneMatch(context::containsBean);
				assertThat(withoutClasses(context)).hasSameSizeAs(OPTIONAL_BEANS);
				assertThat(context.getBean(Sample.class).echo("x")).isEqualTo("x");
			});
	}

	@Test
	void disabledLeavesBeansOrdinary() {
		this.runner.withPropertyValues("privsep.enabled=false")
			.withBean(Sample.Settings.class, () -> new Sample.Settings("own", List.of()))
			.run((context) -> {
				assertThat(context).hasNotFailed().doesNotHaveBean("privsepChannels");
				assertThat(context.getBean(Sample.class).settings().name()).isEqualTo("own");
			});
	}

	private static List<String> withoutClasses(ConfigurableApplicationContext context) {
		return ConditionEvaluationReport.get(context.getBeanFactory())
			.getConditionAndOutcomesBySource()
			.entrySet()
			.stream()
			.filter((each) -> each.getKey().startsWith("io.privsep."))
			.filter((each) -> each.getValue()
				.stream()
				.anyMatch((one) -> !one.getOutcome().isMatch()
						&& one.getOutcome().getMessage().startsWith("@ConditionalOnClass did not find")))
			.map((each) -> ClassUtils.getShortName(each.getKey()))
			.toList();
	}

	/**
	 * A convention of an application's own.
	 */
	static class OwnConvention implements PrivsepObservationConvention {

		@Override
		public String getName() {
			return "own.calls";
		}

		@Override
		public KeyValues getLowCardinalityKeyValues(PrivsepObservationContext context) {
			return KeyValues.of("of", context.privsepContext() + "/" + context.function() + "/" + context.outcome());
		}

	}

}
