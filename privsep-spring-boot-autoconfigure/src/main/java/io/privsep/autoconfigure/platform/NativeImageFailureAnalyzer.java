package io.privsep.autoconfigure.platform;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says what an application that is a native image can do.
 */
final class NativeImageFailureAnalyzer extends AbstractFailureAnalyzer<NativeImageException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, NativeImageException cause) {
		return new FailureAnalysis("The application is a native image: " + cause.getMessage() + ".",
				"Build an executable jar, and run it on a JVM. To start without privsep, set 'privsep.enabled=false':"
						+ " functions then run in the application, with its rights.",
				cause);
	}

}
