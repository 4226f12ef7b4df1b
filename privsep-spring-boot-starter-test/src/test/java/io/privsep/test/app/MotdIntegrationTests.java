package io.privsep.test.app;

import java.io.IOException;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import io.privsep.PrivsepConnectionLostException;
import io.privsep.context.PrivsepProperties.Mode;
import io.privsep.test.AutoConfigurePrivsep;
import io.privsep.test.PrivsepCalls;
import io.privsep.test.PrivsepFaults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Motd} in a process of its own.
 */
@SpringBootTest
@AutoConfigurePrivsep(mode = Mode.UNPRIVILEGED)
class MotdIntegrationTests {

	@Autowired
	private Motd motd;

	@Autowired
	private PrivsepCalls calls;

	@Autowired
	private PrivsepFaults faults;

	@Test
	void functionRunsInAnotherProcess() {
		assertThat(this.motd.pid()).isNotEqualTo(ProcessHandle.current().pid());
		assertThat(this.calls).calledOnce("motd", "pid");
	}

	@Test
	void messageThatWasUpdatedIsRead() throws IOException {
		this.motd.update("Hello");
		assertThat(this.motd.read()).isEqualTo("Message of the day: Hello");
	}

	@Test
	void disconnectEndsNoHelper() {
		long pid = this.motd.pid();
		this.faults.on("motd", "pid").disconnect();
		assertThatExceptionOfType(PrivsepConnectionLostException.class).isThrownBy(this.motd::pid);
		assertThat(this.motd.pid()).isEqualTo(pid);
	}

}
