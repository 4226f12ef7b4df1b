package io.privsep.autoconfigure;

import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;

import io.privsep.functions.InvalidFunctionsException;

/**
 * Lists everything that keeps functions from running in their helpers.
 */
final class InvalidFunctionsFailureAnalyzer extends AbstractFailureAnalyzer<InvalidFunctionsException> {

	private final Environment environment;

	InvalidFunctionsFailureAnalyzer(@Nullable Environment environment) {
		this.environment = (environment != null) ? environment : new StandardEnvironment();
	}

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidFunctionsException cause) {
		String list = cause.problems().stream().map((problem) -> "\t- " + problem).collect(Collectors.joining("\n"));
		StringBuilder action = new StringBuilder("Fix each problem listed above.");
		List<HiddenConfiguration> hidden = HiddenConfiguration.find(cause.missingContexts(), this.environment);
		hidden.forEach((each) -> action.append(" '")
			.append(each.file())
			.append("' configures the missing contexts, but Spring Boot does not read it: '")
			.append(each.hiddenBy())
			.append("' comes first on the class path and has the same name."));
		if (!hidden.isEmpty()) {
			action.append(
					" To have both read, move the first into a directory 'config', such as src/test/resources/config"
							+ " for one of tests.");
		}
		return new FailureAnalysis("privsep cannot use these functions or contexts as they are:\n\n" + list,
				action.toString(), cause);
	}

}
