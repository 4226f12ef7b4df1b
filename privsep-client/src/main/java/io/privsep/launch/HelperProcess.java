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

import io.privsep.connection.SocketTransport;
import io.privsep.connection.Transport;
import io.privsep.definition.Sandbox;
import io.privsep.sandbox.MountedPaths;
import io.privsep.sandbox.MountedPaths.Change;

/**
 * A helper that was started as a process, or, in mode {@code in-process}, as a thread.
 */
public final class HelperProcess implements LaunchedHelper {

	private static final long END_MILLIS = 2000;

	/** How long a sandbox may take to end once what runs in it was killed. */
	private static final long LEAVES_MILLIS = 500;

	private static final long LOOK_MILLIS = 10;

	/** In bytes; as fast as they are read, it takes ten seconds to write them. */
	private static final long MAX_FLOOD = 1 << 26;

	private static final Logger logger = LoggerFactory.getLogger(HelperProcess.class);

	private final SocketChannel connection;

	private final @Nullable Process process;

	private final @Nullable HelperLog log;

	private final Supplier<HelperEnd> end;

	private volatile boolean isKilled;

	private volatile String context = "";

	private volatile boolean isSandboxed;

	private volatile MountedPaths mounted = MountedPaths.NONE;

	private volatile boolean isOutdated;

	public HelperProcess(SocketChannel connection, @Nullable Process process, @Nullable HelperLog log) {
		this(connection, process, log, () -> HelperEnd.unknown("not started"));
	}

	/**
	 * Makes a helper that something else has started.
	 * @param connection the application's end of the connection
	 * @param log takes what the helper logs; {@code null} if it does so itself
	 * @param end what to say of its end
	 */
	public HelperProcess(SocketChannel connection, @Nullable HelperLog log, String end) {
		this(connection, null, log, () -> HelperEnd.unknown(end));
	}

	HelperProcess(SocketChannel connection, @Nullable Process process, @Nullable HelperLog log,
			Supplier<HelperEnd> end) {
		this.connection = connection;
		this.process = process;
		this.log = log;
		this.end = end;
	}

	/**
	 * The application's end of the connection.
	 * @return the channel
	 */
	public SocketChannel connection() {
		return this.connection;
	}

	@Override
	public Transport open() throws IOException {
		return new SocketTransport(this.connection);
	}

	@Override
	public long pid(long own, boolean isSandboxed) {
		if (this.process == null) {
			return isSandboxed ? -1 : own;
		}
		if (!isSandboxed && own == this.process.pid()) {
			return own;
		}
		// of one that the system hides (hidepid in proc(5)), the children are hidden, too
		ProcessHandle last = ProcessHandle.of(this.process.pid()).orElse(null);
		if (last == null) {
			return isSandboxed ? -1 : own;
		}
		if (!isSandboxed) {
			return last.descendants().anyMatch((child) -> child.pid() == own) ? own : -1;
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
	 * Sets what confines it.
	 * @param context name of its context, for what is logged
	 * @param sandbox its sandbox; {@code null} if it has none
	 * @param mounted the paths of the sandbox
	 */
	void setSandbox(String context, @Nullable Sandbox sandbox, MountedPaths mounted) {
		this.context = context;
		this.isSandboxed = sandbox != null;
		this.mounted = mounted;
	}

	@Override
	public boolean isOutdated(Supplier<@Nullable String> obstacle) {
		if (this.isOutdated || this.mounted.change() == null) {
			return this.isOutdated;
		}
		return findOutdated(obstacle);
	}

	// Another caller may ask at the same time, and must not get this helper either.
	private synchronized boolean findOutdated(Supplier<@Nullable String> obstacle) {
		Change change = this.mounted.change();
		while (change != null && change.isOfLink()) {
			this.mounted = this.mounted.withoutLink(change);
			logger.warn(
					"Context '{}': '{}' leads to '{}' now, by a link. The helper still has '{}', and none follows the"
							+ " link: restart the application or, if the helper is installed, run 'install' again",
					this.context, change.path(), change.now(), change.before());
			change = this.mounted.change();
		}
		if (change == null) {
			return this.isOutdated;
		}
		Path replaced = change.path();
		String why = obstacle.get();
		this.isOutdated = why == null;
		this.mounted = MountedPaths.NONE;
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

	@Override
	public void log(String line) {
		if (this.log != null) {
			this.log.take(line);
		}
	}

	@Override
	public void onFlood(Runnable onFlood) {
		if (this.log != null) {
			this.log.onFlood(MAX_FLOOD, onFlood);
		}
	}

	@Override
	public void ready() {
		if (this.log != null) {
			this.log.ready();
		}
	}

	@Override
	public List<String> stderrTail() {
		return (this.log != null) ? this.log.stderrTail() : List.of();
	}

	@Override
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
			return this.end.get();
		}
		boolean ended = awaitEnd(this.process, END_MILLIS);
		if (!ended) {
			kill();
			ended = awaitEnd(this.process, END_MILLIS);
		}
		if (this.log != null) {
			this.log.end();
		}
		if (!ended) {
			return HelperEnd.unknown("still running as process " + this.process.pid());
		}
		return HelperEnd.of(this.process.exitValue(), this.isKilled);
	}

	@Override
	public void kill() {
		if (this.process != null) {
			this.isKilled = true;
			try {
				if (this.isSandboxed) {
					killLeaves(this.process);
				}
			}
			finally {
				this.process.destroyForcibly();
			}
		}
	}

	// Children of what is killed become those of process 1. Where that is the
	// application, it does not wait for them, and they would stay as zombies: so they are
	// killed first.
	private static void killLeaves(Process process) {
		long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LEAVES_MILLIS);
		while (!awaitEnd(process, LOOK_MILLIS) && System.nanoTime() < deadline) {
			process.descendants()
				.filter((each) -> each.children().findAny().isEmpty())
				.forEach(ProcessHandle::destroyForcibly);
		}
	}

	@Override
	public boolean isRunning() {
		return this.process != null && this.process.isAlive();
	}

	// An interrupt does not shorten the wait: no process is left behind.
	private static boolean awaitEnd(Process process, long millis) {
		long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
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
