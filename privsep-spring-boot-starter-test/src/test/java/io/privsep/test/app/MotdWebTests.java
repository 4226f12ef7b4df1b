package io.privsep.test.app;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import io.privsep.test.AutoConfigurePrivsep;
import io.privsep.test.PrivsepCalls;
import io.privsep.test.PrivsepFaults;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MotdController} in a slice.
 */
@WebMvcTest(MotdController.class)
@AutoConfigurePrivsep
@Import(Motd.class)
class MotdWebTests {

	@Autowired
	private MockMvcTester mvc;

	@Autowired
	private PrivsepCalls calls;

	@Autowired
	private PrivsepFaults faults;

	@Test
	void updateCallsTheFunction() {
		assertThat(this.mvc.put().uri("/motd").content("Hello")).hasStatusOk();
		assertThat(this.mvc.get().uri("/motd")).hasBodyTextEqualTo("Message of the day: Hello");
		assertThat(this.calls).calledWith("motd", "update", "Hello").calledOnce("motd", "read");
	}

	@Test
	void readWhenThereIsNoHelperIsUnavailable() {
		this.faults.on("motd").unavailable();
		assertThat(this.mvc.get().uri("/motd")).hasStatus(HttpStatus.SERVICE_UNAVAILABLE);
	}

	@Test
	void updateWhenHelperIsLateIsGatewayTimeout() {
		this.faults.on("motd", "update").timeout();
		assertThat(this.mvc.put().uri("/motd").content("Hello")).hasStatus(HttpStatus.GATEWAY_TIMEOUT);
	}

	@Test
	void updateWithoutMessageCallsNothing() {
		assertThat(this.mvc.put().uri("/motd")).hasStatus(HttpStatus.BAD_REQUEST);
		assertThat(this.calls).hasNoCalls();
	}

}
