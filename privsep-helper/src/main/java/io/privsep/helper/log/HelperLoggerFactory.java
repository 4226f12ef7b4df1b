package io.privsep.helper.log;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.spi.MDCAdapter;

/**
 * The loggers of a helper, all with one level.
 */
final class HelperLoggerFactory implements ILoggerFactory {

	private final Map<String, Logger> loggers = new ConcurrentHashMap<>();

	private final Level level;

	private final MDCAdapter mdc;

	HelperLoggerFactory(Level level, MDCAdapter mdc) {
		this.level = level;
		this.mdc = mdc;
	}

	@Override
	public Logger getLogger(String name) {
		return this.loggers.computeIfAbsent(name, (key) -> new HelperLogger(key, this.level, this.mdc));
	}

}
