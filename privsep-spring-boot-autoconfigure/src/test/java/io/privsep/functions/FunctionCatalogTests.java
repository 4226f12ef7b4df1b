package io.privsep.functions;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;

import io.privsep.PrivsepFunction;
import io.privsep.advice.CompositionTests;
import io.privsep.function.PrivilegedFunction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link FunctionCatalog}.
 */
class FunctionCatalogTests {

	private final DefaultListableBeanFactory beanFactory = new DefaultListableBeanFactory();

	@Test
	void ofWhenContextHasNoFunctionsFails() {
		assertThatExceptionOfType(InvalidFunctionsException.class)
			.isThrownBy(() -> FunctionCatalog.of(this.beanFactory, Map.of("net", List.of())))
			.withMessageContaining("Context 'net' is configured but has no functions");
	}

	@Test
	void ofPartWhenContextHasNoFunctionsLeavesItOut() {
		add();
		assertThat(FunctionCatalog.ofPart(this.beanFactory, Map.of("net", List.of(), "other", List.of())).tables())
			.containsOnlyKeys("net");
	}

	@Test
	void ofPartWhenContextIsNotConfiguredFails() {
		add();
		assertThatExceptionOfType(InvalidFunctionsException.class)
			.isThrownBy(() -> FunctionCatalog.ofPart(this.beanFactory, Map.of("other", List.of())))
			.withMessageContaining("context 'net', which is not configured");
	}

	@Test
	void ofWhenTimeoutOfAClassIsNoDurationFails() {
		this.beanFactory.registerBeanDefinition("soon", new RootBeanDefinition(Soon.class));
		assertThatExceptionOfType(InvalidFunctionsException.class)
			.isThrownBy(() -> FunctionCatalog.of(this.beanFactory, Map.of("net", List.of())))
			.withMessageContaining("'Soon.run' has the timeout 'soon'");
	}

	@Test
	void ofWhenTimeoutOfAClassIsNoDurationFailsAlsoWhereNoFunctionHasIt() {
		this.beanFactory.registerBeanDefinition("sooner", new RootBeanDefinition(Sooner.class));
		assertThatExceptionOfType(InvalidFunctionsException.class)
			.isThrownBy(() -> FunctionCatalog.of(this.beanFactory, Map.of()))
			.withMessageContaining("'Sooner' has the timeout 'soon'")
			.withMessageContaining("context 'net', which is not configured");
	}

	@Test
	void ofWhenTimeoutOfASuperclassIsNoDurationFails() {
		this.beanFactory.registerBeanDefinition("latest", new RootBeanDefinition(Latest.class));
		assertThatExceptionOfType(InvalidFunctionsException.class)
			.isThrownBy(() -> FunctionCatalog.of(this.beanFactory, Map.of("net", List.of())))
			.withMessageContaining("'Sooner' has the timeout 'soon'");
	}

	@Test
	void ofWhenTimeoutOfOneOverloadHasNoUnitFails() {
		this.beanFactory.registerBeanDefinition("overloaded", new RootBeanDefinition(Overloaded.class));
		assertThatExceptionOfType(InvalidFunctionsException.class)
			.isThrownBy(() -> FunctionCatalog.of(this.beanFactory, Map.of("net", List.of())))
			.withMessageContaining("'Overloaded.run' has the timeout '5' without a unit");
	}

	@Test
	void ofWhenSeveralContextsHaveNoFunctionsNamesThemAll() {
		add();
		assertThatExceptionOfType(InvalidFunctionsException.class)
			.isThrownBy(() -> FunctionCatalog.of(this.beanFactory,
					Map.of("net", List.of(), "disk", List.of(), "motd", List.of(), "simple", List.of())))
			.satisfies((ex) -> assertThat(ex.unusedContexts()).contains("disk", "motd").hasSizeGreaterThan(1))
			.withMessageContaining("Context 'disk' is configured but has no functions")
			.withMessageContaining("Context 'motd' is configured but has no functions");
	}

	@Test
	void ofWhenTimeoutHasNoUnitFailsWithWhatWasProbablyMeant() {
		this.beanFactory.registerBeanDefinition("five", new RootBeanDefinition(Five.class));
		assertThatExceptionOfType(InvalidFunctionsException.class)
			.isThrownBy(() -> FunctionCatalog.of(this.beanFactory, Map.of("net", List.of())))
			.withMessageContaining("'Five.run' has the timeout '5' without a unit; write \"5s\" if that is meant");
	}

	@Test
	void timeoutOfZeroIsNoLimit() {
		this.beanFactory.registerBeanDefinition("endless", new RootBeanDefinition(Endless.class));
		PrivilegedFunction function = FunctionCatalog.of(this.beanFactory, Map.of("net", List.of()))
			.table(Endless.class)
			.functions()
			.get(0);
		assertThat(FunctionTimeouts.of(function, Duration.ofSeconds(1))).isGreaterThan(Duration.ofDays(365));
		assertThat(FunctionTimeouts.limit(Duration.ofDays(999_999)).toNanos()).isPositive();
	}

	private void add() {
		this.beanFactory.registerBeanDefinition("simple", new RootBeanDefinition(CompositionTests.Simple.class));
	}

	@PrivsepFunction(value = "net", timeout = "5")
	static class Five {

		public void run() {
		}

	}

	@PrivsepFunction(value = "net", timeout = "0")
	static class Endless {

		public void run() {
		}

	}

	@PrivsepFunction("net")
	static class Overloaded {

		@PrivsepFunction(value = "net", timeout = "5")
		public void run(String text) {
		}

		@PrivsepFunction(value = "net", timeout = "2s")
		public void run(int number) {
		}

	}

	@PrivsepFunction(value = "net", timeout = "1s")
	static class Latest extends Sooner {

	}

	@PrivsepFunction(value = "net", timeout = "soon")
	static class Sooner {

		@PrivsepFunction(value = "net", timeout = "1s")
		public void run() {
		}

	}

	@PrivsepFunction(value = "net", timeout = "soon")
	static class Soon {

		public void run() {
		}

	}

}
