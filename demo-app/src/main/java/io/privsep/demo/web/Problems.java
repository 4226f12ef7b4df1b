package io.privsep.demo.web;

import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Replies with a problem (RFC 9457) for each exception that the demo expects, but for
 * those of privsep, which have one where that is configured.
 */
@RestControllerAdvice
class Problems {

	@ExceptionHandler
	ProblemDetail badRequest(BadRequestException ex) {
		return problem(HttpStatus.BAD_REQUEST, ex);
	}

	@ExceptionHandler({ ForbiddenException.class, AccessDeniedException.class })
	ProblemDetail forbidden(Exception ex) {
		return problem(HttpStatus.FORBIDDEN, ex);
	}

	@ExceptionHandler
	ProblemDetail notFound(NoSuchFileException ex) {
		return problem(HttpStatus.NOT_FOUND, ex);
	}

	private static ProblemDetail problem(HttpStatus status, Exception ex) {
		return ProblemDetail.forStatusAndDetail(status, String.valueOf(ex.getMessage()));
	}

}
