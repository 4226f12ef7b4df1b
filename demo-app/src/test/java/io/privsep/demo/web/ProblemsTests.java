package io.privsep.demo.web;

import java.io.IOException;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

import io.privsep.PrivsepTimeoutException;
import io.privsep.PrivsepUnavailableException;
import io.privsep.demo.privsep.Motd;
import io.privsep.demo.privsep.OrderParser;
import io.privsep.demo.privsep.Ports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;

/**
 * Tests for {@link Problems}.
 */
@SpringBootTest(properties = "privsep.enabled=false")
@AutoConfigureMockMvc
final class ProblemsTests {

	private final MockMvcTester mvc;

	@MockitoBean
	private Motd motd;

	@MockitoBean
	private Ports ports;

	@MockitoBean
	private OrderParser parser;

	ProblemsTests(@Autowired MockMvcTester mvc) {
		this.mvc = mvc;
	}

	@Test
	void lateCallIsAProblemWithoutInternals() throws IOException {
		given(this.motd.read()).willThrow(new PrivsepTimeoutException("motd", "Motd.read", "No reply within 5s", null));
		MvcTestResult result = this.mvc.get().uri("/api/motd").exchange();
		assertThat(result).hasStatus(HttpStatus.GATEWAY_TIMEOUT).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
		assertThat(result).bodyText().contains("took too long").doesNotContain("Motd", "No reply", "privsep");
	}

	@Test
	void missingHelperIsAProblemThatSaysWhenToTryAgain() throws IOException {
		given(this.motd.read()).willThrow(new PrivsepUnavailableException("motd", "Motd.read", "There is none", null));
		MvcTestResult result = this.mvc.get().uri("/api/motd").exchange();
		assertThat(result).hasStatus(HttpStatus.SERVICE_UNAVAILABLE).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
		assertThat(result).hasHeader("Retry-After", "5");
	}

}
