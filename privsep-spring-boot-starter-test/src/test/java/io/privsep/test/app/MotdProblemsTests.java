package io.privsep.test.app;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.privsep.test.AutoConfigurePrivsep;
import io.privsep.test.PrivsepFaults;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That a slice has the problem details of the application, for a controller that handles
 * no exceptions itself.
 */
@WebMvcTest(controllers = MotdProblemsTests.PlainController.class,
		properties = "privsep.web.problem-details.enabled=true")
@AutoConfigurePrivsep
@Import({ Motd.class, MotdProblemsTests.PlainController.class })
class MotdProblemsTests {

	@Autowired
	private MockMvcTester mvc;

	@Autowired
	private PrivsepFaults faults;

	@Test
	void readWhenAllSlotsAreTakenIsAProblem() {
		this.faults.on("motd").busy();
		assertThat(this.mvc.get().uri("/plain")).hasStatus(HttpStatus.SERVICE_UNAVAILABLE)
			.hasContentType(MediaType.APPLICATION_PROBLEM_JSON)
			.headers()
			.containsHeader("Retry-After");
	}

	/** Handles nothing. */
	@RestController
	static class PlainController {

		private final Motd motd;

		PlainController(Motd motd) {
			this.motd = motd;
		}

		@GetMapping("/plain")
		String read() {
			return this.motd.read();
		}

	}

}
