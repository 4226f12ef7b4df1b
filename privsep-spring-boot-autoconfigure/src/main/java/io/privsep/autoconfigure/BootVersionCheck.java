package io.privsep.autoconfigure;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.event.ApplicationPreparedEvent;
import org.springframework.boot.context.event.SpringApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;

/**
 * Refuses to start with another Spring Boot than the one that this was built for, before
 * anything that is missing there fails in its own words; and says from which 4.0 on it
 * was tested, once there is a log.
 */
final class BootVersionCheck implements ApplicationListener<SpringApplicationEvent>, Ordered {

	private static final Logger logger = LoggerFactory.getLogger(BootVersionCheck.class);

	private static final String MAJOR = "4.";

	/** Of 4.0, the oldest that the tests have passed with. */
	static final int OLDEST_TESTED = 9;

	private static final Pattern UNTESTED = Pattern.compile("4\\.0\\.(\\d+)(?:[-.].*)?");

	@Override
	public void onApplicationEvent(SpringApplicationEvent event) {
		if (event instanceof ApplicationEnvironmentPreparedEvent) {
			check(SpringBootVersion.getVersion());
		}
		else if (event instanceof ApplicationPreparedEvent) {
			warn(SpringBootVersion.getVersion());
		}
	}

	static void warn(String version) {
		Matcher matcher = UNTESTED.matcher(version);
		if (matcher.matches() && Integer.parseInt(matcher.group(1)) < OLDEST_TESTED) {
			logger.warn("Spring Boot {} is older than 4.0.{}, the oldest that privsep was tested with; update it",
					version, OLDEST_TESTED);
		}
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
