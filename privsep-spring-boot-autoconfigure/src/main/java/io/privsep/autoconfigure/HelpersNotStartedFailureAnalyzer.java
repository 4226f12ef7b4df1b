package io.privsep.autoconfigure;

import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

import io.privsep.channel.DifferentInstallationException;
import io.privsep.channel.HelperStartException;
import io.privsep.channel.HelpersNotStartedException;
import io.privsep.command.ApplicationCommands;
import io.privsep.command.UnreadableCodeException;
import io.privsep.command.UntrustedCodeException;
import io.privsep.launch.InstalledPaths;
import io.privsep.launch.MissingHelperException;
import io.privsep.linux.MissingToolException;
import io.privsep.linux.TemporaryDirectoryException;
import io.privsep.sandbox.UnavailableSandboxException;

/**
 * Says why helpers did not start, by the tail of their standard error.
 */
final class HelpersNotStartedFailureAnalyzer extends AbstractFailureAnalyzer<HelpersNotStartedException> {

	private final @Nullable Environment environment;

	HelpersNotStartedFailureAnalyzer(@Nullable Environment environment) {
		this.environment = environment;
	}

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

	// Of one below a prefix, the application is told where its wrappers or sockets are.
	private String install(HelpersNotStartedException failure) {
		for (HelperStartException each : failure.failures()) {
			for (String property : List.of("wrapper", "socket")) {
				Path prefix = InstalledPaths.prefix((this.environment != null)
						? this.environment.getProperty("privsep.contexts." + each.context() + "." + property, "") : "");
				if (!prefix.equals(Path.of("/"))) {
					return "install --prefix " + ApplicationCommands.quote(prefix.toString());
				}
			}
		}
		return "install";
	}

	// By the sentence of the wrapper, which is a script.
	private static boolean lacksItsJvm(HelperStartException failure) {
		return failure.stderrTail().stream().anyMatch((line) -> line.contains("privsep: there is no JVM in '"));
	}

	private String action(HelpersNotStartedException failure) {
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
				return "Install again, as root, with "
						+ ApplicationCommands.ofThisProcess().installation(install(failure))
						+ ". Or go back to the configuration and the build that are installed.";
			}
			if (cause instanceof UnreadableCodeException || cause instanceof UntrustedCodeException) {
				return "Run the application from a directory that root owns, that only root can change and that everyone"
						+ " can read. An installed copy is such a directory. To make another, run as root "
						+ ApplicationCommands.ofThisProcess().copy("/opt/app") + ".";
			}
		}
		if (failure.failures().stream().anyMatch(HelpersNotStartedFailureAnalyzer::lacksItsJvm)) {
			return "Install again, as root, with " + ApplicationCommands.ofThisProcess().installation(install(failure))
					+ ". If another JVM is to run helpers, add '--java <program>'.";
		}
		return "Fix the problem above. To start without this helper, set 'privsep.fail-fast=false'; its context is then"
				+ " reported as DOWN.";
	}

}
