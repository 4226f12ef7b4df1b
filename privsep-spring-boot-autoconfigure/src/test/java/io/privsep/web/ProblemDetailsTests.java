package io.privsep.web;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.MvcResult;
import org.springframework.test.web.servlet.request.MockMvcRequestBuilders;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.privsep.PrivsepBusyException;
import io.privsep.PrivsepConnectionLostException;
import io.privsep.PrivsepException;
import io.privsep.PrivsepRemoteException;
import io.privsep.PrivsepTimeoutException;
import io.privsep.PrivsepUnavailableException;
import io.privsep.PrivsepValidationException;
import io.privsep.PrivsepValidationException.Violation;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a client over HTTP is answered where a call has failed.
 */
class ProblemDetailsTests {

	private static final String PROPERTY = "privsep.web.problem-details.enabled=";

	private static final AutoConfigurations CONFIGURATION = AutoConfigurations
		.of(PrivsepProblemDetailsAutoConfiguration.class);

	@ParameterizedTest
	@EnumSource
	void mvcAnswersWithAProblem(Failure failure) throws Exception {
		MockMvc mvc = MockMvcBuilders.standaloneSetup(new FailingController())
			.setControllerAdvice(new PrivsepProblems())
			.build();
		MockHttpServletResponse response = mvc.perform(MockMvcRequestBuilders.get("/now/" + failure))
			.andReturn()
			.getResponse();
		failure.check(response.getStatus(), response.getContentType(), response.getHeader("Retry-After"),
				response.getContentAsString());
		MvcResult later = mvc.perform(MockMvcRequestBuilders.get("/later/" + failure)).andReturn();
		later.getAsyncResult();
		response = mvc.perform(MockMvcRequestBuilders.asyncDispatch(later)).andReturn().getResponse();
		failure.check(response.getStatus(), response.getContentType(), response.getHeader("Retry-After"),
				response.getContentAsString());
	}

	@ParameterizedTest
	@EnumSource
	void webFluxAnswersWithAProblem(Failure failure) {
		WebTestClient client = WebTestClient.bindToController(new FailingController())
			.controllerAdvice(new PrivsepProblems())
			.build();
		for (String path : List.of("/now/", "/later/")) {
			client.get().uri(path + failure).exchange().expectBody(String.class).consumeWith((result) -> {
				MediaType type = result.getResponseHeaders().getContentType();
				failure.check(result.getStatus().value(), String.valueOf(type),
						result.getResponseHeaders().getFirst("Retry-After"), String.valueOf(result.getResponseBody()));
			});
		}
	}

	@Test
	void adviceOfTheApplicationComesFirstWhereItsOrderIsBelowZero() throws Exception {
		assertThat(contentWith(new First())).isEqualTo("first");
		assertThat(contentWith(new Last())).contains("\"status\":503");
	}

	private static String contentWith(Object advice) throws Exception {
		return MockMvcBuilders.standaloneSetup(new FailingController())
			.setControllerAdvice(new PrivsepProblems(), advice)
			.build()
			.perform(MockMvcRequestBuilders.get("/now/" + Failure.BUSY))
			.andReturn()
			.getResponse()
			.getContentAsString();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "false", "true" })
	void answersAreThereInWebApplicationsThatAskForThem(String enabled) {
		String[] properties = enabled.isEmpty() ? new String[0] : new String[] { PROPERTY + enabled };
		int count = enabled.equals("true") ? 1 : 0;
		new WebApplicationContextRunner().withConfiguration(CONFIGURATION)
			.withPropertyValues(properties)
			.run((context) -> assertThat(context.getBeansOfType(PrivsepProblems.class)).hasSize(count));
		new ReactiveWebApplicationContextRunner().withConfiguration(CONFIGURATION)
			.withPropertyValues(properties)
			.run((context) -> assertThat(context.getBeansOfType(PrivsepProblems.class)).hasSize(count));
	}

	@Test
	void answersAreNotThereElsewhere() {
		new ApplicationContextRunner().withConfiguration(CONFIGURATION)
			.withPropertyValues(PROPERTY + true)
			.run((context) -> assertThat(context).doesNotHaveBean(PrivsepProblems.class));
	}

	/** What a call may fail with, and what is answered then. */
	enum Failure {

		INVALID(400,
				new PrivsepValidationException("secretcontext", "SecretFunction.run",
						List.of(new Violation("order.name", "must not be blank")))),

		BUSY(503, new PrivsepBusyException("secretcontext", "SecretFunction.run", "secret", null)),

		UNAVAILABLE(503, new PrivsepUnavailableException("secretcontext", "SecretFunction.run", "secret", null)),

		LATE(504, new PrivsepTimeoutException("secretcontext", "SecretFunction.run", "secret", null)),

		LOST(502, new PrivsepConnectionLostException("secretcontext", "SecretFunction.run", "secret", null)),

		REMOTE(500, new PrivsepRemoteException("secretcontext", "SecretFunction.run", "secret", "secret", null)),

		OTHER(500, new PrivsepException("secretcontext", "SecretFunction.run", "secret", null));

		private final int status;

		private final RuntimeException exception;

		Failure(int status, RuntimeException exception) {
			this.status = status;
			this.exception = exception;
		}

		void check(int status, String contentType, String retryAfter, String body) {
			assertThat(status).isEqualTo(this.status);
			assertThat(contentType).isEqualTo("application/problem+json");
			assertThat(retryAfter).isEqualTo((status == 503) ? "5" : null);
			JsonNode problem = JsonMapper.shared().readTree(body);
			assertThat(problem.get("status").asInt()).isEqualTo(status);
			assertThat(problem.get("detail").asString()).startsWith("The ").endsWith(".");
			assertThat(body).doesNotContainIgnoringCase("secret").doesNotContain("privsep", "helper", "Exception");
			if (this == INVALID) {
				assertThat(problem.get("violations"))
					.hasToString("[{\"path\":\"order.name\",\"message\":\"must not be blank\"}]");
			}
		}

	}

	/** Calls functions. */
	@RestController
	static class FailingController {

		@GetMapping("/now/{failure}")
		String now(@PathVariable("failure") Failure failure) {
			throw failure.exception;
		}

		@GetMapping("/later/{failure}")
		CompletableFuture<String> later(@PathVariable("failure") Failure failure) {
			return CompletableFuture.failedFuture(new CompletionException(failure.exception));
		}

	}

	/** Comes before that of privsep. */
	@RestControllerAdvice
	@Order(-1)
	static class First {

		@ExceptionHandler
		String handle(PrivsepBusyException ex) {
			return "first";
		}

	}

	/** Has no order, as most. */
	@RestControllerAdvice
	static class Last {

		@ExceptionHandler
		String handle(PrivsepBusyException ex) {
			return "last";
		}

	}

}
