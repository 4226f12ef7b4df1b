package io.privsep.test.app;

import java.io.IOException;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

import io.privsep.test.AutoConfigurePrivsep;
import io.privsep.test.PrivsepCalls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.mockito.BDDMockito.then;

/**
 * Tests for {@link Notices} with a mock of the privileged bean.
 */
@SpringBootTest
@AutoConfigurePrivsep
class NoticesWithMockTests {

	@MockitoBean
	private Motd motd;

	@Autowired
	private Notices notices;

	@Autowired
	private PrivsepCalls calls;

	@Test
	void publishCallsTheMock() throws IOException {
		this.notices.publish("Hello");
		then(this.motd).should().update("Hello");
		assertThat(this.calls).hasNoCalls();
	}

	@Test
	void callsOfAMockedContextCannotBeAskedFor() {
		assertThatIllegalArgumentException().isThrownBy(() -> assertThat(this.calls).neverCalled("motd"))
			.withMessageContaining("No bean of this test has functions of context 'motd', but of [clock]")
			.withMessageContaining("mocked");
	}

}
