package io.privsep.autoconfigure;

import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;

/**
 * Refuses to start with another Spring Boot than the one that this was built for, before
 * anything that is missing there fails in its own words.
 */
final class BootVersionCheck implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {

	private static final String MAJOR = "4.";

	@Override
	public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
		check(SpringBootVersion.getVersion());
	}

	static void check(String version) {
		if (!version.startsWith(MAJOR)) {
			throw new UnsupportedBootException(version);
		}
	}

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

}
