package io.privsep.advice;

import java.util.concurrent.atomic.AtomicInteger;

import jakarta.annotation.PreDestroy;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;

import io.privsep.PrivsepFunction;
import io.privsep.autoconfigure.PrivsepAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Privileged beans are beans: what Spring does with others it does with them.
 */
public class CompositionTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(PrivsepAutoConfiguration.class))
		.withPropertyValues("privsep.mode=in-process", "privsep.contexts.net.call-timeout=2m");

	@Test
	void retryableFunctionIsCalledAgain() {
		this.runner.withUserConfiguration(ResilienceConfiguration.class, Flaky.class)
			.run((context) -> assertThat(context.getBean(Flaky.class).run()).isEqualTo(3));
	}

	@Test
	void advisorThatIsAppendedIsAsked() {
		AtomicInteger asked = new AtomicInteger();
		this.runner.withUserConfiguration(Simple.class).run((context) -> {
			Simple bean = context.getBean(Simple.class);
			((Advised) bean).addAdvisor(new DefaultPointcutAdvisor((MethodInterceptor) (invocation) -> {
				asked.incrementAndGet();
				return invocation.proceed();
			}));
			assertThat(bean.run()).isEqualTo("ran");
			assertThat(asked).hasValue(1);
		});
	}

	@Test
	void beanIsInjectedByItsInterfaceAndNeedsAnotherOfItsContext() {
		this.runner.withUserConfiguration(Simple.class, Greeter.class, Caller.class)
			.run((context) -> assertThat(context.getBean(Caller.class).greeting("you")).isEqualTo("ran you"));
	}

	@Test
	void functionMayBeCalledAtTheEndOfABeanThatLooksItUpLate() {
		LateCaller.result = "";
		this.runner.withUserConfiguration(LateCaller.class, Simple.class)
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(LateCaller.result).isEqualTo("ran");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableResilientMethods
	static class ResilienceConfiguration {

	}

	@PrivsepFunction("net")
	static class Flaky {

		private int calls;

		@Retryable(maxRetries = 3, delay = 1)
		public synchronized int run() {
			this.calls++;
			if (this.calls < 3) {
				throw new IllegalStateException("not yet");
			}
			return this.calls;
		}

	}

	@PrivsepFunction("net")
	public static class Simple {

		public String run() {
			return "ran";
		}

	}

	interface Greeting {

		String greet(String name);

	}

	@PrivsepFunction("net")
	static class Greeter implements Greeting {

		private final Simple simple;

		Greeter(Simple simple) {
			this.simple = simple;
		}

		@Override
		public String greet(String name) {
			return this.simple.run() + " " + name;
		}

	}

	static class Caller {

		private final Greeting greeting;

		Caller(Greeting greeting) {
			this.greeting = greeting;
		}

		String greeting(String name) {
			return this.greeting.greet(name);
		}

	}

	static class LateCaller {

		private static String result = "";

		private final ObjectProvider<Simple> simple;

		LateCaller(ObjectProvider<Simple> simple) {
			this.simple = simple;
		}

		@PreDestroy
		void end() {
			result = this.simple.getObject().run();
		}

	}

}
