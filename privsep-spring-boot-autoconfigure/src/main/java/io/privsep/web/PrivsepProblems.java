package io.privsep.web;

import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.ResponseEntity.BodyBuilder;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

import io.privsep.PrivsepBusyException;
import io.privsep.PrivsepConnectionLostException;
import io.privsep.PrivsepException;
import io.privsep.PrivsepTimeoutException;
import io.privsep.PrivsepUnavailableException;
import io.privsep.PrivsepValidationException;

/**
 * Replies with a problem (RFC 9457) where a call of a function has failed, in Spring MVC
 * and in WebFlux.
 * <p>
 * It says nothing of contexts, functions and helpers: a client can do nothing about them,
 * and an attacker might.
 */
@RestControllerAdvice
@Order(0)
final class PrivsepProblems {

	/** When a client may try again, in seconds. */
	private static final String RETRY_AFTER = "5";

	@ExceptionHandler
	ResponseEntity<ProblemDetail> invalid(PrivsepValidationException ex) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, "The request is not valid.");
		problem.setProperty("violations", ex.violations());
		return ResponseEntity.badRequest().contentType(MediaType.APPLICATION_PROBLEM_JSON).body(problem);
	}

	@ExceptionHandler({ PrivsepBusyException.class, PrivsepUnavailableException.class })
	ResponseEntity<ProblemDetail> unavailable() {
		return answer(HttpStatus.SERVICE_UNAVAILABLE, "The service is not available now. Nothing was done.");
	}

	@ExceptionHandler(PrivsepTimeoutException.class)
	ResponseEntity<ProblemDetail> late() {
		return answer(HttpStatus.GATEWAY_TIMEOUT, "The service took too long. It may have done its work.");
	}

	@ExceptionHandler(PrivsepConnectionLostException.class)
	ResponseEntity<ProblemDetail> lost() {
		return answer(HttpStatus.BAD_GATEWAY, "The service ended meanwhile. It may have done its work.");
	}

	// What a function threw is its application's to answer, and too much to send.
	@ExceptionHandler(PrivsepException.class)
	ResponseEntity<ProblemDetail> failed() {
		return answer(HttpStatus.INTERNAL_SERVER_ERROR, "The service failed.");
	}

	private static ResponseEntity<ProblemDetail> answer(HttpStatus status, String detail) {
		BodyBuilder answer = ResponseEntity.status(status).contentType(MediaType.APPLICATION_PROBLEM_JSON);
		if (status == HttpStatus.SERVICE_UNAVAILABLE) {
			answer.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER);
		}
		return answer.body(ProblemDetail.forStatusAndDetail(status, detail));
	}

}
