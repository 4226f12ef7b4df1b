package io.privsep.autoconfigure;

import java.util.stream.Collectors;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import io.privsep.command.ApplicationCommands;
import io.privsep.command.ApplicationCommands.Layout;

/**
 * Says which command was meant where the application was started in its place.
 */
final class JarModeFailureAnalyzer extends AbstractFailureAnalyzer<JarModeException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, JarModeException cause) {
		ApplicationCommands commands = ApplicationCommands.ofThisProcess();
		String arguments = cause.arguments().stream().map(ApplicationCommands::quote).collect(Collectors.joining(" "));
		boolean isOurs = cause.mode().equals("privsep");
		String command = isOurs ? commands.installation(arguments.isEmpty() ? "--help" : arguments)
				: commands.jarMode(cause.mode(), arguments);
		return new FailureAnalysis(
				cause.getMessage() + ". " + reason(commands.layout()), "Run " + command
						+ ". To start the application, leave out the jar mode" + (isOurs ? " and its command." : "."),
				cause);
	}

	private static String reason(Layout layout) {
		return switch (layout) {
			case EXECUTABLE_JAR -> "It is an option of the JVM, which has to stand before '-jar'.";
			case JARS, CLASSES -> "Only the executable jar of the build has jar modes.";
		};
	}

}
