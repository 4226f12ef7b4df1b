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
 * Tests for {@link MadeByBeanMethod}: how a {@code @Bean} method may come by a subclass
 * of what it declares.
 */
@SuppressWarnings("unused")
class MadeByBeanMethodTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(PrivsepAutoConfiguration.class))
		.withPropertyValues("privsep.mode=in-process", "privsep.contexts.net.capabilities=");

	@ParameterizedTest
	@ValueSource(strings = { "made", "madeInAVariable", "madeOnOneWay", "ofAMethodHere", "ofAMethodBehindAMethodHere",
			"ofALambda", "ofAConstructor", "ofAMethodThatALambdaCalls" })
	void subclassThatIsMadeIsNoticed(String method) {
		assertThat(classes(Makes.class, method)).contains(Extended.class.getName());
	}

	@ParameterizedTest
	@ValueSource(strings = { "ofAnArgument", "ofAnotherClass", "ofAField", "parameter" })
	void subclassThatAnotherClassMakesIsNotNoticed(String method) {
		assertThat(classes(Takes.class, method)).doesNotContain(Extended.class.getName());
	}

	@ParameterizedTest
	@ValueSource(classes = { ByALambda.class, ByAMethod.class })
	void subclassThatIsMadeOnTheWayFailsTheStart(Class<?> configuration) {
		this.runner.withUserConfiguration(configuration)
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
		return MadeByBeanMethod.of(Arrays.stream(ReflectionUtils.getDeclaredMethods(configuration))
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

	/** Makes beans elsewhere. */
	static class Owner {

		static final Extended EXTENDED = new Extended();

		Extended extended() {
			return new Extended();
		}

		static Plain take(Extended extended) {
			return extended;
		}

		static Plain hide() {
			return new Extended();
		}

	}

	static class Makes {

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

	}

	static class Takes {

		Plain ofAnArgument(Extended extended) {
			return Owner.take(extended);
		}

		Plain ofAnotherClass(Owner owner) {
			return owner.extended();
		}

		Plain ofAField() {
			return Owner.EXTENDED;
		}

		Plain parameter(Extended extended) {
			return extended;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ByALambda {

		@Bean
		Plain plain() {
			Supplier<Plain> supplier = () -> new Extended();
			return supplier.get();
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
