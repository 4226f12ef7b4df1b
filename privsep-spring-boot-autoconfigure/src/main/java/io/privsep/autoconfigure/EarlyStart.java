package io.privsep.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.bootstrap.BootstrapRegistry.InstanceSupplier;
import org.springframework.boot.bootstrap.ConfigurableBootstrapContext;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.event.ApplicationFailedEvent;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.boot.context.event.SpringApplicationEvent;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationListener;
import org.springframework.core.convert.ConversionException;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

import io.privsep.context.ContextResolver;
import io.privsep.context.PrivsepProperties;
import io.privsep.context.PrivsepProperties.Mode;
import io.privsep.context.SettingsBinder;
import io.privsep.launch.EarlyHelpers;
import io.privsep.linux.Accounts;

/**
 * Begins to start helpers, and to load the native library, as soon as the configuration
 * is known: beside the start of the application, which has to wait for less of it then.
 */
public final class EarlyStart implements ApplicationListener<SpringApplicationEvent> {

	private static final Logger logger = LoggerFactory.getLogger(EarlyStart.class);

	private static final int ATTEMPTS = 3;

	private static final Duration PAUSE = Duration.ofMillis(20);

	private @Nullable EarlyHelpers helpers;

	/**
	 * Lets an application that will not start its helpers not do so early either.
	 * @param bootstrapContext that of the application, before it has an environment
	 */
	public static void prevent(ConfigurableBootstrapContext bootstrapContext) {
		bootstrapContext.register(EarlyHelpers.class, InstanceSupplier.of(new EarlyHelpers()));
	}

	@Override
	public void onApplicationEvent(SpringApplicationEvent event) {
		if (event instanceof ApplicationEnvironmentPreparedEvent prepared) {
			start(prepared.getEnvironment(), prepared.getBootstrapContext());
		}
		else if (this.helpers != null
				&& (event instanceof ApplicationStartedEvent || event instanceof ApplicationFailedEvent)) {
			this.helpers.close();
		}
	}

	private void start(Environment environment, ConfigurableBootstrapContext bootstrapContext) {
		if (!isEnabled(environment) || "onRefresh".equals(environment.getProperty("spring.context.exit"))
				|| Boolean.getBoolean("spring.aot.processing") || bootstrapContext.isRegistered(EarlyHelpers.class)) {
			return;
		}
		EarlyHelpers early = new EarlyHelpers();
		this.helpers = early;
		bootstrapContext.addCloseListener((event) -> event.getApplicationContext()
			.getBeanFactory()
			.registerSingleton("privsepEarlyHelpers", early));
		Thread thread = new Thread(() -> start(environment, early), "privsep-early");
		thread.setDaemon(true);
		thread.start();
	}

	private static boolean isEnabled(Environment environment) {
		try {
			return environment.getProperty("privsep.enabled", Boolean.class, true);
		}
		catch (ConversionException ex) {
			// for the start itself to tell
			return false;
		}
	}

	private static void start(Environment environment, EarlyHelpers early) {
		try {
			PrivsepProperties properties = bind(environment);
			if (properties == null || properties.mode() == Mode.IN_PROCESS || properties.contexts().isEmpty()) {
				return;
			}
			new ContextResolver(properties, environment.getProperty("spring.application.name"),
					new SettingsBinder(environment, List.of()),
					Objects.requireNonNull(ClassUtils.getDefaultClassLoader()), ContextResolver.ownRights(), early)
				.startEarly();
			Accounts.userName(0);
		}
		catch (RuntimeException | LinkageError ex) {
			// whoever needs it tells
			logger.debug("Helpers are not started early", ex);
		}
	}

	// Spring Boot moves the default properties to their end meanwhile: for an instant
	// they
	// are not there (SpringApplication.prepareEnvironment).
	private static @Nullable PrivsepProperties bind(Environment environment) {
		for (int attempt = 1;; attempt++) {
			PrivsepProperties properties = Binder.get(environment)
				.bind("privsep", PrivsepProperties.class)
				.orElse(null);
			if (attempt == ATTEMPTS || (properties != null && !properties.contexts().isEmpty())) {
				return properties;
			}
			LockSupport.parkNanos(PAUSE.toNanos());
		}
	}

}
