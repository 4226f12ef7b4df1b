package io.privsep.linux;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A child of the application whose standard input and error are descriptors of our
 * choice, put in place by posix_spawn(3) in the child alone.
 * <p>
 * Java can only hand on the application's own fd 0. To change that in a thread with its
 * own descriptor table (close_range(2)) is not enough: the thread in which Java waits for
 * the process is started by the one that starts the process, shares its table, and serves
 * other processes afterwards. It would keep what the application closes open, and a file
 * that is opened in {@link Process#onExit} would exist in no other thread.
 */
public final class ChildProcess extends Process {

	private static final int SIGKILL = 9;

	private static final int SIGTERM = 15;

	private final CompletableFuture<Integer> started = new CompletableFuture<>();

	private final CompletableFuture<Integer> ended = new CompletableFuture<>();

	private final Object reaping = new Object();

	private boolean reaped;

	private ChildProcess() {
	}

	/**
	 * Whether the C library has what is needed: glibc does since 2.34.
	 * @return whether it does
	 */
	public static boolean isPossible() {
		return Posix.LINUX && CFunction.exists("posix_spawn_file_actions_addclosefrom_np");
	}

	/**
	 * Starts a process in the directory {@code /}, which has no other descriptors than
	 * these and a standard output that goes nowhere.
	 * @param command the program and its arguments
	 * @param environment its whole environment
	 * @param input its standard input
	 * @param error its standard error
	 * @return the process
	 * @throws IOException if it cannot be started
	 */
	public static ChildProcess start(List<String> command, Map<String, String> environment, int input, int error)
			throws IOException {
		ChildProcess process = new ChildProcess();
		// It lives as long as the process: a sandbox ends with the thread that has
		// started it (PR_SET_PDEATHSIG in prctl(2)).
		Thread thread = new Thread(() -> process.run(command, environment, input, error), "privsep-child");
		thread.setDaemon(true);
		thread.start();
		try {
			// an interrupt does not shorten this: no process is left behind
			process.started.join();
			return process;
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof IOException cause) {
				throw new IOException("Cannot run program '" + command.get(0) + "': " + cause.getMessage(), cause);
			}
			throw ex;
		}
	}

	private void run(List<String> command, Map<String, String> environment, int input, int error) {
		int code = -1;
		try {
			// of this thread alone
			SessionKeyring.replace();
			int pid = Spawn.run(command, environment, input, error);
			this.started.complete(pid);
			Spawn.awaitEnd(pid);
			code = reap(pid);
		}
		catch (IOException | RuntimeException | Error ex) {
			this.started.completeExceptionally(ex);
		}
		finally {
			synchronized (this.reaping) {
				this.reaped = true;
			}
			this.ended.complete(code);
		}
	}

	private int reap(int pid) throws IOException {
		synchronized (this.reaping) {
			this.reaped = true;
			return Spawn.reap(pid);
		}
	}

	@Override
	public long pid() {
		return this.started.join();
	}

	// None where it is hidden (proc(5), hidepid), as one of sudo is, and where it was
	// reaped: its number may be that of any other then.
	@Override
	public Stream<ProcessHandle> descendants() {
		synchronized (this.reaping) {
			return this.reaped ? Stream.empty()
					: ProcessHandle.of(pid()).stream().flatMap(ProcessHandle::descendants).toList().stream();
		}
	}

	@Override
	public boolean isAlive() {
		return !this.ended.isDone();
	}

	@Override
	public int waitFor() throws InterruptedException {
		try {
			return this.ended.get();
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public boolean waitFor(long timeout, TimeUnit unit) throws InterruptedException {
		try {
			this.ended.get(timeout, unit);
			return true;
		}
		catch (TimeoutException ex) {
			return false;
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public int exitValue() {
		if (isAlive()) {
			throw new IllegalThreadStateException("process has not ended");
		}
		return this.ended.join();
	}

	@Override
	public CompletableFuture<Process> onExit() {
		return this.ended.thenApply((code) -> this);
	}

	@Override
	public void destroy() {
		signal(SIGTERM);
	}

	@Override
	public Process destroyForcibly() {
		signal(SIGKILL);
		return this;
	}

	// The number is the process's until it is reaped, and may be that of any other from
	// then on.
	private void signal(int signal) {
		synchronized (this.reaping) {
			if (!this.reaped) {
				Spawn.KILL.call((int) pid(), signal);
			}
		}
	}

	@Override
	public OutputStream getOutputStream() {
		return OutputStream.nullOutputStream();
	}

	@Override
	public InputStream getInputStream() {
		return InputStream.nullInputStream();
	}

	@Override
	public InputStream getErrorStream() {
		return InputStream.nullInputStream();
	}

}
