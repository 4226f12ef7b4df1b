package io.privsep.autoconfigure;

import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;

import io.privsep.process.Accounts;

/**
 * Begins to load the native library, which takes some hundred milliseconds, as soon as it
 * is known that there will be helpers: beside the start of the application, which has to
 * wait for less of it then.
 */
final class NativePreinitializer implements ApplicationListener<ApplicationEnvironmentPreparedEvent> {

	@Override
	public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
		Environment environment = event.getEnvironment();
		// a value that is none is for the start itself to tell
		boolean enabled = !"false".equals(environment.getProperty("privsep.enabled"));
		boolean inProcess = "in-process".equals(environment.getProperty("privsep.mode"));
		if (enabled && !inProcess
				&& Binder.get(environment)
					.bind("privsep.contexts", Bindable.mapOf(String.class, Object.class))
					.isBound()) {
			Thread thread = new Thread(NativePreinitializer::load, "privsep-native");
			thread.setDaemon(true);
			thread.start();
		}
	}

	private static void load() {
		try {
			Accounts.userName(0);
		}
		catch (RuntimeException | LinkageError ex) {
			// whoever needs it tells
		}
	}

}
