package io.privsep.launch;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.privsep.connection.SocketTransport;
import io.privsep.connection.Transport;

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

	private final SocketChannel connection;

	private final @Nullable Process process;

	private final @Nullable HelperLog log;

	/** {@code null} if it has no sandbox. */
	private final @Nullable SandboxMounts mounts;

	private final Supplier<HelperEnd> end;

	private volatile boolean isKilled;

	/**
	 * Makes a helper that something else has started, and that logs by itself.
	 * @param connection the application's end of the connection
	 * @param end what to say of its end
	 */
	public HelperProcess(SocketChannel connection, String end) {
		this(connection, null, null, null, () -> HelperEnd.unknown(end));
	}

	/**
	 * Makes a helper.
	 * @param connection the application's end of the connection
	 * @param process its process; {@code null} if that is no child of the application
	 * @param log takes what the helper logs; {@code null} if it does so itself
	 * @param mounts what its sandbox has mounted; {@code null} if it has none
	 * @param end what to say of its end where it is no child
	 */
	HelperProcess(SocketChannel connection, @Nullable Process process, @Nullable HelperLog log,
			@Nullable SandboxMounts mounts, Supplier<HelperEnd> end) {
		this.connection = connection;
		this.process = process;
		this.log = log;
		this.mounts = mounts;
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

	@Override
	public boolean hasMounts() {
		return this.mounts != null && this.mounts.hasPaths();
	}

	@Override
	public boolean isOutdated(Supplier<@Nullable String> obstacle) {
		return this.mounts != null && this.mounts.isOutdated(obstacle);
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
				if (this.mounts != null) {
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
