package io.privsep.helper.audit;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

import io.privsep.definition.HelperDefinition;
import io.privsep.function.PrivilegedFunction;
import io.privsep.helper.check.RefusalException;
import io.privsep.wire.FrameBody;

/**
 * Writes down each call, out of the application's reach: once before its function runs,
 * and once when it has ended.
 * <p>
 * What cannot be written down does not run. So neither a full disk, nor a helper that is
 * driven out of memory, nor a connection that is closed half-way hides a call; and a
 * flood of calls, which could bury one, is slowed down to what is still read.
 */
public final class Audit implements AutoCloseable {

	/** So many calls a second, once a burst is used up; further ones wait. */
	static final int PER_SECOND = 1000;

	static final int BURST = 10_000;

	private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1) / PER_SECOND;

	private final @Nullable OutputStream out;

	private final AuditLine line;

	private final Set<AuditedCall> unfinished = ConcurrentHashMap.newKeySet();

	private long sequence;

	/** When the burst will be whole again, by {@link System#nanoTime}. */
	private long whole = System.nanoTime();

	private boolean closed;

	/** How many lines could not be written since the last one that could. */
	private int lost;

	/** Since when a line is being written; zero if none is. */
	private volatile long writingSince;

	public Audit(@Nullable OutputStream out, AuditLine line) {
		this.out = out;
		this.line = line;
	}

	/**
	 * Opens the audit of a helper.
	 * @param definition says where it is, if there is one
	 * @param standardError that of the process, which the application may not get to see
	 * @return the audit
	 * @throws RefusalException if it cannot be opened
	 */
	public static Audit open(HelperDefinition definition, PrintStream standardError) throws RefusalException {
		try {
			OutputStream out = switch (definition.audit()) {
				case HelperDefinition.NO_AUDIT -> null;
				case HelperDefinition.AUDIT_STDERR -> new AuditStream(standardError);
				default -> new AuditFile(Path.of(definition.audit()),
						(definition.rights() != null) ? definition.rights().uid() : AuditFile.ANYONE);
			};
			return new Audit(out, new AuditLine(definition.context(), definition.clientUid(), Clock.systemUTC()));
		}
		catch (IOException ex) {
			throw new RefusalException("Context '" + definition.context() + "': its audit cannot be written: " + ex
					+ "; refusing to serve");
		}
	}

	/**
	 * An audit that is off.
	 * @return the audit
	 */
	public static Audit off() {
		return new Audit(null, new AuditLine("", -1, Clock.systemUTC()));
	}

	/**
	 * What the audit will have of the arguments that it is not to show.
	 * @param arguments the arguments as they came
	 * @return their digest, or {@code null} if the audit is off
	 */
	public byte @Nullable [] digest(FrameBody arguments) {
		return (this.out != null) ? AuditLine.digest(arguments) : null;
	}

	/**
	 * Writes down that a function is about to run.
	 * @param function the function
	 * @param digest the digest of its arguments, or {@code null} if the audit is off
	 * @param arguments its arguments
	 * @return the call, for {@link #ended}; {@code null} if the audit is off
	 * @throws IOException if it cannot be written down, so that it must not run
	 */
	public @Nullable AuditedCall begin(PrivilegedFunction function, byte @Nullable [] digest,
			@Nullable Object[] arguments) throws IOException {
		if (digest == null) {
			return null;
		}
		AuditedCall call = new AuditedCall(next(), this.line.arguments(function, digest, arguments), System.nanoTime());
		write(this.line.started(call));
		add(call);
		return call;
	}

	private synchronized void add(AuditedCall call) throws IOException {
		if (this.closed) {
			throw new IOException("the helper is ending");
		}
		this.unfinished.add(call);
	}

	/**
	 * Writes down that a function has ended.
	 * @param call the call, {@code null} if the audit is off
	 * @param thrown what the function threw, {@code null} if it returned
	 */
	public void ended(@Nullable AuditedCall call, @Nullable Throwable thrown) {
		// the first one to take it out has the say
		if (call != null && this.unfinished.remove(call)) {
			writeAnyway(this.line.ended(call, thrown));
		}
	}

	/**
	 * Writes down that a function was not run after all.
	 * @param call the call, {@code null} if the audit is off
	 * @param reason why
	 */
	public void refused(@Nullable AuditedCall call, String reason) {
		if (call != null && this.unfinished.remove(call)) {
			writeAnyway(this.line.refused(call, reason));
		}
	}

	/**
	 * Writes down that a call was refused before it was known what it is.
	 * @param function number of the function, from the wire
	 * @param reason why
	 */
	public void refused(int function, String reason) {
		if (this.out != null) {
			try {
				writeAnyway(this.line.refused(next(), function, reason));
			}
			catch (IOException ex) {
				// the helper is ending
			}
		}
	}

	/**
	 * Writes down the calls that have not ended, and lets no more begin.
	 */
	@Override
	public void close() {
		synchronized (this) {
			this.closed = true;
		}
		for (AuditedCall call : this.unfinished) {
			if (this.unfinished.remove(call)) {
				writeAnyway(this.line.unfinished(call));
			}
		}
	}

	private long next() throws IOException {
		long number;
		long left;
		synchronized (this) {
			if (this.closed) {
				throw new IOException("the helper is ending");
			}
			long now = System.nanoTime();
			this.whole = Math.max(this.whole - now, 0) + now + INTERVAL_NANOS;
			left = this.whole - now - BURST * INTERVAL_NANOS;
			number = ++this.sequence;
		}
		long end = System.nanoTime() + left;
		while (left > 0) {
			LockSupport.parkNanos(left);
			left = end - System.nanoTime();
		}
		return number;
	}

	/**
	 * How long the line that is being written now has taken. May be called by any thread.
	 * @return the time, zero if none is
	 */
	public Duration unfinishedFor() {
		long since = this.writingSince;
		return (since != 0) ? Duration.ofNanos(Math.max(0, System.nanoTime() - since)) : Duration.ZERO;
	}

	private void write(byte[] bytes) throws IOException {
		if (this.out == null) {
			return;
		}
		synchronized (this.out) {
			this.writingSince = System.nanoTime() | 1;
			boolean written = false;
			try {
				byte[] all = (this.lost == 0) ? bytes : AuditLine.withLost(bytes, this.lost);
				this.out.write(all, 0, all.length);
				this.lost = 0;
				written = true;
			}
			finally {
				this.writingSince = 0;
				if (!written) {
					this.lost++;
				}
			}
		}
	}

	// That the call began is written down; whoever reads it sees that its end is not.
	private void writeAnyway(byte[] bytes) {
		try {
			write(bytes);
		}
		catch (IOException ex) {
			// the next line tells
		}
	}

}
