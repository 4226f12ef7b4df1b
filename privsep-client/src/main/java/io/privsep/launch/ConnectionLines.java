package io.privsep.launch;

import java.util.ArrayDeque;
import java.util.Deque;

import org.jspecify.annotations.Nullable;

/**
 * Lines that a helper has logged over the connection, until they are logged here. Who
 * reads the connection is a caller, and never waits for the application's log: when there
 * are too many of them, further ones are left out.
 */
final class ConnectionLines {

	private static final int MAX_CHARACTERS = 1 << 22;

	/** An empty line takes memory, too. */
	private static final int OVERHEAD = 64;

	private final Deque<String> lines = new ArrayDeque<>();

	private int characters;

	private long leftOut;

	private long leftOutBytes;

	private boolean ended;

	synchronized void add(String line) {
		if (this.ended || this.characters + OVERHEAD + line.length() > MAX_CHARACTERS) {
			this.leftOut++;
			this.leftOutBytes += OVERHEAD + line.length();
			return;
		}
		this.characters += OVERHEAD + line.length();
		this.lines.addLast(line);
		notifyAll();
	}

	/**
	 * Takes a line, and waits for one.
	 * @return the next line; {@code null} after the last one
	 * @throws InterruptedException if the thread is interrupted
	 */
	synchronized @Nullable String take() throws InterruptedException {
		while (this.lines.isEmpty() && !this.ended) {
			wait();
		}
		String line = this.lines.pollFirst();
		if (line != null) {
			this.characters -= OVERHEAD + line.length();
		}
		return line;
	}

	/**
	 * What was left out since this was asked for the last time.
	 * @return how much
	 */
	synchronized LeftOut takeLeftOut() {
		LeftOut taken = new LeftOut(this.leftOut, this.leftOutBytes);
		this.leftOut = 0;
		this.leftOutBytes = 0;
		return taken;
	}

	/**
	 * Takes no more lines. Those that are there can still be taken.
	 */
	synchronized void end() {
		this.ended = true;
		notifyAll();
	}

	/**
	 * What was left out.
	 *
	 * @param lines how many lines
	 * @param bytes how many bytes they had, or about as many
	 */
	record LeftOut(long lines, long bytes) {
	}

}
