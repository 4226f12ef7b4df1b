package io.privsep.connection;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.privsep.thrown.HelperFrame;
import io.privsep.wire.Reply;
import io.privsep.wire.Thrown;

/**
 * Where a function was, in its helper, when its call was cancelled.
 */
public final class FunctionTrace extends Exception {

	private static final long serialVersionUID = 1L;

	private FunctionTrace(String context, List<Thrown.StackFrame> frames) {
		super("where the function was when it was cancelled", null, false, true);
		setStackTrace(frames.stream()
			.map((frame) -> HelperFrame.of(context, frame.className(), frame.methodName(), frame.fileName(),
					frame.line()))
			.toArray(StackTraceElement[]::new));
	}

	/**
	 * Adds it to an exception.
	 * @param failure the exception
	 * @param context name of the context
	 * @param cancelled what the helper has said; {@code null} if it has not
	 */
	public static void addTo(Throwable failure, String context, Reply.@Nullable Cancelled cancelled) {
		if (cancelled != null && !cancelled.frames().isEmpty()) {
			failure.addSuppressed(new FunctionTrace(context, cancelled.frames()));
		}
	}

	/**
	 * Gets it from an exception.
	 * @param failure the exception
	 * @return where the function was; {@code null} if nothing was added
	 */
	public static @Nullable FunctionTrace of(Throwable failure) {
		for (Throwable each : failure.getSuppressed()) {
			if (each instanceof FunctionTrace trace) {
				return trace;
			}
		}
		return null;
	}

}
