package io.privsep.helper;

import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.privsep.function.DetailedException;
import io.privsep.function.PrivilegedFunction;
import io.privsep.value.ValueWriter;
import io.privsep.wire.Frame;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.MessageTooLargeException;
import io.privsep.wire.Reply;
import io.privsep.wire.Thrown;

/**
 * The reply of a call whose function threw. The first one of a helper loads it.
 *
 * @param id number of the call
 * @param function the function
 * @param maxLength the most bytes of details
 * @param maxElements the most elements of details
 */
record Failure(int id, PrivilegedFunction function, int maxLength, int maxElements) {

	/** Of a message, where there is room for little else. */
	private static final int MAX_TEXT = 200;

	Frame write(Throwable throwable, FrameWriter out) {
		try {
			return write(withoutServer(Thrown.of(throwable, this::details)), out);
		}
		catch (RuntimeException | Error ex) {
			// it is too large, or its own methods threw
			return writeBriefly(throwable.getClass(), out);
		}
	}

	// As much as there is room for: what decides which exception the caller gets goes
	// last.
	private Frame write(Thrown thrown, FrameWriter out) {
		try {
			return new Reply.Threw(this.id, thrown).write(out);
		}
		catch (MessageTooLargeException ex) {
			return writeWithoutFrames(withoutFrames(thrown), out);
		}
	}

	private Frame writeWithoutFrames(Thrown thrown, FrameWriter out) {
		try {
			return new Reply.Threw(this.id, thrown).write(out);
		}
		catch (MessageTooLargeException ex) {
			return writeWithoutCauses(thrown, out);
		}
	}

	private Frame writeWithoutCauses(Thrown thrown, FrameWriter out) {
		try {
			return new Reply.Threw(this.id, withoutCauses(thrown, thrown.message(), thrown.details(), List.of()))
				.write(out);
		}
		catch (MessageTooLargeException ex) {
			// without its details, the caller gets another exception, which says why
			Thrown why = new Thrown(ex.getClass().getName(), List.of(), ex.getMessage(), null, null, null, List.of(),
					null, List.of());
			return new Reply.Threw(this.id, withoutCauses(thrown, cut(thrown.message()), null,
					(thrown.details() != null) ? List.of(why) : List.of()))
				.write(out);
		}
	}

	private static Thrown withoutFrames(Thrown thrown) {
		Thrown cause = thrown.cause();
		List<Thrown> suppressed = new ArrayList<>();
		for (Thrown each : thrown.suppressed()) {
			suppressed.add(withoutFrames(each));
		}
		return new Thrown(thrown.type(), thrown.supertypes(), thrown.message(), thrown.file(), thrown.otherFile(),
				thrown.details(), List.of(), (cause != null) ? withoutFrames(cause) : null, suppressed);
	}

	// One that is nothing without its cause keeps that, as little as there may be of it.
	private static Thrown withoutCauses(Thrown thrown, @Nullable String message, @Nullable ByteBuffer details,
			List<Thrown> suppressed) {
		Thrown cause = thrown.type().equals(UncheckedIOException.class.getName()) ? thrown.cause() : null;
		return new Thrown(thrown.type(), thrown.supertypes(), message, thrown.file(), thrown.otherFile(), details,
				List.of(), (cause != null) ? withoutCauses(cause, cut(cause.message()), null, List.of()) : null,
				suppressed);
	}

	private static @Nullable String cut(@Nullable String message) {
		if (message == null || message.length() <= MAX_TEXT) {
			return message;
		}
		int end = Character.isHighSurrogate(message.charAt(MAX_TEXT - 1)) ? MAX_TEXT - 1 : MAX_TEXT;
		return message.substring(0, end).concat("...");
	}

	// Without them, the caller gets another exception, which says why.
	private @Nullable ByteBuffer details(Throwable throwable) {
		DetailedException detailed = this.function.detailedException(throwable.getClass());
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

	private Frame writeBriefly(Class<?> type, FrameWriter out) {
		try {
			return new Reply.Threw(this.id, brief(type)).write(out);
		}
		catch (MessageTooLargeException ex) {
			// this one fits into the overhead
			return new Reply.Threw(this.id, brief(ex.getClass())).write(out);
		}
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
		List<Thrown.StackFrame> frames = new ArrayList<>(thrown.frames());
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

	private static boolean isReflection(Thrown.StackFrame frame) {
		return frame.className().startsWith("java.lang.reflect.")
				|| frame.className().startsWith("jdk.internal.reflect.");
	}

}
