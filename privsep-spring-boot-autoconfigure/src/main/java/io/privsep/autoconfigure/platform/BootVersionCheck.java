package io.privsep.autoconfigure.platform;

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
	private static final int OLDEST_TESTED = 9;

	private static final Pattern UNTESTED = Pattern.compile("4\\.0\\.(\\d+)(?:[-.].*)?");

	private final String version;

	BootVersionCheck() {
		this(SpringBootVersion.getVersion());
	}

	BootVersionCheck(String version) {
		this.version = version;
	}

	@Override
	public void onApplicationEvent(SpringApplicationEvent event) {
		if (event instanceof ApplicationEnvironmentPreparedEvent) {
			check();
		}
		else if (event instanceof ApplicationPreparedEvent) {
			warn();
		}
	}

	private void warn() {
		Matcher matcher = UNTESTED.matcher(this.version);
		if (matcher.matches() && Integer.parseInt(matcher.group(1)) < OLDEST_TESTED) {
			logger.warn("Spring Boot {} is older than 4.0.{}, the oldest that privsep was tested with; update it",
					this.version, OLDEST_TESTED);
		}
	}

	private void check() {
		if (!this.version.startsWith(MAJOR)) {
			throw new UnsupportedBootException(this.version);
		}
	}

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

}
