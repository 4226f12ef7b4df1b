package io.privsep.logging;

import java.util.Arrays;

import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxy;
import org.jspecify.annotations.Nullable;

import io.privsep.launch.LoggedException;

/**
 * An exception of a helper in Logback, with the name of its class there.
 */
final class LoggedThrowable extends ThrowableProxy {

	private final LoggedException exception;

	private final int commonFrames;

	LoggedThrowable(LoggedException exception) {
		this(exception, 0);
	}

	private LoggedThrowable(LoggedException exception, int commonFrames) {
		super(exception);
		this.exception = exception;
		this.commonFrames = commonFrames;
	}

	@Override
	public int getCommonFrames() {
		return this.commonFrames;
	}

	@Override
	public String getClassName() {
		return this.exception.type();
	}

	@Override
	public @Nullable IThrowableProxy getCause() {
		return of(super.getCause());
	}

	@Override
	public IThrowableProxy[] getSuppressed() {
		return Arrays.stream(super.getSuppressed()).map(LoggedThrowable::of).toArray(IThrowableProxy[]::new);
	}

	private static @Nullable IThrowableProxy of(@Nullable IThrowableProxy proxy) {
		return (proxy instanceof ThrowableProxy other && other.getThrowable() instanceof LoggedException exception)
				? new LoggedThrowable(exception, other.getCommonFrames()) : proxy;
	}

}
