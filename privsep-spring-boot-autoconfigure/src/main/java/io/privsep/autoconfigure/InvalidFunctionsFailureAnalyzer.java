package io.privsep.autoconfigure;

import java.util.stream.Collectors;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import io.privsep.advice.InvalidFunctionsException;

/**
 * Lists everything that keeps functions from running in their helpers.
 */
final class InvalidFunctionsFailureAnalyzer extends AbstractFailureAnalyzer<InvalidFunctionsException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidFunctionsException cause) {
		String list = cause.problems().stream().map((problem) -> "\t- " + problem).collect(Collectors.joining("\n"));
		return new FailureAnalysis("Privileged functions are not as they must be to run in a helper:\n\n" + list,
				"Change each as its line says.", cause);
	}

}
