package io.privsep.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import io.privsep.linux.MissingToolException;

/**
 * Says what to install where a program is missing.
 */
final class MissingToolFailureAnalyzer extends AbstractFailureAnalyzer<MissingToolException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, MissingToolException cause) {
		return new FailureAnalysis(cause.getMessage() + ".", cause.action() + ".", cause);
	}

}
