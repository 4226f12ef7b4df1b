package io.privsep.test.app;

import java.io.IOException;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.autoconfigure.json.JsonTest;
import org.springframework.boot.test.json.JacksonTester;

import io.privsep.test.AutoConfigurePrivsep;
import io.privsep.test.PrivsepCalls;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That a slice without privileged beans starts, for all the contexts that are configured.
 */
@JsonTest
@AutoConfigurePrivsep
class MessageJsonTests {

	@Autowired
	private JacksonTester<MotdSettings> json;

	@Autowired
	private PrivsepCalls calls;

	@Test
	void settingsAreWritten() throws IOException {
		assertThat(this.json.write(new MotdSettings("x"))).isEqualToJson("{\"prefix\":\"x\"}");
		assertThat(this.calls).hasNoCalls();
	}

}
