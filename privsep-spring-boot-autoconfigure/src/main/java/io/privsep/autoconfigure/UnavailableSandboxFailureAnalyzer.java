package io.privsep.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import io.privsep.sandbox.UnavailableSandboxException;

/**
 * Says what to do where the system gives no sandbox.
 */
final class UnavailableSandboxFailureAnalyzer extends AbstractFailureAnalyzer<UnavailableSandboxException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnavailableSandboxException cause) {
		return new FailureAnalysis(cause.getMessage() + ".", cause.action(), cause);
	}

}
