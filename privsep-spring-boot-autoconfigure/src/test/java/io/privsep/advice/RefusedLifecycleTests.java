package io.privsep.advice;

import java.io.Closeable;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.BeanNameAware;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.privsep.PrivsepFunction;

/**
 * The table of docs/beans.md: callbacks without annotations, which no helper runs, fail
 * the start.
 */
class RefusedLifecycleTests {

	private static final String ELSEWHERE = "there are no beans but those of its context: take what a function needs as"
			+ " an argument, or from 'privsep.contexts.net.settings', in a record as a constructor parameter";

	private final BeanStart start = new BeanStart();

	@Test
	void initializingBeanIsToldToUsePostConstruct() {
		String problem = "' implements InitializingBean, whose afterPropertiesSet() never runs in a helper; remove the"
				+ " interface, and put @PostConstruct on a method that is not public";
		this.start.refuses("'" + Initializing.class.getName() + problem, Initializing.class);
		this.start.refuses("'" + InitializingMethod.class.getName() + problem, InitializingMethod.class);
		this.start.accepts(WithAnnotations.class);
	}

	@Test
	void disposableBeanIsToldToUsePreDestroy() {
		this.start.refuses(
				"'" + Disposable.class.getName() + "' implements DisposableBean, whose destroy() never runs"
						+ " in a helper; remove the interface, and put @PreDestroy on a method that is not public",
				Disposable.class);
		this.start.accepts(WithAnnotations.class);
	}

	@Test
	void awareBeanIsToldWhatToDo() {
		this.start.refuses("'" + Named.class.getName() + "' implements BeanNameAware, whose setBeanName() never runs in"
				+ " a helper; remove the interface; " + ELSEWHERE, Named.class);
		this.start.refuses(
				"'" + InContext.class.getName() + "' implements ApplicationContextAware, whose"
						+ " setApplicationContext() never runs in a helper; remove the interface; " + ELSEWHERE,
				InContext.class);
	}

	@Test
	void initMethodIsToldToUsePostConstruct() {
		this.start
			.refuses("Bean 'plain' has the init method 'begin', which never runs in a helper; name no init method,"
					+ " and put @PostConstruct on a method that is not public", InitConfiguration.class);
		this.start.accepts(AnnotatedConfiguration.class);
	}

	@Test
	void destroyMethodIsToldToUsePreDestroy() {
		this.start.refuses("Bean 'plain' has the destroy method 'end', which never runs in a helper; name no destroy"
				+ " method, and put @PreDestroy on a method that is not public", DestroyConfiguration.class);
		this.start.accepts(AnnotatedConfiguration.class);
	}

	@Test
	void closeIsToldToHavePreDestroy() {
		this.start.refuses("'" + Closing.class.getName() + "' implements AutoCloseable, and Spring does not call the"
				+ " close() of a helper's bean at its end; put @PreDestroy on close()", Closing.class);
		this.start.accepts(ClosingAtTheEnd.class);
		this.start.accepts(UnclosedConfiguration.class);
	}

	@Test
	void closeThatIsNoFunctionIsToldToBeAnotherMethod() {
		this.start.refuses(
				"'" + ClosingMethod.class.getName() + "' implements AutoCloseable, whose close() never runs"
						+ " in a helper; remove the interface, and put @PreDestroy on a method that is not public",
				ClosingMethod.class);
	}

	@Test
	void functionWithTheNameOfAnEndIsAFunction() {
		this.start.accepts(ShutdownConfiguration.class);
	}

	@PrivsepFunction("net")
	static class Initializing implements InitializingBean {

		public void run() {
		}

		@Override
		public void afterPropertiesSet() {
		}

	}

	static class InitializingMethod implements InitializingBean {

		@PrivsepFunction("net")
		public void run() {
		}

		@Override
		public void afterPropertiesSet() {
		}

	}

	static class WithAnnotations {

		@PrivsepFunction("net")
		public void run() {
		}

		@PostConstruct
		void afterPropertiesSet() {
		}

		@PreDestroy
		void destroy() {
		}

	}

	@PrivsepFunction("net")
	static class Disposable implements DisposableBean {

		public void run() {
		}

		@Override
		public void destroy() {
		}

	}

	@PrivsepFunction("net")
	static class Named implements BeanNameAware {

		public void run() {
		}

		@Override
		public void setBeanName(String name) {
		}

	}

	@PrivsepFunction("net")
	static class InContext implements ApplicationContextAware {

		public void run() {
		}

		@Override
		public void setApplicationContext(ApplicationContext context) {
		}

	}

	@PrivsepFunction("net")
	static class Plain {

		public void run() {
		}

		void begin() {
		}

		void end() {
		}

	}

	@PrivsepFunction("net")
	static class Annotated {

		public void run() {
		}

		@PostConstruct
		void begin() {
		}

		@PreDestroy
		void end() {
		}

	}

	@PrivsepFunction("net")
	static class Closing implements Closeable {

		@Override
		public void close() {
		}

	}

	@PrivsepFunction("net")
	static class ClosingAtTheEnd implements AutoCloseable {

		@Override
		@PreDestroy
		public void close() {
		}

	}

	static class ClosingMethod implements AutoCloseable {

		@PrivsepFunction("net")
		public void run() {
		}

		@Override
		public void close() {
		}

	}

	@PrivsepFunction("net")
	static class Machine {

		public void shutdown() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class InitConfiguration {

		@Bean(initMethod = "begin")
		Plain plain() {
			return new Plain();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class DestroyConfiguration {

		@Bean(destroyMethod = "end")
		Plain plain() {
			return new Plain();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class AnnotatedConfiguration {

		@Bean(initMethod = "begin", destroyMethod = "end")
		Annotated plain() {
			return new Annotated();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UnclosedConfiguration {

		@Bean(destroyMethod = "")
		Closing closing() {
			return new Closing();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ShutdownConfiguration {

		@Bean
		Machine machine() {
			return new Machine();
		}

	}

}
