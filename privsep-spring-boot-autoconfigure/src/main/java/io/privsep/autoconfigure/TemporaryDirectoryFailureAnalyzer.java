package io.privsep.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import io.privsep.linux.TemporaryDirectoryException;

/**
 * Names the property to set where there is no place for temporary files.
 */
final class TemporaryDirectoryFailureAnalyzer extends AbstractFailureAnalyzer<TemporaryDirectoryException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, TemporaryDirectoryException cause) {
		return new FailureAnalysis("Helpers cannot be started: " + cause.getMessage() + ".", cause.action(), cause);
	}

}
