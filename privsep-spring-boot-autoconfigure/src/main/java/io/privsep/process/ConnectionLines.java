package io.privsep.process;

import java.util.ArrayDeque;
import java.util.Deque;

import org.jspecify.annotations.Nullable;

/**
 * Lines that a helper has logged by way of the connection, until they are logged here.
 * Who reads the connection is a caller, and never waits for the application's log: when
 * there are too many of them, further ones are left out.
 */
final class ConnectionLines {

	private static final int MAX_CHARACTERS = 1 << 22;

	/** An empty line takes memory, too. */
	private static final int OVERHEAD = 64;

	private final Deque<String> lines = new ArrayDeque<>();

	private int characters;

	private long leftOut;

	private boolean ended;

	synchronized void add(String line) {
		if (this.ended || this.characters + OVERHEAD + line.length() > MAX_CHARACTERS) {
			this.leftOut++;
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
	 * How many lines were left out since this was asked for the last time.
	 * @return their number
	 */
	synchronized long takeLeftOut() {
		long count = this.leftOut;
		this.leftOut = 0;
		return count;
	}

	/**
	 * Takes no more lines. Those that are there can still be taken.
	 */
	synchronized void end() {
		this.ended = true;
		notifyAll();
	}

}
