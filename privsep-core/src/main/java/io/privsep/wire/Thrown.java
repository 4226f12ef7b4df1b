package io.privsep.wire;

import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * An exception as text: nothing in it makes the reader load a class.
 *
 * @param type name of its class
 * @param supertypes names of the classes that this extends, nearest first, without
 * {@link Throwable}
 * @param message its message, or the reason of a {@link FileSystemException}
 * @param file the file of a {@link FileSystemException}
 * @param otherFile the other file of a {@link FileSystemException}
 * @param details its details, not yet decoded, where the function declares an exception
 * with details
 * @param frames its stack trace, innermost first
 * @param cause its cause
 * @param suppressed what it suppresses
 */
public record Thrown(String type, List<String> supertypes, @Nullable String message, @Nullable String file,
		@Nullable String otherFile, @Nullable ByteBuffer details, List<StackFrame> frames, @Nullable Thrown cause,
		List<Thrown> suppressed) {

	private static final int MAX_FRAMES = 64;

	private static final int MAX_SUPERTYPES = 16;

	/** The most exceptions of one reply: the one that was thrown, causes, suppressed. */
	public static final int MAX_EXCEPTIONS = 12;

	/**
	 * Takes down an exception, within bounds.
	 * @param throwable the exception
	 * @param details gives the details of an exception, or {@code null}
	 * @return the same as text
	 */
	public static Thrown of(Throwable throwable, Function<Throwable, @Nullable ByteBuffer> details) {
		return of(throwable, details, new int[] { MAX_EXCEPTIONS });
	}

	// An exception may be a cause of itself.
	private static Thrown of(Throwable throwable, Function<Throwable, @Nullable ByteBuffer> details, int[] left) {
		left[0]--;
		List<StackFrame> frames = new ArrayList<>();
		for (StackTraceElement element : throwable.getStackTrace()) {
			if (frames.size() == MAX_FRAMES) {
				break;
			}
			frames.add(new StackFrame(cut(element.getClassName(), Reply.MAX_NAME),
					cut(element.getMethodName(), Reply.MAX_NAME), cutNullable(element.getFileName(), Reply.MAX_NAME),
					element.getLineNumber()));
		}
		List<String> supertypes = new ArrayList<>();
		Class<?> supertype = throwable.getClass().getSuperclass();
		while (supertype != Object.class && supertype != Throwable.class && supertypes.size() < MAX_SUPERTYPES) {
			supertypes.add(cut(supertype.getName(), Reply.MAX_NAME));
			supertype = supertype.getSuperclass();
		}
		// whoever gives the details may add to what it suppresses
		ByteBuffer itsDetails = details.apply(throwable);
		Throwable cause = throwable.getCause();
		Thrown thrownCause = (cause != null && left[0] > 0) ? of(cause, details, left) : null;
		List<Thrown> suppressed = new ArrayList<>();
		for (Throwable each : throwable.getSuppressed()) {
			if (left[0] > 0) {
				suppressed.add(of(each, details, left));
			}
		}
		FileSystemException ex = (throwable instanceof FileSystemException exception) ? exception : null;
		return new Thrown(cut(throwable.getClass().getName(), Reply.MAX_NAME), supertypes,
				cutNullable((ex != null) ? ex.getReason() : message(throwable), Reply.MAX_TEXT),
				cutNullable((ex != null) ? ex.getFile() : null, Reply.MAX_TEXT),
				cutNullable((ex != null) ? ex.getOtherFile() : null, Reply.MAX_TEXT), itsDetails, frames, thrownCause,
				suppressed);
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
		int codePoint;
		for (int i = 0; i < cut.length(); i += Character.charCount(codePoint)) {
			codePoint = cut.codePointAt(i);
			boolean isUnpaired = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
			wellFormed.appendCodePoint(isUnpaired ? '?' : codePoint);
		}
		return wellFormed.toString();
	}

	void write(FrameWriter out) {
		out.putString(this.type).putInt(this.supertypes.size());
		for (String supertype : this.supertypes) {
			out.putString(supertype);
		}
		out.putNullableString(this.message)
			.putNullableString(this.file)
			.putNullableString(this.otherFile)
			.putBoolean(this.details != null);
		if (this.details != null) {
			out.putBytes(this.details.array());
		}
		StackFrame.write(this.frames, out);
		out.putBoolean(this.cause != null);
		if (this.cause != null) {
			this.cause.write(out);
		}
		out.putInt(this.suppressed.size());
		for (Thrown each : this.suppressed) {
			each.write(out);
		}
	}

	static Thrown read(FrameBody in) {
		return read(in, new int[] { MAX_EXCEPTIONS });
	}

	private static Thrown read(FrameBody in, int[] left) {
		if (--left[0] < 0) {
			throw new MalformedFrameException("A reply has more than " + MAX_EXCEPTIONS + " exceptions");
		}
		String type = in.getText(Reply.MAX_NAME);
		int supertypes = in.getCount(MAX_SUPERTYPES);
		List<String> names = new ArrayList<>(supertypes);
		for (int i = 0; i < supertypes; i++) {
			names.add(in.getText(Reply.MAX_NAME));
		}
		String message = in.getNullableText(Reply.MAX_TEXT);
		String file = in.getNullableText(Reply.MAX_TEXT);
		String otherFile = in.getNullableText(Reply.MAX_TEXT);
		ByteBuffer details = in.getBoolean() ? ByteBuffer.wrap(in.getBytes()) : null;
		List<StackFrame> frames = StackFrame.read(in);
		Thrown cause = in.getBoolean() ? read(in, left) : null;
		int others = in.getCount(MAX_EXCEPTIONS);
		List<Thrown> suppressed = new ArrayList<>(others);
		for (int i = 0; i < others; i++) {
			suppressed.add(read(in, left));
		}
		return new Thrown(type, List.copyOf(names), message, file, otherFile, details, frames, cause,
				List.copyOf(suppressed));
	}

	/**
	 * One line of a stack trace.
	 *
	 * @param className name of the class
	 * @param methodName name of the method
	 * @param fileName name of the source file
	 * @param line number of the line; negative if not known
	 */
	public record StackFrame(String className, String methodName, @Nullable String fileName, int line) {

		/**
		 * Takes down the innermost frames of a thread, within bounds.
		 * @param elements the frames, innermost first
		 * @return the same as text
		 */
		public static List<StackFrame> of(List<StackTraceElement> elements) {
			List<StackFrame> frames = new ArrayList<>();
			for (StackTraceElement element : elements.subList(0, Math.min(elements.size(), MAX_FRAMES))) {
				frames.add(new StackFrame(cut(element.getClassName(), Reply.MAX_NAME),
						cut(element.getMethodName(), Reply.MAX_NAME),
						cutNullable(element.getFileName(), Reply.MAX_NAME), element.getLineNumber()));
			}
			return frames;
		}

		static void write(List<StackFrame> frames, FrameWriter out) {
			out.putInt(frames.size());
			for (StackFrame frame : frames) {
				out.putString(frame.className)
					.putString(frame.methodName)
					.putNullableString(frame.fileName)
					.putInt(frame.line);
			}
		}

		static List<StackFrame> read(FrameBody in) {
			int count = in.getCount(MAX_FRAMES);
			List<StackFrame> frames = new ArrayList<>(count);
			for (int i = 0; i < count; i++) {
				frames.add(new StackFrame(in.getText(Reply.MAX_NAME), in.getText(Reply.MAX_NAME),
						in.getNullableText(Reply.MAX_NAME), in.getInt()));
			}
			return List.copyOf(frames);
		}

	}

}
