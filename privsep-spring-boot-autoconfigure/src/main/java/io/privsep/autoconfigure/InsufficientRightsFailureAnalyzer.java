package io.privsep.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import io.privsep.context.InsufficientRightsException;

/**
 * Says what to do where a context asks for what the application cannot give.
 */
final class InsufficientRightsFailureAnalyzer extends AbstractFailureAnalyzer<InsufficientRightsException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InsufficientRightsException cause) {
		return new FailureAnalysis("The helper of context '" + cause.context() + "' cannot be given its rights. "
				+ cause.getMessage() + ".", cause.action(), cause);
	}

}
