package io.privsep.autoconfigure.platform;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says which Spring Boot is needed.
 */
final class UnsupportedBootFailureAnalyzer extends AbstractFailureAnalyzer<UnsupportedBootException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnsupportedBootException cause) {
		return new FailureAnalysis(
				"privsep-spring-boot-starter is for Spring Boot 4, and the application has Spring Boot "
						+ cause.version() + ".",
				"Use Spring Boot 4.0.9 or later: with Maven, set the version of spring-boot-starter-parent, or of"
						+ " spring-boot-dependencies, to a 4.x; or remove privsep-spring-boot-starter.",
				cause);
	}

}
