package io.privsep.helper;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.privsep.PrivsepValidationException.Violation;
import io.privsep.definition.HelperDefinition;
import io.privsep.function.DetailedException;
import io.privsep.function.PrivilegedFunction;
import io.privsep.value.ValueWriter;
import io.privsep.wire.Frame;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.LogLine;
import io.privsep.wire.MessageTooLargeException;
import io.privsep.wire.Protocol;
import io.privsep.wire.Reply;
import io.privsep.wire.Thrown;

/**
 * Puts one worker's answers together. Each call gets one, whatever its function did.
 */
final class Answers {

	private static final int MAX_REASON = 512;

	private final int maxLength;

	private final FrameWriter writer;

	private final int maxElements;

	private boolean isForFirstCall = true;

	Answers(HelperDefinition definition) {
		this.maxLength = Protocol.maxFrameLength(definition.maxMessageSize());
		this.writer = new FrameWriter(this.maxLength);
		this.maxElements = definition.maxElements();
	}

	/**
	 * Whether its worker has not served a call before. Asked once for each.
	 * @return whether this is its first call
	 */
	boolean isForFirstCall() {
		boolean isFirst = this.isForFirstCall;
		this.isForFirstCall = false;
		return isFirst;
	}

	Frame returned(int id, PrivilegedFunction function, @Nullable Object result) {
		try {
			return Reply.Returned.write(this.writer, id,
					(out) -> ValueWriter.write(function.result(), result, out, this.maxElements));
		}
		catch (Throwable ex) {
			// that it is too large or not acceptable, or no memory for it
			return threw(id, function, ex);
		}
	}

	Frame threw(int id, PrivilegedFunction function, Throwable throwable) {
		try {
			return new Reply.Threw(id, withoutServer(Thrown.of(throwable, (each) -> details(function, each))))
				.write(this.writer);
		}
		catch (RuntimeException | Error ex) {
			// it is too large, or its own methods threw
			return threwBriefly(id, throwable.getClass());
		}
	}

	// Without them, the caller gets another exception, which says why.
	private @Nullable ByteBuffer details(PrivilegedFunction function, Throwable throwable) {
		DetailedException detailed = function.detailedException(throwable.getClass());
		if (detailed == null) {
			return null;
		}
		try {
			FrameWriter out = new FrameWriter(this.maxLength);
			ValueWriter.write(detailed.codec(), detailed.accessor().invoke(throwable), out, this.maxElements);
			return out.toBytes();
		}
		catch (ReflectiveOperationException | RuntimeException | StackOverflowError ex) {
			throwable.addSuppressed(ex);
			return null;
		}
	}

	private Frame threwBriefly(int id, Class<?> type) {
		try {
			return new Reply.Threw(id, brief(type)).write(this.writer);
		}
		catch (MessageTooLargeException ex) {
			// this one fits into the overhead
			return new Reply.Threw(id, brief(ex.getClass())).write(this.writer);
		}
	}

	Frame refused(int id, String reason) {
		String printable = LogLine.printable(reason);
		String brief = (printable.length() > MAX_REASON) ? printable.substring(0, MAX_REASON) : printable;
		try {
			return new Reply.Refused(id, brief).write(this.writer);
		}
		catch (MessageTooLargeException | IllegalArgumentException ex) {
			return new Reply.Refused(id, "A value is not accepted").write(this.writer);
		}
	}

	Frame invalid(int id, List<Violation> violations) {
		try {
			return new Reply.Invalid(id, violations).write(this.writer);
		}
		catch (MessageTooLargeException | IllegalArgumentException ex) {
			return refused(id, violations.size() + " constraints are broken");
		}
	}

	Frame cancelled(RunningCall call) {
		return Cancellation.of(call, this.writer);
	}

	Frame pong() {
		return new Reply.Pong().write(this.writer);
	}

	private static Thrown brief(Class<?> type) {
		return new Thrown(type.getName(), List.of(), null, null, null, null, List.of(), null, List.of());
	}

	/**
	 * Drops the frames below the function's own: those of this server and of reflection
	 * are the same in every call and tell the caller nothing.
	 * @param thrown an exception
	 * @return the same, with only the frames from the function on
	 */
	static Thrown withoutServer(Thrown thrown) {
		List<Thrown.Frame> frames = new ArrayList<>(thrown.frames());
		int server = 0;
		while (server < frames.size() && !frames.get(server).className().equals(Functions.class.getName())) {
			server++;
		}
		if (server < frames.size()) {
			while (server > 0 && isReflection(frames.get(server - 1))) {
				server--;
			}
			frames = frames.subList(0, server);
		}
		Thrown cause = thrown.cause();
		List<Thrown> suppressed = new ArrayList<>();
		for (Thrown each : thrown.suppressed()) {
			suppressed.add(withoutServer(each));
		}
		return new Thrown(thrown.type(), thrown.supertypes(), thrown.message(), thrown.file(), thrown.otherFile(),
				thrown.details(), List.copyOf(frames), (cause != null) ? withoutServer(cause) : null, suppressed);
	}

	private static boolean isReflection(Thrown.Frame frame) {
		return frame.className().startsWith("java.lang.reflect.")
				|| frame.className().startsWith("jdk.internal.reflect.");
	}

}
