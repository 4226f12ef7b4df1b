package io.privsep.install;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.logging.LogFile;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggerConfiguration;
import org.springframework.boot.logging.LoggingInitializationContext;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.logging.LoggingSystemFactory;
import org.springframework.core.env.StandardEnvironment;

/**
 * The logging of an application while root installs it: warnings of this library, and
 * errors, on standard error.
 * <p>
 * A configuration of logging opens files and makes objects of any class. Whoever could
 * write that of the application would do so as root, and could hide the warnings. So
 * neither its file nor the names of its log files have any effect. Levels do, as an
 * installed helper logs from the level of its functions; but none hides a warning of this
 * library.
 */
final class InstallationLogging extends LoggingSystem {

	private static final String OURS = "io.privsep";

	private final LoggingSystem system;

	// by its name, from 'use'
	InstallationLogging(ClassLoader classLoader) {
		LoggingSystem found = LoggingSystemFactory.fromSpringFactories().getLoggingSystem(classLoader);
		this.system = (found != null) ? found : LoggingSystem.get(classLoader);
	}

	/**
	 * Has Spring Boot use this from now on.
	 */
	static void use() {
		System.setProperty(SYSTEM_PROPERTY, InstallationLogging.class.getName());
	}

	@Override
	public void beforeInitialize() {
		this.system.beforeInitialize();
	}

	@Override
	public void initialize(LoggingInitializationContext context, @Nullable String configLocation,
			@Nullable LogFile logFile) {
		String file = switch (this.system.getClass().getSimpleName()) {
			case "LogbackLoggingSystem" -> "logback.xml";
			case "Log4J2LoggingSystem" -> "log4j2.xml";
			case "JavaLoggingSystem" -> "logging.properties";
			default -> null;
		};
		// another one stays as quiet as it is before it is initialized
		if (file != null) {
			// without the application's environment, which has more to say of logging
			this.system.initialize(new LoggingInitializationContext(new StandardEnvironment()),
					"classpath:io/privsep/install/" + file, null);
			this.system.setLogLevel(OURS, LogLevel.INFO);
			// the command says it by itself
			this.system.setLogLevel("org.springframework.boot.diagnostics.LoggingFailureAnalysisReporter",
					LogLevel.OFF);
		}
	}

	// After a failure there is more to keep quiet.
	@Override
	public void cleanUp() {
	}

	@Override
	public @Nullable Runnable getShutdownHandler() {
		return this.system.getShutdownHandler();
	}

	@Override
	public void setLogLevel(@Nullable String loggerName, @Nullable LogLevel level) {
		boolean ours = loggerName != null && (loggerName.equals(OURS) || loggerName.startsWith(OURS + "."));
		if (!ours || (level != null && level.compareTo(LogLevel.WARN) <= 0)) {
			this.system.setLogLevel(loggerName, level);
		}
	}

	@Override
	public List<LoggerConfiguration> getLoggerConfigurations() {
		return this.system.getLoggerConfigurations();
	}

	@Override
	public @Nullable LoggerConfiguration getLoggerConfiguration(String loggerName) {
		return this.system.getLoggerConfiguration(loggerName);
	}

}
