package io.privsep.test.app;

import java.io.IOException;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import io.privsep.PrivsepConnectionLostException;
import io.privsep.PrivsepTimeoutException;
import io.privsep.test.AutoConfigurePrivsep;
import io.privsep.test.PrivsepCalls;
import io.privsep.test.PrivsepFaults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Notices}, with the whole application.
 */
@SpringBootTest
@AutoConfigurePrivsep
class NoticesTests {

	@Autowired
	private Notices notices;

	@Autowired
	private Motd motd;

	@Autowired
	private PrivsepCalls calls;

	@Autowired
	private PrivsepFaults faults;

	@Test
	void publishWhenConnectionIsLostTriesAgain() throws IOException {
		this.faults.on("motd", "update").disconnect();
		this.notices.publish("Hello");
		assertThat(this.calls).calledTimes("motd", "update", 2)
			.threw("motd", "update", PrivsepConnectionLostException.class)
			.returned("motd", "update");
	}

	@Test
	void publishWhenReplyIsLostWritesTheSame() throws IOException {
		this.faults.on("motd", "update").disconnectAfterwards();
		this.notices.publish("Hello");
		assertThat(this.motd.read()).isEqualTo("Message of the day: Hello");
	}

	@Test
	void publishWhenConnectionIsLostAgainAndAgainGivesUp() {
		this.faults.on("motd", "update").times(3).disconnect();
		assertThatExceptionOfType(PrivsepConnectionLostException.class).isThrownBy(() -> this.notices.publish("Hello"));
		assertThat(this.calls).calledTimes("motd", "update", 3);
	}

	@Test
	void publishWhenHelperIsLateDoesNotTryAgain() {
		this.faults.on("motd").always().timeout();
		assertThatExceptionOfType(PrivsepTimeoutException.class).isThrownBy(() -> this.notices.publish("Hello"));
		assertThat(this.calls).calledOnce("motd", "update");
	}

	@Test
	void publishWhenHelperIsSlowSucceeds() throws IOException {
		this.faults.on("motd").delay(Duration.ofMillis(50));
		this.notices.publish("Hello");
		assertThat(this.calls).returned("motd", "update");
	}

	@Test
	void publishOfNothingFails() {
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> this.notices.publish(" "))
			.withMessage("There is nothing to write");
		assertThat(this.calls).threw("motd", "update", IOException.class)
			.called("motd", "update", (call) -> call.arguments().contains(" "))
			.neverCalled("motd", "read")
			.neverCalled("clock");
	}

}
