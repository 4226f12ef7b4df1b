package io.privsep.install.application;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says how to install an application whose configuration someone other than root could
 * change.
 */
final class UntrustedConfigurationFailureAnalyzer extends AbstractFailureAnalyzer<UntrustedConfigurationException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UntrustedConfigurationException cause) {
		return new FailureAnalysis(cause.getMessage(),
				"Configuration decides which rights helpers have. Give these files, and all directories above them, to"
						+ " root, and take write permission from their group and from others. Or install with a copy"
						+ " that is root's, or with arguments after '--'.",
				cause);
	}

}
