package io.privsep.test;

import java.io.PrintWriter;
import java.util.Map;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.core.SpringProperties;

import io.privsep.PrivsepFunction;
import io.privsep.PrivsepUnavailableException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that JUnit runs in parallel have calls and faults of their own, though they share
 * an application context.
 */
class ParallelTests {

	@Test
	void testsInParallelSeeTheirOwnCallsAndFaults() {
		assertSeparate(First.class, Second.class);
	}

	@Test
	void testsInParallelOfASuiteSeeTheirOwnCallsAndFaults() {
		SpringProperties.setProperty(AllTestsContextCustomizerFactory.PROPERTY, "in-process");
		try {
			assertSeparate(OfSuite.class, AnotherOfSuite.class);
		}
		finally {
			SpringProperties.setProperty(AllTestsContextCustomizerFactory.PROPERTY, null);
		}
	}

	private static void assertSeparate(Class<?> one, Class<?> other) {
		SummaryGeneratingListener listener = new SummaryGeneratingListener();
		LauncherFactory.create()
			.execute(LauncherDiscoveryRequestBuilder.request()
				.selectors(DiscoverySelectors.selectClass(one), DiscoverySelectors.selectClass(other))
				.configurationParameters(Map.of("junit.jupiter.execution.parallel.enabled", "true",
						"junit.jupiter.execution.parallel.mode.default", "concurrent",
						"junit.jupiter.execution.parallel.config.strategy", "fixed",
						"junit.jupiter.execution.parallel.config.fixed.parallelism", "8"))
				.build(), listener);
		listener.getSummary().printFailuresTo(new PrintWriter(System.err));
		assertThat(listener.getSummary().getTestsSucceededCount()).isEqualTo(80);
		assertThat(listener.getSummary().getTotalFailureCount()).isZero();
	}

	/** Found by the test above alone. */
	@SpringBootTest(classes = Clock.class, properties = "spring.main.banner-mode=off")
	@AutoConfigurePrivsep
	static class First extends Tests {

	}

	/** What is tested. */
	abstract static class Tests {

		@RepeatedTest(20)
		void callsAreItsOwn(@Autowired Clock clock, @Autowired PrivsepCalls calls) {
			assertThat(calls.all()).isEmpty();
			for (int i = 1; i <= 20; i++) {
				assertThat(clock.tick(i)).isEqualTo(i);
				assertThat(calls.all()).hasSize(i);
			}
		}

		@RepeatedTest(20)
		void faultsAreItsOwn(@Autowired Clock clock, @Autowired PrivsepFaults faults) {
			faults.on("clock").unavailable();
			Thread.yield();
			assertThatExceptionOfType(PrivsepUnavailableException.class).isThrownBy(() -> clock.tick(1));
		}

	}

	/** Of the same application context. */
	static class Second extends First {

	}

	/** Without the annotation, by which JUnit would know. */
	@SpringBootTest(classes = Clock.class, properties = "spring.main.banner-mode=off")
	static class OfSuite extends Tests {

	}

	/** Of the same application context. */
	static class AnotherOfSuite extends OfSuite {

	}

	/** Functions. */
	static class Clock {

		@PrivsepFunction("clock")
		public int tick(int number) {
			return number;
		}

	}

}
