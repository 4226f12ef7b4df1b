package io.privsep.functions;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.ReflectionUtils;

import io.privsep.PrivsepFunction;
import io.privsep.autoconfigure.PrivsepAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link BeanMethodResult}: how a {@code @Bean} method may come by a subclass
 * of what it declares.
 */
@SuppressWarnings("unused")
class BeanMethodResultTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(PrivsepAutoConfiguration.class))
		.withPropertyValues("privsep.mode=in-process", "privsep.contexts.net.capabilities=");

	@ParameterizedTest
	@ValueSource(strings = { "made", "madeInAVariable", "madeOnOneWay", "ofAnotherClass", "ofAnotherClassInAVariable",
			"ofAnotherClassOnOneWay", "ofAMethodHere", "ofAMethodBehindAMethodHere", "ofALambda", "ofAConstructor",
			"ofAMethodThatALambdaCalls", "ofAField", "parameter", "cast" })
	void subclassIsNoticed(String method) {
		assertThat(classes(Noticed.class, method)).contains(Extended.class.getName());
	}

	@ParameterizedTest
	@ValueSource(strings = { "itself", "ofAnArgument", "ofAVariableBeside", "ofAMethodForAnArgument" })
	void whatIsNotReturnedIsNoResult(String method) {
		assertThat(classes(NotReturned.class, method)).contains(Plain.class.getName())
			.doesNotContain(Extended.class.getName());
	}

	@ParameterizedTest
	@ValueSource(classes = { ByAnotherClass.class, ByAParameter.class, ByAMethod.class })
	void subclassThatIsNotMadeHereFailsTheStart(Class<?> configuration) {
		this.runner.withBean(Owner.class)
			.withUserConfiguration(configuration)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(InvalidFunctionsException.class,
						(ex) -> assertThat(ex.problems()).contains("@Bean method '" + configuration.getSimpleName()
								+ ".plain' makes a '" + Extended.class.getName() + "', and its helper a '"
								+ Plain.class.getName() + "', as the method says; let it return 'Extended'")));
	}

	@Test
	void subclassBehindAnotherClassIsNotNoticedAndTheHelperMakesTheDeclaredClass() {
		this.runner.withUserConfiguration(Hidden.class)
			.run((context) -> assertThat(context.getBean(Plain.class).run()).isEqualTo("plain"));
	}

	private static Iterable<String> classes(Class<?> configuration, String method) {
		return BeanMethodResult.of(Arrays.stream(ReflectionUtils.getDeclaredMethods(configuration))
			.filter((each) -> each.getName().equals(method))
			.findFirst()
			.orElseThrow());
	}

	@PrivsepFunction("net")
	public static class Plain {

		public String run() {
			return "plain";
		}

	}

	@PrivsepFunction("net")
	public static class Extended extends Plain {

		@Override
		public String run() {
			return "extended";
		}

	}

	/** Takes what it does not return. */
	static class Taker {

		static Plain take(Extended extended, long number) {
			return new Plain();
		}

	}

	/** Makes beans elsewhere. */
	static class Owner {

		static final Extended EXTENDED = new Extended();

		Extended extended() {
			return new Extended();
		}

		static Extended make() {
			return new Extended();
		}

		static Plain hide() {
			return new Extended();
		}

	}

	static class Noticed {

		Plain made() {
			return new Extended();
		}

		Plain madeInAVariable() {
			Plain plain = new Extended();
			plain.run();
			return plain;
		}

		Plain madeOnOneWay(boolean way) {
			return way ? new Plain() : new Extended();
		}

		Plain ofAnotherClass(Owner owner) {
			return owner.extended();
		}

		Plain ofAnotherClassInAVariable() {
			Plain plain = Owner.make();
			plain.run();
			return plain;
		}

		Plain ofAnotherClassOnOneWay(boolean way) {
			return way ? Owner.make() : new Plain();
		}

		Plain ofAMethodHere() {
			return plain();
		}

		Plain ofAMethodBehindAMethodHere() {
			return ofAMethodHere();
		}

		private Plain plain() {
			return new Extended();
		}

		Plain ofALambda(Optional<Plain> other) {
			return other.orElseGet(() -> new Extended());
		}

		Plain ofAConstructor(Optional<Plain> other) {
			return other.orElseGet(Extended::new);
		}

		Plain ofAMethodThatALambdaCalls(Optional<Plain> other) {
			return other.orElseGet(() -> plain());
		}

		Plain ofAField() {
			return Owner.EXTENDED;
		}

		Plain parameter(long first, Extended second) {
			return second;
		}

		Plain cast(Supplier<Object> supplier) {
			return (Extended) supplier.get();
		}

	}

	static class NotReturned {

		Plain itself(Extended other) {
			return new Plain();
		}

		Plain ofAnArgument(Extended extended) {
			return Taker.take(extended, 1);
		}

		Plain ofAVariableBeside() {
			Extended extended = Owner.make();
			return new Plain();
		}

		Plain ofAMethodForAnArgument(Owner owner) {
			return Taker.take(owner.extended(), 1);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ByAnotherClass {

		@Bean
		Plain plain(Owner owner) {
			return owner.extended();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ByAParameter {

		@Bean
		Extended extended() {
			return new Extended();
		}

		@Bean
		Plain plain(Extended extended) {
			return extended;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ByAMethod {

		@Bean
		Plain plain() {
			return make();
		}

		private Plain make() {
			return new Extended();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Hidden {

		@Bean
		Plain plain() {
			return Owner.hide();
		}

	}

}
