package io.privsep.functions;

import java.lang.annotation.Annotation;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;

import net.bytebuddy.ByteBuddy;
import net.bytebuddy.description.annotation.AnnotationDescription;
import net.bytebuddy.description.modifier.Visibility;
import net.bytebuddy.implementation.StubMethod;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Lookup;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.web.server.LocalServerPort;

import io.privsep.PrivsepFunction;
import io.privsep.function.PrivilegedBean;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every annotation that asks for an injection is found, also behind another one.
 */
class InjectionProblemsTests {

	private static final String SETTING = ", which is not done in a helper; keep the value in"
			+ " 'privsep.contexts.net.settings', and take the record that is bound from there as a constructor parameter";

	private static final String ELSEWHERE = ", which is not done in a helper; there are no beans but those of its"
			+ " context: take what a function needs as an argument, or from 'privsep.contexts.net.settings', in a record"
			+ " as a constructor parameter";

	// No library that has them is here.
	@ParameterizedTest
	@ValueSource(strings = { "jakarta.persistence.PersistenceContext", "jakarta.persistence.PersistenceUnit",
			"jakarta.inject.Inject", "jakarta.ejb.EJB" })
	void annotationOfALibraryIsTold(String name) {
		Class<? extends Annotation> annotation = new ByteBuddy().makeAnnotation()
			.name(name)
			.annotateType(AnnotationDescription.Builder.ofType(Retention.class)
				.define("value", RetentionPolicy.RUNTIME)
				.build())
			.make()
			.load(getClass().getClassLoader())
			.getLoaded();
		Class<?> type = new ByteBuddy().subclass(Object.class)
			.name("app.Entities")
			.annotateType(Plain.class.getAnnotation(PrivsepFunction.class))
			.defineField("entities", Comparable.class, Visibility.PRIVATE)
			.annotateField(AnnotationDescription.Builder.ofType(annotation).build())
			.defineMethod("run", void.class, Visibility.PUBLIC)
			.intercept(StubMethod.INSTANCE)
			.make()
			.load(annotation.getClassLoader())
			.getLoaded();
		assertThat(problems(type))
			.isEqualTo(List.of("'Entities.entities' has @" + annotation.getSimpleName() + ELSEWHERE));
	}

	@Test
	void composedAnnotationIsTold() {
		assertThat(problems(Composed.class)).containsExactlyInAnyOrder("'Composed.name' has @MyValue" + SETTING,
				"'Composed.port' has @LocalServerPort" + SETTING,
				"'Composed.plain' has @MyBean, which is not done in a helper; use a constructor parameter");
	}

	@Test
	void lookupIsToldWhateverItsVisibility() {
		assertThat(problems(WithLookup.class)).containsExactlyInAnyOrder(
				"'WithLookup.plain' has @Lookup, which is not done in a helper; use a constructor parameter",
				"'WithLookup.text' has @Lookup" + ELSEWHERE);
	}

	private static List<String> problems(Class<?> type) {
		return BeanProblems.of(PrivilegedBean.of(type));
	}

	@Retention(RetentionPolicy.RUNTIME)
	@Value("${app.name}")
	@interface MyValue {

	}

	@Retention(RetentionPolicy.RUNTIME)
	@Autowired
	@interface MyBean {

	}

	@PrivsepFunction("net")
	static class Plain {

		public void run() {
		}

	}

	@PrivsepFunction("net")
	static class Composed {

		@MyValue
		private String name;

		@LocalServerPort
		private int port;

		@MyBean
		private Plain plain;

		public String run() {
			return this.name + this.port + this.plain;
		}

	}

	@PrivsepFunction("net")
	static class WithLookup {

		public void run() {
		}

		@Lookup
		Plain plain() {
			return new Plain();
		}

		@Lookup
		public String text() {
			return "";
		}

	}

}
