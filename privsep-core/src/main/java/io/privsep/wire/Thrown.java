package io.privsep.wire;

import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * An exception as text: nothing in it makes the reader load a class.
 *
 * @param type name of its class
 * @param message its message, or the reason of a {@link FileSystemException}
 * @param file the file of a {@link FileSystemException}
 * @param otherFile the other file of a {@link FileSystemException}
 * @param frames its stack trace, innermost first
 * @param cause its cause
 */
public record Thrown(String type, @Nullable String message, @Nullable String file, @Nullable String otherFile,
		List<Frame> frames, @Nullable Thrown cause) {

	private static final int MAX_FRAMES = 64;

	private static final int MAX_CAUSES = 8;

	/**
	 * Takes down an exception, within bounds.
	 * @param throwable the exception
	 * @return the same as text
	 */
	public static Thrown of(Throwable throwable) {
		return of(throwable, MAX_CAUSES);
	}

	private static Thrown of(Throwable throwable, int causes) {
		List<Frame> frames = new ArrayList<>();
		for (StackTraceElement element : throwable.getStackTrace()) {
			if (frames.size() == MAX_FRAMES) {
				break;
			}
			frames.add(
					new Frame(cut(element.getClassName(), Reply.MAX_NAME), cut(element.getMethodName(), Reply.MAX_NAME),
							cutNullable(element.getFileName(), Reply.MAX_NAME), element.getLineNumber()));
		}
		Throwable cause = throwable.getCause();
		Thrown thrownCause = (cause != null && causes > 0) ? of(cause, causes - 1) : null;
		if (throwable instanceof FileSystemException ex) {
			return new Thrown(cut(ex.getClass().getName(), Reply.MAX_NAME), cutNullable(ex.getReason(), Reply.MAX_TEXT),
					cutNullable(ex.getFile(), Reply.MAX_TEXT), cutNullable(ex.getOtherFile(), Reply.MAX_TEXT), frames,
					thrownCause);
		}
		return new Thrown(cut(throwable.getClass().getName(), Reply.MAX_NAME),
				cutNullable(message(throwable), Reply.MAX_TEXT), null, null, frames, thrownCause);
	}

	private static @Nullable String message(Throwable throwable) {
		try {
			return throwable.getMessage();
		}
		catch (RuntimeException | Error ex) {
			return null;
		}
	}

	private static @Nullable String cutNullable(@Nullable String text, int maxLength) {
		return (text != null) ? cut(text, maxLength) : null;
	}

	private static String cut(String text, int maxLength) {
		String cut = (text.length() > maxLength) ? text.substring(0, maxLength - "...".length()) + "..." : text;
		StringBuilder wellFormed = new StringBuilder(cut.length());
		cut.codePoints()
			.map((codePoint) -> (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) ? '?'
					: codePoint)
			.forEach(wellFormed::appendCodePoint);
		return wellFormed.toString();
	}

	void write(FrameWriter out) {
		out.putString(this.type)
			.putNullableString(this.message)
			.putNullableString(this.file)
			.putNullableString(this.otherFile)
			.putInt(this.frames.size());
		for (Frame frame : this.frames) {
			out.putString(frame.className())
				.putString(frame.methodName())
				.putNullableString(frame.fileName())
				.putInt(frame.line());
		}
		out.putBoolean(this.cause != null);
		if (this.cause != null) {
			this.cause.write(out);
		}
	}

	static Thrown read(FrameBody in) {
		return read(in, MAX_CAUSES);
	}

	private static Thrown read(FrameBody in, int causes) {
		String type = in.getText(Reply.MAX_NAME);
		String message = in.getNullableText(Reply.MAX_TEXT);
		String file = in.getNullableText(Reply.MAX_TEXT);
		String otherFile = in.getNullableText(Reply.MAX_TEXT);
		int count = in.getCount(MAX_FRAMES);
		List<Frame> frames = new ArrayList<>(count);
		for (int i = 0; i < count; i++) {
			frames.add(new Frame(in.getText(Reply.MAX_NAME), in.getText(Reply.MAX_NAME),
					in.getNullableText(Reply.MAX_NAME), in.getInt()));
		}
		Thrown cause = null;
		if (in.getBoolean()) {
			if (causes == 0) {
				throw new MalformedFrameException("An exception has more than " + MAX_CAUSES + " causes");
			}
			cause = read(in, causes - 1);
		}
		return new Thrown(type, message, file, otherFile, List.copyOf(frames), cause);
	}

	/**
	 * One line of a stack trace.
	 *
	 * @param className name of the class
	 * @param methodName name of the method
	 * @param fileName name of the source file
	 * @param line number of the line; negative if not known
	 */
	public record Frame(String className, String methodName, @Nullable String fileName, int line) {
	}

}
