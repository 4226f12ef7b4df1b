package io.privsep.helper.log;

import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.helpers.BasicMDCAdapter;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * SLF4J's provider in a helper process, named by the system property
 * {@code slf4j.provider}, which the command that starts the helper sets.
 * <p>
 * It is not registered as a service: the class path is the application's, whose own
 * provider must not run with the helper's rights.
 */
public final class HelperLogProvider implements SLF4JServiceProvider {

	private final IMarkerFactory markers = new BasicMarkerFactory();

	private final MDCAdapter mdc = new BasicMDCAdapter();

	private final HelperLoggerFactory loggers = new HelperLoggerFactory(this.mdc);

	/**
	 * Makes the provider. SLF4J calls this.
	 */
	public HelperLogProvider() {
	}

	@Override
	public ILoggerFactory getLoggerFactory() {
		return this.loggers;
	}

	@Override
	public IMarkerFactory getMarkerFactory() {
		return this.markers;
	}

	@Override
	public MDCAdapter getMDCAdapter() {
		return this.mdc;
	}

	@Override
	public String getRequestedApiVersion() {
		return "2.0.99";
	}

	@Override
	public void initialize() {
	}

}
