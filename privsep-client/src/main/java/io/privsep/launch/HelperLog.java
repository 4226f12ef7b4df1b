package io.privsep.launch;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.privsep.launch.ConnectionLines.LeftOut;
import io.privsep.wire.LogLine;

/**
 * Brings what a helper writes to its standard error into the application's log: events
 * under their own loggers where these are {@linkplain OwnLoggers the context's own},
 * anything else under {@code io.privsep.helper.<context>}, and what is no event once the
 * helper is ready. All is logged by a thread that has the name of the context.
 * <p>
 * A helper gone bad may write anything, and any amount of it. No more is logged, or
 * looked at, than {@link LogRate} lets through; how much was left out is logged in its
 * place. The rest is read all the same, so that a helper does not wait for the
 * application's log; but a flood is read {@linkplain ErrorLines no faster than a bound}.
 */
final class HelperLog {

	private static final int TAIL_LINES = 30;

	private static final int MAX_TAIL_LINE = 1000;

	private static final int MAX_RAW_LINE = LogRate.LINE_LENGTH;

	private static final long END_MILLIS = 2000;

	private static final Duration REPORT_INTERVAL = Duration.ofSeconds(10);

	private final HelperEvents events;

	private final Logger raw;

	private final Deque<String> stderrTail = new ArrayDeque<>();

	private final LongSupplier nanoTime;

	private final LogRate rate;

	private boolean ready;

	private long leftOut;

	private long leftOutSince;

	private long flood;

	private long maxFlood = Long.MAX_VALUE;

	private Runnable onFlood = () -> {
	};

	/** {@code null} where the lines come over the connection. */
	private final @Nullable InputStream stderr;

	private final ConnectionLines lines = new ConnectionLines();

	private final Thread thread;

	private HelperLog(OwnLoggers own, @Nullable InputStream stderr, LongSupplier nanoTime) {
		String context = own.context();
		this.events = new HelperEvents(own);
		this.nanoTime = nanoTime;
		this.rate = new LogRate(nanoTime.getAsLong());
		this.raw = LoggerFactory.getLogger(own.raw());
		this.stderr = stderr;
		this.thread = new Thread(this::run, "privsep-" + context + "-log");
		this.thread.setDaemon(true);
	}

	static HelperLog start(OwnLoggers own, InputStream stderr) {
		return start(own, stderr, System::nanoTime, false);
	}

	static HelperLog start(OwnLoggers own, InputStream stderr, LongSupplier nanoTime, boolean ready) {
		HelperLog log = new HelperLog(own, stderr, nanoTime);
		log.ready = ready;
		log.thread.start();
		return log;
	}

	/**
	 * Makes a log for lines that come over the connection.
	 * @param own the loggers that the helper may name
	 * @return the log
	 */
	static HelperLog ofConnection(OwnLoggers own) {
		HelperLog log = new HelperLog(own, null, System::nanoTime);
		log.thread.start();
		return log;
	}

	/**
	 * Sets what is done about a helper that keeps writing more than is logged.
	 * @param bytes how many bytes are left out before, without a pause of it
	 * @param onFlood what is done
	 */
	synchronized void onFlood(long bytes, Runnable onFlood) {
		this.maxFlood = bytes;
		this.onFlood = onFlood;
	}

	/**
	 * Takes a line that has come over the connection, and does not wait until it is
	 * logged.
	 * @param line the line
	 */
	void take(String line) {
		this.lines.add(line);
	}

	List<String> stderrTail() {
		synchronized (this.stderrTail) {
			return List.copyOf(this.stderrTail);
		}
	}

	/**
	 * Ends the log of a helper that has ended, or has been given up: what it has said is
	 * read, and not what comes from another process to which it has left its standard
	 * error.
	 */
	void end() {
		this.lines.end();
		awaitEnd();
		try {
			// which ends the thread, if it still reads
			if (this.stderr != null) {
				this.stderr.close();
			}
		}
		catch (IOException ex) {
			this.raw.debug("The standard error of the helper cannot be closed", ex);
		}
	}

	/**
	 * Waits a moment for the end of what the helper says.
	 * @return whether it has come
	 */
	boolean awaitEnd() {
		long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(END_MILLIS);
		boolean interrupted = false;
		while (this.thread.isAlive() && System.nanoTime() - deadline < 0) {
			try {
				this.thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
			}
			catch (InterruptedException ex) {
				// does not shorten it: the last lines of the helper would be lost
				interrupted = true;
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
		return !this.thread.isAlive();
	}

	private void run() {
		if (this.stderr != null) {
			read(this.stderr);
		}
		else {
			takeLines();
		}
		if (this.leftOut > 0) {
			reportLeftOut();
		}
	}

	private void read(InputStream stderr) {
		try (stderr) {
			ErrorLines errors = new ErrorLines(stderr);
			while (errors.await()) {
				// looked at when there is something, which may be after a long pause
				if (isTooMuch()) {
					leaveOut(errors.skip());
				}
				else if (errors.isInSkippedLine()) {
					leaveOut(errors.skipLine());
				}
				else {
					String line = errors.next();
					if (line != null) {
						accept(line);
					}
				}
			}
			errors.lastSkipped().forEach(this::remember);
		}
		catch (IOException ex) {
			this.raw.debug("The standard error of the helper cannot be read any more", ex);
		}
	}

	private synchronized boolean isTooMuch() {
		return !this.rate.allows(this.nanoTime.getAsLong());
	}

	private void takeLines() {
		try {
			String line;
			while ((line = this.lines.take()) != null) {
				accept(line);
				leaveOut(this.lines.takeLeftOut());
			}
			leaveOut(this.lines.takeLeftOut());
		}
		catch (InterruptedException ex) {
			this.raw.debug("The log of the helper was interrupted", ex);
		}
	}

	synchronized void accept(String line) {
		long now = this.nanoTime.getAsLong();
		if (this.leftOut > 0 && now - this.leftOutSince >= REPORT_INTERVAL.toNanos()) {
			reportLeftOut();
		}
		if (this.rate.isRested(now)) {
			this.flood = 0;
		}
		boolean logged = this.rate.take(now, line.length());
		if (!logged) {
			leaveOut(new LeftOut(1, line.length()));
		}
		LogLine event = logged ? LogLine.parse(line) : null;
		if (event != null && this.events.log(event)) {
			return;
		}
		remember(line);
		if (logged && this.ready) {
			this.raw.info("{}", LogLine.printable(cut(line, MAX_RAW_LINE)));
		}
	}

	synchronized void ready() {
		this.ready = true;
		stderrTail().forEach((line) -> this.raw.info("{}", line));
	}

	private synchronized void leaveOut(LeftOut more) {
		if (more.lines() > 0 && this.leftOut == 0) {
			this.leftOutSince = this.nanoTime.getAsLong();
		}
		this.leftOut += more.lines();
		this.flood += more.bytes();
		if (this.flood > this.maxFlood) {
			this.flood = 0;
			this.onFlood.run();
		}
	}

	private void reportLeftOut() {
		this.raw.warn("{} lines of the helper are left out, as it writes more than {} a second", this.leftOut,
				LogRate.PER_SECOND);
		this.leftOut = 0;
	}

	private void remember(String line) {
		synchronized (this.stderrTail) {
			if (this.stderrTail.size() == TAIL_LINES) {
				this.stderrTail.removeFirst();
			}
			this.stderrTail.addLast(LogLine.printable(cut(line, MAX_TAIL_LINE)));
		}
	}

	private static String cut(String text, int maxLength) {
		return (text.length() > maxLength) ? text.substring(0, maxLength) + "..." : text;
	}

}
