package io.privsep.launch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.privsep.launch.ConnectionLines.LeftOut;
import io.privsep.wire.LogLine;

/**
 * Lines that a helper writes to its standard error. Those that nobody wants are skipped
 * as bytes, and no faster than {@link #SKIPPED_BYTES} in {@link #PAUSE_MILLIS}: else they
 * would cost the application more than they cost the helper. Safe for use by one thread.
 */
final class ErrorLines {

	/** As much as a pipe holds. */
	private static final int SKIPPED_BYTES = 1 << 16;

	private static final long PAUSE_MILLIS = 10;

	/** Of the longest line that is an event, and a byte more, so that it is none. */
	private static final int MAX_BYTES = LogLine.MAX_LENGTH * 3 + 1;

	private final InputStream stderr;

	private final byte[] chunk = new byte[SKIPPED_BYTES];

	private int position;

	private int end;

	private byte[] line = new byte[256];

	private boolean inSkippedLine;

	private boolean isSkipped;

	ErrorLines(InputStream stderr) {
		this.stderr = stderr;
	}

	/**
	 * Waits for something to read.
	 * @return whether there is something
	 * @throws IOException if there is nothing to read from any more
	 */
	boolean await() throws IOException {
		return this.position < this.end || fill();
	}

	/**
	 * Reads a line. One of any length takes no more memory than the longest that is an
	 * event.
	 * @return the next line, without its end; {@code null} after the last one
	 * @throws IOException if there is nothing to read from any more
	 */
	@Nullable String next() throws IOException {
		int length = 0;
		while (true) {
			if (!await()) {
				return (length > 0) ? text(this.line, 0, length) : null;
			}
			this.isSkipped = false;
			int lineEnd = lineEnd();
			int count = Math.min(lineEnd - this.position, MAX_BYTES - length);
			if (length + count > this.line.length) {
				this.line = Arrays.copyOf(this.line, Math.min(MAX_BYTES, Math.max(length + count, length * 2)));
			}
			System.arraycopy(this.chunk, this.position, this.line, length, count);
			length += count;
			this.position += count;
			if (length == MAX_BYTES) {
				this.inSkippedLine = true;
				return text(this.line, 0, length);
			}
			if (lineEnd < this.end) {
				this.position++;
				return text(this.line, 0, length);
			}
		}
	}

	/**
	 * Whether what comes next is the rest of a line that was too long, and is skipped.
	 * @return whether it is
	 */
	boolean isInSkippedLine() {
		return this.inSkippedLine;
	}

	/**
	 * Skips what has come of the rest of a line, and pauses where that has not ended.
	 * @return what was skipped
	 */
	LeftOut skipLine() {
		int start = this.position;
		int lineEnd = lineEnd();
		this.inSkippedLine = lineEnd == this.end;
		this.position = Math.min(lineEnd + 1, this.end);
		if (this.inSkippedLine) {
			pause();
		}
		return new LeftOut(0, this.position - start);
	}

	/**
	 * Skips what has come, and pauses.
	 * @return what was skipped
	 */
	LeftOut skip() {
		int lines = 0;
		for (int i = this.position; i < this.end; i++) {
			if (this.chunk[i] == '\n') {
				lines++;
			}
		}
		LeftOut skipped = new LeftOut(lines, this.end - this.position);
		this.inSkippedLine = this.chunk[this.end - 1] != '\n';
		this.isSkipped = true;
		this.position = this.end;
		pause();
		return skipped;
	}

	/**
	 * The last lines, if they were skipped, as far as they are still there.
	 * @return the lines
	 */
	List<String> lastSkipped() {
		return this.isSkipped ? text(this.chunk, 0, this.end).lines().toList() : List.of();
	}

	private int lineEnd() {
		int lineEnd = this.position;
		while (lineEnd < this.end && this.chunk[lineEnd] != '\n') {
			lineEnd++;
		}
		return lineEnd;
	}

	private boolean fill() throws IOException {
		int count = this.stderr.read(this.chunk);
		if (count < 0) {
			return false;
		}
		this.position = 0;
		this.end = count;
		return true;
	}

	private static void pause() {
		try {
			TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static String text(byte[] bytes, int start, int end) {
		return new String(bytes, start, end - start, StandardCharsets.UTF_8);
	}

}
