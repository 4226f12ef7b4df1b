package io.privsep.test.app;

import java.io.IOException;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.bean.override.mockito.MockitoSpyBean;

import io.privsep.PrivsepConnectionLostException;
import io.privsep.test.AutoConfigurePrivsep;
import io.privsep.test.PrivsepCalls;
import io.privsep.test.PrivsepFaults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.times;

/**
 * Tests for {@link Notices} with a spy of the privileged bean, which sees its calls.
 */
@SpringBootTest
@AutoConfigurePrivsep
class NoticesWithSpyTests {

	@MockitoSpyBean
	private Motd motd;

	@Autowired
	private Notices notices;

	@Autowired
	private PrivsepCalls calls;

	@Autowired
	private PrivsepFaults faults;

	@Test
	void publishCallsTheFunctionByWayOfTheSpy() throws IOException {
		this.notices.publish("Hello");
		then(this.motd).should().update("Hello");
		assertThat(this.calls).calledOnce("motd", "update");
		assertThat(this.motd.read()).isEqualTo("Message of the day: Hello");
	}

	@Test
	void spySeesEachAttempt() throws IOException {
		this.faults.on("motd").disconnect();
		this.notices.publish("Hello");
		then(this.motd).should(times(2)).update("Hello");
		assertThat(this.calls).threw("motd", "update", PrivsepConnectionLostException.class);
	}

}
