package io.privsep.helper.audit;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

import io.privsep.definition.AuditPlace;
import io.privsep.definition.HelperDefinition;
import io.privsep.function.PrivilegedFunction;
import io.privsep.helper.check.RefusalException;
import io.privsep.wire.FrameBody;

/**
 * An audit that writes each call twice: before its function runs, and when it has ended.
 * <p>
 * What cannot be audited does not run. So neither a full disk, nor a helper that is
 * driven out of memory, nor a connection that is closed half-way hides a call; and a
 * flood of calls, which could bury one, is slowed down to what is still read.
 */
public final class AuditLog extends Audit {

	/** So many calls a second, once a burst is used up; further ones wait. */
	static final int PER_SECOND = 1000;

	static final int BURST = 10_000;

	private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1) / PER_SECOND;

	private final OutputStream out;

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

	/**
	 * Makes a log.
	 * @param out takes the lines
	 * @param line formats them
	 */
	public AuditLog(OutputStream out, AuditLine line) {
		this.out = out;
		this.line = line;
	}

	static Audit write(HelperDefinition definition, PrintStream standardError) throws RefusalException {
		try {
			OutputStream out = (definition.logging().audit() instanceof AuditPlace.File file)
					? new AuditFile(file.path(),
							(definition.rights() != null) ? definition.rights().uid() : AuditFile.ANYONE)
					: new AuditStream(standardError);
			return new AuditLog(out, new AuditLine(definition.context(), definition.clientUid(), Clock.systemUTC()));
		}
		catch (IOException ex) {
			throw new RefusalException("Context '" + definition.context() + "': its audit cannot be written: " + ex
					+ "; refusing to serve");
		}
	}

	@Override
	public byte @Nullable [] digest(FrameBody arguments) {
		return AuditLine.digest(arguments);
	}

	@Override
	public @Nullable AuditedCall begin(PrivilegedFunction function, @Nullable String principal,
			byte @Nullable [] digest, @Nullable Object[] arguments) throws IOException {
		AuditedCall call = new AuditedCall(next(),
				this.line.arguments(function, principal, Objects.requireNonNull(digest), arguments), System.nanoTime());
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

	@Override
	public void ended(@Nullable AuditedCall call, @Nullable Throwable thrown) {
		// the first one to take it out has the say
		if (call != null && this.unfinished.remove(call)) {
			writeAnyway(this.line.ended(call, thrown));
		}
	}

	@Override
	public void refused(@Nullable AuditedCall call, String reason) {
		if (call != null && this.unfinished.remove(call)) {
			writeAnyway(this.line.refused(call, reason));
		}
	}

	@Override
	public void refused(int function, String reason) {
		try {
			writeAnyway(this.line.refused(next(), function, reason));
		}
		catch (IOException ex) {
			// the helper is ending
		}
	}

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

	@Override
	public Duration unfinishedFor() {
		long since = this.writingSince;
		return (since != 0) ? Duration.ofNanos(Math.max(0, System.nanoTime() - since)) : Duration.ZERO;
	}

	private void write(byte[] bytes) throws IOException {
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

	// That the call began is audited; whoever reads it sees that its end is not.
	private void writeAnyway(byte[] bytes) {
		try {
			write(bytes);
		}
		catch (IOException ex) {
			// the next line tells
		}
	}

}
