package io.privsep.launch;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.privsep.sandbox.MountedPaths;

/**
 * A helper that was started.
 */
public final class HelperProcess {

	private static final long END_MILLIS = 2000;

	/** In bytes; as fast as they are read, it takes ten seconds to write them. */
	private static final long MAX_FLOOD = 1 << 26;

	private static final Logger logger = LoggerFactory.getLogger(HelperProcess.class);

	private final SocketChannel connection;

	private final @Nullable Process process;

	private final @Nullable HelperLog log;

	private final HelperEnd end;

	private volatile boolean isKilled;

	private volatile String context = "";

	private volatile MountedPaths mounted = MountedPaths.NONE;

	public HelperProcess(SocketChannel connection, @Nullable Process process, @Nullable HelperLog log) {
		this(connection, process, log, "not started");
	}

	/**
	 * Makes a helper that something else has started.
	 * @param connection the application's end of the connection
	 * @param log takes what the helper logs; {@code null} if it does so itself
	 * @param end what to say of its end
	 */
	public HelperProcess(SocketChannel connection, @Nullable HelperLog log, String end) {
		this(connection, null, log, end);
	}

	private HelperProcess(SocketChannel connection, @Nullable Process process, @Nullable HelperLog log, String end) {
		this.connection = connection;
		this.process = process;
		this.log = log;
		this.end = HelperEnd.unknown(end);
	}

	/**
	 * The application's end of the connection.
	 * @return the channel
	 */
	public SocketChannel connection() {
		return this.connection;
	}

	/**
	 * The process id of the helper, as the application's system knows it.
	 * @param own its process id, as it knows it itself
	 * @param isSandboxed whether it has process ids of its own
	 * @return the process id; -1 if something else has started it, whose children are not
	 * known
	 */
	public long pid(long own, boolean isSandboxed) {
		if (!isSandboxed) {
			return own;
		}
		if (this.process == null) {
			return -1;
		}
		// of one that the system hides (hidepid in proc(5)), the children are hidden, too
		ProcessHandle last = ProcessHandle.of(this.process.pid()).orElse(null);
		if (last == null) {
			return -1;
		}
		while (true) {
			List<ProcessHandle> children = last.children().toList();
			if (children.size() != 1) {
				return last.pid();
			}
			last = children.get(0);
		}
	}

	/**
	 * Sets the loggers that the helper may name, before it runs anything that logs.
	 * @param own the loggers
	 */
	void setOwnLoggers(OwnLoggers own) {
		if (this.log != null) {
			this.log.setOwn(own);
		}
	}

	/**
	 * Sets what it has mounted.
	 * @param context name of its context, for what is logged
	 * @param mounted the paths of its sandbox
	 */
	void setMounted(String context, MountedPaths mounted) {
		this.context = context;
		this.mounted = mounted;
	}

	/**
	 * Whether another helper is to take over, as it would find something else at a path
	 * of the sandbox. That is logged.
	 * @param obstacle why there can be no other helper; {@code null} if there can
	 * @return whether it is
	 */
	public boolean isOutdated(Supplier<@Nullable String> obstacle) {
		Path replaced = this.mounted.replaced();
		if (replaced == null) {
			return false;
		}
		this.mounted = MountedPaths.NONE;
		String why = obstacle.get();
		if (why != null) {
			logger
				.warn("Context '{}': '{}' was deleted or renamed, and made again. The helper still has the old one, and"
						+ " cannot be replaced, as {}", this.context, replaced, why);
			return false;
		}
		logger
			.info("Context '{}': '{}' was deleted or renamed, and made again. The next helper takes over, which has the"
					+ " new one", this.context, replaced);
		return true;
	}

	/**
	 * Logs a line that the helper has sent by way of the connection.
	 * @param line the line
	 */
	public void log(String line) {
		if (this.log != null) {
			this.log.take(line);
		}
	}

	/**
	 * Sets what is done about a helper that does not stop writing more than is logged.
	 * @param onFlood what is done
	 */
	public void onFlood(Runnable onFlood) {
		if (this.log != null) {
			this.log.onFlood(MAX_FLOOD, onFlood);
		}
	}

	/**
	 * Notes that the helper is ready: what it has said on its standard error is logged
	 * from now on, and what it has said before. Of one that does not become ready these
	 * are the {@linkplain #lastWords last words}, which are not logged at each of its
	 * starts.
	 */
	public void ready() {
		if (this.log != null) {
			this.log.ready();
		}
	}

	/**
	 * What the helper said last on its standard error, apart from log events.
	 * @return the last lines
	 */
	public List<String> lastWords() {
		return (this.log != null) ? this.log.lastWords() : List.of();
	}

	/**
	 * Ends the helper and waits for its end. It ends by itself when its connection is
	 * closed; a signal is for one that does not, where this application may send one.
	 * @return how it ended
	 */
	public HelperEnd end() {
		try {
			this.connection.close();
		}
		catch (IOException ex) {
			// closed all the same
		}
		if (this.process == null) {
			if (this.log != null) {
				this.log.end();
			}
			return this.end;
		}
		boolean ended = awaitEnd(this.process);
		if (!ended) {
			kill();
			ended = awaitEnd(this.process);
		}
		if (this.log != null) {
			this.log.end();
		}
		if (!ended) {
			return HelperEnd.unknown("still running as process " + this.process.pid());
		}
		return HelperEnd.of(this.process.exitValue(), this.isKilled);
	}

	/**
	 * Kills the helper, where this application may, and waits for nothing: for one whose
	 * connection cannot be closed.
	 */
	public void kill() {
		if (this.process != null) {
			this.isKilled = true;
			this.process.destroyForcibly();
		}
	}

	/**
	 * Whether the process is known to run: one that has not ended though it had to.
	 * @return whether it does; not where something else has started it
	 */
	public boolean isRunning() {
		return this.process != null && this.process.isAlive();
	}

	// An interrupt does not shorten the wait: no process is left behind.
	private static boolean awaitEnd(Process process) {
		long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(END_MILLIS);
		boolean interrupted = false;
		try {
			while (true) {
				try {
					return process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

}
