package io.privsep.test.app;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import io.privsep.channel.Channels;
import io.privsep.context.PrivsepProperties.Mode;
import io.privsep.test.AutoConfigurePrivsep;
import io.privsep.test.PrivsepCalls;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That a slice has real helpers, but only for the beans that are in it.
 */
@WebMvcTest(MotdController.class)
@AutoConfigurePrivsep(mode = Mode.UNPRIVILEGED)
@Import(Motd.class)
class MotdWebIntegrationTests {

	@Autowired
	private MockMvcTester mvc;

	@Autowired
	private PrivsepCalls calls;

	@Autowired
	private Channels channels;

	@Test
	void updateReachesTheHelperOfTheOnlyContext() {
		assertThat(this.mvc.put().uri("/motd").content("Hello")).hasStatusOk();
		assertThat(this.mvc.get().uri("/motd")).hasBodyTextEqualTo("Message of the day: Hello");
		assertThat(this.calls).returned("motd", "update");
		assertThat(this.channels.all()).containsOnlyKeys("motd");
		assertThat(this.channels.get("motd").status().pid()).isNotEqualTo(ProcessHandle.current().pid());
	}

}
