package io.privsep.installation;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Skips tests that install helpers for sudo where they cannot be installed. The report of
 * each test has the reason; an assumption before all of them would be in no report.
 */
final class InstallsForSudo implements ExecutionCondition {

	@Override
	public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
		if (!"root".equals(System.getProperty("user.name"))) {
			return ConditionEvaluationResult.disabled("SKIPPED: only root can install helpers");
		}
		if (!Files.isExecutable(Path.of("/usr/bin/sudo"))) {
			return ConditionEvaluationResult.disabled("SKIPPED: sudo is not installed");
		}
		return ConditionEvaluationResult.enabled("root can install helpers for sudo");
	}

}
