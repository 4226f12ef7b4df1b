package io.privsep.advice;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.resilience.annotation.ConcurrencyLimit;
import org.springframework.resilience.annotation.EnableResilientMethods;

import io.privsep.PrivsepFunction;
import io.privsep.autoconfigure.PrivsepAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who may call functions, and when. The helper is a thread of this JVM.
 */
public class CallerTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(PrivsepAutoConfiguration.class))
		.withPropertyValues("privsep.mode=in-process", "privsep.contexts.net.call-timeout=1m",
				"privsep.contexts.net.max-concurrency=8");

	@Test
	void constructorMayCallFunctions() {
		this.runner.withUserConfiguration(Plain.class, EarlyCaller.class)
			.run((context) -> assertThat(context.getBean(EarlyCaller.class).result).isEqualTo("ran x"));
	}

	@Test
	void factoryBeanMayCallFunctions() {
		this.runner.withUserConfiguration(Plain.class, Factory.class)
			.run((context) -> assertThat(context.getBean(Product.class)).isEqualTo(new Product("ran made")));
	}

	@Test
	void autoConfigurationOfALibraryMayHavePrivilegedBeans() {
		this.runner.withConfiguration(AutoConfigurations.of(LibraryAutoConfiguration.class))
			.run((context) -> assertThat(context.getBean(Plain.class).run("x")).isEqualTo("ran x"));
	}

	@Test
	void concurrencyLimitHoldsForFunctions() {
		this.runner.withUserConfiguration(ResilienceConfiguration.class, Limited.class).run((context) -> {
			Limited limited = context.getBean(Limited.class);
			List<CompletableFuture<Integer>> calls = IntStream.range(0, 8)
				.mapToObj((i) -> CompletableFuture.supplyAsync(() -> running(limited),
						(task) -> new Thread(task).start()))
				.toList();
			for (CompletableFuture<Integer> each : calls) {
				assertThat(each.get(1, TimeUnit.MINUTES)).isEqualTo(1);
			}
		});
	}

	private static int running(Limited limited) {
		try {
			return limited.running();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@PrivsepFunction("net")
	public static class Plain {

		public String run(String text) {
			return "ran " + text;
		}

	}

	static class EarlyCaller {

		private final String result;

		EarlyCaller(Plain plain) {
			this.result = plain.run("x");
		}

	}

	record Product(String text) {
	}

	static class Factory implements FactoryBean<Product> {

		private final Plain plain;

		Factory(Plain plain) {
			this.plain = plain;
		}

		@Override
		public Product getObject() {
			return new Product(this.plain.run("made"));
		}

		@Override
		public Class<?> getObjectType() {
			return Product.class;
		}

	}

	@AutoConfiguration
	static class LibraryAutoConfiguration {

		@Bean
		@ConditionalOnMissingBean
		Plain plain() {
			return new Plain();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableResilientMethods
	static class ResilienceConfiguration {

	}

	@PrivsepFunction("net")
	static class Limited {

		private final AtomicInteger running = new AtomicInteger();

		@ConcurrencyLimit(1)
		public int running() throws InterruptedException {
			int now = this.running.incrementAndGet();
			// long enough for others, if there may be any
			Thread.sleep(20);
			this.running.decrementAndGet();
			return now;
		}

	}

}
