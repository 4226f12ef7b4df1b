package io.privsep.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import io.privsep.linux.NativeAccessException;

/**
 * Says how to allow calls of the C library where the JVM denies them.
 */
final class NativeAccessFailureAnalyzer extends AbstractFailureAnalyzer<NativeAccessException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, NativeAccessException cause) {
		return new FailureAnalysis(cause.getMessage() + ".", cause.action(), cause);
	}

}
