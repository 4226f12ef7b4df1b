package io.privsep.advice;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.core.env.Environment;

import io.privsep.PrivsepFunction;
import io.privsep.autoconfigure.PrivsepAutoConfiguration;
import io.privsep.functions.InvalidFunctionsException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Privileged beans that come from elsewhere than from an annotation, and those that
 * Spring itself calls. The helper is a thread of this JVM.
 */
@ExtendWith(OutputCaptureExtension.class)
class SuppliedBeanTests {

	private static final String HELPER = "privsep-net-";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(PrivsepAutoConfiguration.class))
		.withPropertyValues("privsep.mode=in-process", "privsep.contexts.net.call-timeout=1m");

	@Test
	void supplierNeverRunsAndTheStartSaysSo(CapturedOutput output) {
		this.runner.withBean("supplied", Plain.class, () -> {
			throw new IllegalStateException("runs");
		}).run((context) -> assertThat(context.getBean(Plain.class).thread()).startsWith(HELPER));
		assertThat(output)
			.contains("The @Bean methods and suppliers of [supplied (" + Plain.class.getName() + ")] never run: ");
	}

	@Test
	void beanOfARegistrarIsMadeInTheHelper(CapturedOutput output) {
		this.runner.withUserConfiguration(Registering.class)
			.run((context) -> assertThat(context.getBean(Plain.class).thread()).startsWith(HELPER));
		assertThat(output)
			.contains("The @Bean methods and suppliers of [registered (" + Plain.class.getName() + ")] never run: ");
	}

	@Test
	void callbacksOfSpringAreFunctionsThatTheApplicationCalls() throws Exception {
		Called.singletons = new CompletableFuture<>();
		Called.arguments = new CompletableFuture<>();
		new SpringApplicationBuilder(Called.class, PrivsepAutoConfiguration.class).web(WebApplicationType.NONE)
			.run("--privsep.mode=in-process", "--privsep.contexts.net.call-timeout=1m")
			.close();
		assertThat(Called.singletons.get(1, TimeUnit.MINUTES)).startsWith(HELPER);
		assertThat(Called.arguments.get(1, TimeUnit.MINUTES)).first().asString().startsWith(HELPER);
	}

	@ParameterizedTest
	@ValueSource(classes = { Lifecycle.class, Listener.class, Runner.class })
	void callbacksWithTypesThatCannotCrossAreRefused(Class<?> type) {
		this.runner.withUserConfiguration(type)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidFunctionsException.class)
				.hasMessageContaining("'" + type.getSimpleName() + ".")
				.hasMessageContaining(" of type "));
	}

	@Test
	void factoryBeanIsToldToLeaveFunctionsToAnother() {
		this.runner.withUserConfiguration(Plain.class, Factory.class)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(InvalidFunctionsException.class)
				.hasMessage("'" + Factory.class.getName()
						+ "' has functions, and is a FactoryBean; move its functions to another bean"));
	}

	/** A privileged bean. */
	@PrivsepFunction("net")
	static class Plain {

		public String thread() {
			return Thread.currentThread().getName();
		}

	}

	/** Registers it by code. */
	@Configuration(proxyBeanMethods = false)
	@Import(Registrar.class)
	static class Registering {

	}

	static class Registrar implements BeanRegistrar {

		@Override
		public void register(BeanRegistry registry, Environment environment) {
			registry.registerBean("registered", Plain.class, (spec) -> spec.supplier((context) -> {
				throw new IllegalStateException("runs");
			}));
		}

	}

	/** Has methods of Spring's interfaces. */
	@PrivsepFunction("net")
	static class Called implements SmartInitializingSingleton, CommandLineRunner {

		static CompletableFuture<String> singletons = new CompletableFuture<>();

		static CompletableFuture<List<String>> arguments = new CompletableFuture<>();

		@Override
		public void afterSingletonsInstantiated() {
			singletons.complete(Thread.currentThread().getName());
		}

		@Override
		public void run(String... args) {
			arguments.complete(List.of(Thread.currentThread().getName(), String.join(" ", args)));
		}

	}

	@PrivsepFunction("net")
	static class Lifecycle implements SmartLifecycle {

		@Override
		public void start() {
		}

		@Override
		public void stop() {
		}

		@Override
		public boolean isRunning() {
			return false;
		}

	}

	@PrivsepFunction("net")
	static class Listener implements ApplicationListener<ContextRefreshedEvent> {

		@Override
		public void onApplicationEvent(ContextRefreshedEvent event) {
		}

	}

	@PrivsepFunction("net")
	static class Runner implements ApplicationRunner {

		@Override
		public void run(ApplicationArguments args) {
		}

	}

	@PrivsepFunction("net")
	static class Factory implements FactoryBean<String> {

		@Override
		public String getObject() {
			return "";
		}

		@Override
		public Class<?> getObjectType() {
			return String.class;
		}

	}

}
