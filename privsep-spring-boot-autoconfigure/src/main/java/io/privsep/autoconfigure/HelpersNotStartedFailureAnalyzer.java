package io.privsep.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import io.privsep.channel.DifferentInstallationException;
import io.privsep.channel.HelperStartException;
import io.privsep.channel.HelpersNotStartedException;
import io.privsep.command.ApplicationCommands;
import io.privsep.command.UnreadableCodeException;
import io.privsep.command.UntrustedCodeException;
import io.privsep.launch.MissingHelperException;
import io.privsep.linux.MissingToolException;
import io.privsep.linux.TemporaryDirectoryException;
import io.privsep.sandbox.UnavailableSandboxException;

/**
 * Says why helpers did not start, in their own last words.
 */
final class HelpersNotStartedFailureAnalyzer extends AbstractFailureAnalyzer<HelpersNotStartedException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, HelpersNotStartedException cause) {
		StringBuilder description = new StringBuilder("Helpers did not start:\n");
		for (HelperStartException failure : cause.failures()) {
			description.append("\n\t- Context '")
				.append(failure.context())
				.append("': ")
				.append(failure.getMessage())
				.append('\n');
			failure.stderrTail().forEach((line) -> description.append("\t\t").append(line).append('\n'));
		}
		return new FailureAnalysis(description.toString(), action(cause), cause);
	}

	private static String action(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof MissingToolException missing) {
				return missing.action() + ".";
			}
			if (cause instanceof TemporaryDirectoryException missing) {
				return missing.action();
			}
			if (cause instanceof UnavailableSandboxException unavailable) {
				return unavailable.action();
			}
			if (cause instanceof MissingHelperException) {
				return "Add the dependency 'io.privsep:privsep-spring-boot-starter', which brings it along.";
			}
			if (cause instanceof DifferentInstallationException) {
				return "Install again, as root, with " + ApplicationCommands.ofThisProcess().installation("install")
						+ ". Or go back to the configuration and the build that are installed.";
			}
			if (cause instanceof UnreadableCodeException || cause instanceof UntrustedCodeException) {
				return "Run the application from a directory that root owns, that only root can change and that everyone"
						+ " can read. An installed copy is such a directory. To make another, run as root "
						+ ApplicationCommands.ofThisProcess().copy("/opt/app") + ".";
			}
		}
		return "Fix the problem above. To start without this helper, set 'privsep.fail-fast=false'; its context is then"
				+ " reported as DOWN.";
	}

}
