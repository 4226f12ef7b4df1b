package io.privsep.demo.web;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The endpoint of privsep over HTTP, below another path.
 */
@SpringBootTest(properties = { "privsep.mode=in-process", "privsep.contexts.motd.settings.file=/nonexistent",
		"management.endpoints.web.base-path=/manage",
		"management.endpoints.web.exposure.include=privsep,health,beans" })
@AutoConfigureMockMvc
final class EndpointTests {

	private final MockMvcTester mvc;

	EndpointTests(@Autowired MockMvcTester mvc) {
		this.mvc = mvc;
	}

	@Test
	void allContextsAreThere() {
		assertThat(this.mvc.get().uri("/manage/privsep")).hasStatusOk()
			.bodyJson()
			.extractingPath("$.contexts")
			.asMap()
			.containsOnlyKeys("motd", "ports", "nobody", "documents");
	}

	@Test
	void contextHasItsFunctions() {
		assertThat(this.mvc.get().uri("/manage/privsep/motd")).hasStatusOk()
			.bodyJson()
			.extractingPath("$.functions[*].name")
			.asArray()
			.contains("Motd.read", "Motd.update");
	}

	@Test
	void contextThatIsNotThereIsNotFound() {
		assertThat(this.mvc.get().uri("/manage/privsep/nothing")).hasStatus(404);
	}

	@Test
	void endpointIsReadOnly() {
		assertThat(this.mvc.post().uri("/manage/privsep/motd")).hasStatus(405);
		assertThat(this.mvc.delete().uri("/manage/privsep/motd")).hasStatus(405);
	}

	@Test
	void nothingIsBelowTheUsualPath() {
		assertThat(this.mvc.get().uri("/actuator/privsep")).hasStatus(404);
	}

	@Test
	void beansDoNotDependOnTheChannels() {
		assertThat(this.mvc.get().uri("/manage/beans")).hasStatusOk()
			.bodyText()
			.contains("\"motdController\"", "privsepChannels")
			.doesNotContainPattern("\"motdController\":\\{[^{}]*privsepChannels");
	}

}
