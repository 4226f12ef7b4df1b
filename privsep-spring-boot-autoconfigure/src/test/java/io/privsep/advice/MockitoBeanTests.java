package io.privsep.advice;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

import io.privsep.advice.CompositionTests.Greeting;
import io.privsep.advice.CompositionTests.Simple;
import io.privsep.autoconfigure.PrivsepAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;

/**
 * A test may mock privileged beans, by their classes and by their interfaces.
 */
@SpringBootTest(classes = PrivsepAutoConfiguration.class,
		properties = { "privsep.mode=in-process", "privsep.contexts.net.call-timeout=2m" })
@Import({ Simple.class, CompositionTests.Caller.class })
class MockitoBeanTests {

	@MockitoBean
	private Simple simple;

	@MockitoBean
	private Greeting greeting;

	@Autowired
	private CompositionTests.Caller caller;

	@Test
	void mocksAreCalledInsteadOfHelpers() {
		given(this.simple.run()).willReturn("mocked");
		given(this.greeting.greet("x")).willReturn("mocked x");
		assertThat(this.simple.run()).isEqualTo("mocked");
		assertThat(this.caller.greeting("x")).isEqualTo("mocked x");
	}

}
