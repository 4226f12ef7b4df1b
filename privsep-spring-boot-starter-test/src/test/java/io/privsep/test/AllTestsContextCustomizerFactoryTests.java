package io.privsep.test;

import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.autoconfigure.json.JsonTest;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.SpringProperties;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestContextManager;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.context.junit.jupiter.SpringJUnitConfig;

import io.privsep.context.PrivsepProperties;
import io.privsep.context.PrivsepProperties.Mode;
import io.privsep.test.app.Motd;
import io.privsep.test.app.MotdApplication;
import io.privsep.test.app.MotdController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests for {@link AllTestsContextCustomizerFactory}: one property for tests of every
 * kind, none of which has an annotation.
 */
class AllTestsContextCustomizerFactoryTests {

	@BeforeEach
	void set() {
		SpringProperties.setProperty(AllTestsContextCustomizerFactory.PROPERTY, "in-process");
	}

	@AfterEach
	void reset() {
		SpringProperties.setProperty(AllTestsContextCustomizerFactory.PROPERTY, null);
	}

	@ParameterizedTest
	@ValueSource(classes = { Whole.class, Server.class, WebSlice.class, JsonSlice.class, Small.class, Plain.class,
			WithoutConfiguration.class })
	void functionsOfATestRunInItsJvm(Class<?> test) throws Exception {
		ApplicationContext context = start(test);
		assertThat(context.getBean(PrivsepProperties.class).mode()).isEqualTo(Mode.IN_PROCESS);
		assertThat(context.getBean(PrivsepProperties.class).dropRoot().user()).isNull();
		assertThat(context.getBean(PrivsepCalls.class).all()).isEmpty();
		context.getBeanProvider(Motd.class)
			.ifAvailable((motd) -> assertThat(motd.pid()).isEqualTo(ProcessHandle.current().pid()));
	}

	@ParameterizedTest
	@ValueSource(classes = { RealThing.class, RealThingByPropertySource.class })
	void testThatSetsItsOwnModeKeepsIt(Class<?> test) {
		assertThatThrownBy(() -> start(test)).rootCause()
			.isInstanceOf(InvalidConfigurationPropertyValueException.class)
			.hasMessageContaining("privsep-no-such-user");
	}

	@Test
	void testWithTheAnnotationIsLeftToIt() {
		assertThat(customizer(Annotated.class)).isNull();
		assertThat(customizer(Annotated.Nested.class)).isNull();
		assertThat(customizer(Whole.class)).isEqualTo(customizer(Small.class)).isNotNull();
	}

	@Test
	void testsAreLeftAloneWithoutTheProperty() {
		reset();
		assertThat(customizer(Whole.class)).isNull();
	}

	@Test
	void modeThatThereIsNotIsRefused() {
		SpringProperties.setProperty(AllTestsContextCustomizerFactory.PROPERTY, "in-porcess");
		assertThatIllegalStateException().isThrownBy(() -> customizer(Whole.class))
			.withMessage("'privsep.test.mode' is 'in-porcess'; it must be 'in-process', 'unprivileged' or 'process'");
	}

	private static Object customizer(Class<?> test) {
		return new AllTestsContextCustomizerFactory().createContextCustomizer(test, List.of());
	}

	private static ApplicationContext start(Class<?> test) throws Exception {
		return new TestContextManager(test).getTestContext().getApplicationContext();
	}

	@SpringBootTest(classes = MotdApplication.class, webEnvironment = SpringBootTest.WebEnvironment.NONE)
	static class Whole {

	}

	@SpringBootTest(classes = MotdApplication.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
			properties = "server.tomcat.basedir=target/tomcat")
	static class Server {

	}

	@WebMvcTest(MotdController.class)
	@ContextConfiguration(classes = MotdApplication.class)
	@Import(Motd.class)
	static class WebSlice {

	}

	@JsonTest
	@ContextConfiguration(classes = MotdApplication.class)
	static class JsonSlice {

	}

	@SpringBootTest(classes = Small.class, webEnvironment = SpringBootTest.WebEnvironment.NONE)
	@EnableAutoConfiguration
	static class Small {

	}

	@SpringJUnitConfig(Plain.Beans.class)
	static class Plain {

		@Configuration(proxyBeanMethods = false)
		@Import(Motd.class)
		static class Beans {

		}

	}

	@SpringBootTest(classes = MotdApplication.class, webEnvironment = SpringBootTest.WebEnvironment.NONE,
			properties = "spring.config.location=optional:classpath:/privsep-no-such-directory/")
	static class WithoutConfiguration {

	}

	@SpringBootTest(classes = MotdApplication.class, webEnvironment = SpringBootTest.WebEnvironment.NONE,
			properties = "privsep.mode=process")
	static class RealThing {

	}

	@SpringBootTest(classes = MotdApplication.class, webEnvironment = SpringBootTest.WebEnvironment.NONE)
	@TestPropertySource(properties = "privsep.mode=process")
	static class RealThingByPropertySource {

	}

	@AutoConfigurePrivsep(mode = Mode.UNPRIVILEGED)
	static class Annotated {

		class Nested {

		}

	}

}
