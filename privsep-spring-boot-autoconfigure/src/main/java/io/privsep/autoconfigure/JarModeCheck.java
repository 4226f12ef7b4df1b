package io.privsep.autoconfigure;

import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.bootstrap.BootstrapRegistry.InstanceSupplier;
import org.springframework.boot.bootstrap.ConfigurableBootstrapContext;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;

/**
 * Ends an application that was started in the place of a command, before its
 * configuration is read and any bean is made.
 * <p>
 * Who installs is root. An extracted jar ignores the jar mode, and so would start the
 * whole application as root, without a sign that nothing is being installed.
 */
public final class JarModeCheck implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {

	private static final String MODE = "jarmode";

	private static final String OPTION = "-Djarmode=";

	/**
	 * Skips the check of an application that the installation itself runs, up to where
	 * beans would be made.
	 * @param bootstrapContext that of the application, before it has an environment
	 */
	public static void skip(ConfigurableBootstrapContext bootstrapContext) {
		bootstrapContext.register(JarModeCheck.class, InstanceSupplier.of(new JarModeCheck()));
	}

	@Override
	public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
		if (event.getBootstrapContext().isRegistered(JarModeCheck.class)) {
			return;
		}
		List<String> arguments = List.of(event.getArgs());
		String mode = mode(event.getEnvironment().getProperty(MODE), arguments);
		if (mode != null) {
			throw new JarModeException(mode, afterMode(arguments));
		}
	}

	private static @Nullable String mode(@Nullable String property, List<String> arguments) {
		if (property != null && !property.isBlank()) {
			return property;
		}
		// an option of the JVM that comes after the jar is an argument
		Stream<String> misplaced = arguments.stream().filter((argument) -> argument.startsWith(OPTION));
		String mode = misplaced.map((argument) -> argument.substring(OPTION.length())).findFirst().orElse(null);
		if (mode == null && arguments.contains("--app-user") && arguments.get(0).equals("install")) {
			return "privsep";
		}
		return mode;
	}

	// What a value of the application is may be a secret.
	private static List<String> afterMode(List<String> arguments) {
		return arguments.stream()
			.takeWhile((argument) -> !argument.equals("--"))
			.filter((argument) -> !argument.contains("="))
			.toList();
	}

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

}
