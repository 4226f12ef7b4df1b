package io.privsep.launch;

import java.util.ArrayList;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import io.privsep.function.FunctionTable;

/**
 * The least severe level at which the application logs what the functions of a context
 * log, and what other code in its helper does. It may change at any time. The
 * application's log has the last word; a helper only need not say less.
 */
public final class FunctionLogLevel {

	private final List<Logger> loggers = new ArrayList<>();

	/**
	 * Makes it.
	 * @param table the functions
	 */
	public FunctionLogLevel(FunctionTable table) {
		table.beans().forEach((bean) -> this.loggers.add(LoggerFactory.getLogger(bean.type())));
		this.loggers.add(LoggerFactory.getLogger("io.privsep.helper." + table.context()));
	}

	/**
	 * The level now.
	 * @return {@code INFO}, or a less severe one
	 */
	public Level now() {
		Level level = Level.INFO;
		// on the path of each call: no stream, no iterator
		for (int i = 0; i < this.loggers.size(); i++) {
			Logger logger = this.loggers.get(i);
			if (logger.isTraceEnabled()) {
				return Level.TRACE;
			}
			if (logger.isDebugEnabled()) {
				level = Level.DEBUG;
			}
		}
		return level;
	}

}
