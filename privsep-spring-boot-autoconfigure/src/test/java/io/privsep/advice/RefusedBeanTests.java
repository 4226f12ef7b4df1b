package io.privsep.advice;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.core.env.Environment;

import io.privsep.PrivsepFunction;
import io.privsep.autoconfigure.PrivsepAutoConfiguration;
import io.privsep.functions.InvalidFunctionsException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The table of docs/beans.md: what fails the start, in one sentence, whose advice the
 * next start accepts.
 */
public class RefusedBeanTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(PrivsepAutoConfiguration.class))
		.withPropertyValues("privsep.mode=in-process", "privsep.contexts.net.call-timeout=1m");

	@Test
	void prototypeIsRefused() {
		refuses("'" + Plain.class.getName() + "' has the scope 'prototype', and its helper has one instance for all;"
				+ " remove the scope", PrototypeConfiguration.class);
		accepts(SingletonConfiguration.class);
	}

	@Test
	void scopeWithAProxyIsRefused() {
		refuses("'" + Plain.class.getName() + "' has the scope 'refresh', and its helper has one instance for all;"
				+ " remove the scope", RefreshConfiguration.class);
	}

	@Test
	void scopeOfAComponentIsRefused() {
		refuses("'" + PrototypeComponent.class.getName() + "' has the scope 'prototype', and its helper has one"
				+ " instance for all; remove the scope", PrototypeComponent.class);
	}

	@Test
	void secondBeanOfAClassIsRefused() {
		refuses("'" + Plain.class.getName() + "' is the class of the beans [one, two], and its helper has one bean of"
				+ " each class; leave one", TwoConfiguration.class);
	}

	@Test
	void subclassThatABeanMethodMakesIsRefused() {
		refuses("@Bean method 'SubclassConfiguration.plain' makes a '" + Extended.class.getName()
				+ "', and its helper a '" + Plain.class.getName() + "', as the method says; let it return 'Extended'",
				SubclassConfiguration.class);
		accepts(ExtendedConfiguration.class);
	}

	@Test
	void valueOfAFieldIsToldToBecomeASetting() {
		refuses("'ValueField.name' has @Value, which is not done in a helper; keep the value in"
				+ " 'privsep.contexts.net.settings', and take the record that is bound from there as a constructor"
				+ " parameter", ValueField.class);
		accepts(WithSettings.class);
	}

	@Test
	void injectedFieldOfAnotherPrivilegedBeanIsToldToBecomeAParameter() {
		refuses("'PrivilegedField.plain' has @Autowired, which is not done in a helper; use a constructor parameter",
				PrivilegedField.class, Plain.class);
		accepts(PrivilegedParameter.class, Plain.class);
	}

	@Test
	void injectedFieldOfAnythingElseIsToldWhatToDo() {
		refuses("'BeanField.environment' has @Autowired, which is not done in a helper; there are no beans but those of"
				+ " its context: take what a function needs as an argument, or from 'privsep.contexts.net.settings',"
				+ " in a record as a constructor parameter", BeanField.class);
		accepts(WithSettings.class);
	}

	@Test
	void injectedSetterIsToldWhatToDo() {
		refuses("'Setter.setPlain' has @Autowired, which is not done in a helper; use a constructor parameter",
				Setter.class, Plain.class);
	}

	@Test
	void publicFieldIsRefused() {
		refuses("'PublicField.name' is a public field, which has no value in the application; make it private, and"
				+ " write a function that returns it", PublicField.class);
		accepts(PrivateField.class);
	}

	private void refuses(String problem, Class<?>... beans) {
		this.runner.withUserConfiguration(beans)
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOfSatisfying(InvalidFunctionsException.class,
						(ex) -> assertThat(ex.problems()).isEqualTo(List.of(problem))));
	}

	private void accepts(Class<?>... beans) {
		this.runner.withPropertyValues("privsep.contexts.net.settings.name=x")
			.withUserConfiguration(beans)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@PrivsepFunction("net")
	public static class Plain {

		public String run() {
			return "ran";
		}

	}

	@PrivsepFunction("net")
	public static class Extended extends Plain {

	}

	@Scope("prototype")
	@PrivsepFunction("net")
	static class PrototypeComponent {

		public void run() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PrototypeConfiguration {

		@Bean
		@Scope("prototype")
		Plain plain() {
			return new Plain();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class RefreshConfiguration {

		@Bean
		@Scope(scopeName = "refresh", proxyMode = ScopedProxyMode.TARGET_CLASS)
		Plain plain() {
			return new Plain();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SingletonConfiguration {

		@Bean
		Plain plain() {
			return new Plain();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoConfiguration {

		@Bean
		Plain one() {
			return new Plain();
		}

		@Bean
		Plain two() {
			return new Plain();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SubclassConfiguration {

		@Bean
		Plain plain() {
			return new Extended();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ExtendedConfiguration {

		@Bean
		Extended plain() {
			return new Extended();
		}

	}

	record Settings(String name) {
	}

	@PrivsepFunction("net")
	static class ValueField {

		@Value("${name}")
		private String name;

		public String name() {
			return this.name;
		}

	}

	@PrivsepFunction("net")
	static class WithSettings {

		private final Settings settings;

		WithSettings(Settings settings) {
			this.settings = settings;
		}

		public String name() {
			return this.settings.name();
		}

	}

	@PrivsepFunction("net")
	static class PrivilegedField {

		@Autowired
		private Plain plain;

		public String run() {
			return this.plain.run();
		}

	}

	@PrivsepFunction("net")
	static class PrivilegedParameter {

		private final Plain plain;

		PrivilegedParameter(Plain plain) {
			this.plain = plain;
		}

		public String run() {
			return this.plain.run();
		}

	}

	@PrivsepFunction("net")
	static class BeanField {

		@Autowired
		private Environment environment;

		public String run() {
			return this.environment.toString();
		}

	}

	@PrivsepFunction("net")
	static class Setter {

		private Plain plain = new Plain();

		@Autowired
		void setPlain(Plain plain) {
			this.plain = plain;
		}

		public String run() {
			return this.plain.run();
		}

	}

	@PrivsepFunction("net")
	static class PublicField {

		/** A constant is one. */
		public static final int MAX = 3;

		public String name = "x";

		public void run() {
		}

	}

	@PrivsepFunction("net")
	static class PrivateField {

		private final String name = "x";

		public String name() {
			return this.name;
		}

	}

}
