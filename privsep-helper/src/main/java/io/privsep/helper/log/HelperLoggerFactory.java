package io.privsep.helper.log;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.spi.MDCAdapter;

/**
 * The loggers of a helper, all with the level of {@link LogThreshold}.
 */
final class HelperLoggerFactory implements ILoggerFactory {

	private final Map<String, Logger> loggers = new ConcurrentHashMap<>();

	private final MDCAdapter mdc;

	HelperLoggerFactory(MDCAdapter mdc) {
		this.mdc = mdc;
	}

	@Override
	public Logger getLogger(String name) {
		Logger known = this.loggers.get(name);
		if (known != null) {
			return known;
		}
		Logger made = new HelperLogger(name, this.mdc);
		Logger other = this.loggers.putIfAbsent(name, made);
		return (other != null) ? other : made;
	}

}
