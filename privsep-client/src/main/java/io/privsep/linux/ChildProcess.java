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

import com.kenai.jffi.LastError;
import com.kenai.jffi.Type;

/**
 * A child of the application whose standard input and error are descriptors of our
 * choice, put in place by posix_spawn(3) in the child alone.
 * <p>
 * Java can only hand on the application's own fd 0. To change that in a thread with a
 * descriptor table of its own (close_range(2)) is not enough: the thread in which Java
 * waits for the process is started by the one that starts the process, shares its table,
 * and serves other processes afterwards. It would keep what the application closes open,
 * and a file that is opened in {@link Process#onExit} would exist in no other thread.
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
	 * @param words the program and its arguments
	 * @param environment its whole environment
	 * @param input its standard input
	 * @param error its standard error
	 * @return the process
	 * @throws IOException if it cannot be started
	 */
	public static ChildProcess start(List<String> words, Map<String, String> environment, int input, int error)
			throws IOException {
		ChildProcess process = new ChildProcess();
		// It lives as long as the process: a sandbox ends with the thread that has
		// started it (PR_SET_PDEATHSIG in prctl(2)).
		Thread thread = new Thread(() -> process.run(words, environment, input, error), "privsep-child");
		thread.setDaemon(true);
		thread.start();
		try {
			// an interrupt does not shorten this: no process is left behind
			process.started.join();
			return process;
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof IOException cause) {
				throw new IOException("Cannot run program '" + words.get(0) + "': " + cause.getMessage(), cause);
			}
			throw ex;
		}
	}

	private void run(List<String> words, Map<String, String> environment, int input, int error) {
		int code = -1;
		try {
			// of this thread alone
			SessionKeyring.replace();
			int pid = Spawn.run(words, environment, input, error);
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

	@Override
	public ProcessHandle toHandle() {
		// there is none of a process that is hidden (proc(5), hidepid), as one of sudo is
		return ProcessHandle.of(pid())
			.orElseThrow(() -> new UnsupportedOperationException("process " + pid() + " is hidden"));
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

	/**
	 * The functions of the C library, which not every system has.
	 */
	private static final class Spawn {

		private static final Type INT = CFunction.INT;

		private static final Type POINTER = CFunction.POINTER;

		/**
		 * More bytes than each of {@code posix_spawn_file_actions_t},
		 * {@code posix_spawnattr_t}, {@code sigset_t} and {@code siginfo_t} has.
		 */
		private static final int STRUCTURE = 1024;

		private static final int O_WRONLY = 1;

		private static final int EINTR = 4;

		private static final int P_PID = 1;

		private static final int WEXITED = 4;

		private static final int WNOWAIT = 0x01000000;

		private static final int SIGCHLD = 17;

		/** The number of the signal, in what waitpid(2) tells. */
		private static final int SIGNAL = 0x7f;

		private static final int POSIX_SPAWN_SETSIGMASK = 8;

		private static final CFunction SPAWN = new CFunction("posix_spawnp", INT, POINTER, POINTER, POINTER, POINTER,
				POINTER, POINTER);

		private static final CFunction INIT_ACTIONS = new CFunction("posix_spawn_file_actions_init", INT, POINTER);

		private static final CFunction DESTROY_ACTIONS = new CFunction("posix_spawn_file_actions_destroy", INT,
				POINTER);

		private static final CFunction DUP2 = new CFunction("posix_spawn_file_actions_adddup2", INT, POINTER, INT, INT);

		private static final CFunction OPEN = new CFunction("posix_spawn_file_actions_addopen", INT, POINTER, INT,
				POINTER, INT, INT);

		private static final CFunction CLOSE_FROM = new CFunction("posix_spawn_file_actions_addclosefrom_np", INT,
				POINTER, INT);

		private static final CFunction CHDIR = new CFunction("posix_spawn_file_actions_addchdir_np", INT, POINTER,
				POINTER);

		private static final CFunction INIT_ATTRIBUTES = new CFunction("posix_spawnattr_init", INT, POINTER);

		private static final CFunction SET_MASK = new CFunction("posix_spawnattr_setsigmask", INT, POINTER, POINTER);

		private static final CFunction SET_FLAGS = new CFunction("posix_spawnattr_setflags", INT, POINTER, INT);

		static final CFunction KILL = new CFunction("kill", INT, INT, INT);

		private static final CFunction WAITID = new CFunction("waitid", INT, INT, INT, POINTER, INT);

		private static final CFunction WAITPID = new CFunction("waitpid", INT, INT, POINTER, INT);

		static {
			// where it is ignored no child can be waited for; Java does the same
			new CFunction("signal", POINTER, INT, POINTER).address(SIGCHLD, 0L);
		}

		private Spawn() {
		}

		static int run(List<String> words, Map<String, String> environment, int input, int error) throws IOException {
			try (CMemory memory = new CMemory()) {
				long actions = memory.allocate(STRUCTURE);
				check(INIT_ACTIONS.call(actions));
				check(DUP2.call(actions, input, 0));
				check(OPEN.call(actions, 1, memory.string("/dev/null"), O_WRONLY, 0));
				check(DUP2.call(actions, error, 2));
				check(CLOSE_FROM.call(actions, 3));
				check(CHDIR.call(actions, memory.string("/")));
				long attributes = memory.allocate(STRUCTURE);
				check(INIT_ATTRIBUTES.call(attributes));
				// this thread blocks signals that are the JVM's affair
				check(SET_MASK.call(attributes, memory.allocate(STRUCTURE)));
				check(SET_FLAGS.call(attributes, POSIX_SPAWN_SETSIGMASK));
				long pid = memory.allocate(Integer.BYTES);
				List<String> variables = environment.entrySet()
					.stream()
					.map((variable) -> variable.getKey() + "=" + variable.getValue())
					.toList();
				int failure = SPAWN.call(pid, memory.string(words.get(0)), actions, attributes, memory.strings(words),
						memory.strings(variables));
				DESTROY_ACTIONS.call(actions);
				check(failure);
				return CMemory.getInt(pid);
			}
		}

		// Leaves it a process that has ended, with its number.
		static void awaitEnd(int pid) throws IOException {
			try (CMemory memory = new CMemory()) {
				long information = memory.allocate(STRUCTURE);
				while (WAITID.call(P_PID, pid, information, WEXITED | WNOWAIT) < 0) {
					requireInterrupted(pid);
				}
			}
		}

		static int reap(int pid) throws IOException {
			try (CMemory memory = new CMemory()) {
				long status = memory.allocate(Integer.BYTES);
				while (WAITPID.call(pid, status, 0) < 0) {
					requireInterrupted(pid);
				}
				int value = CMemory.getInt(status);
				int signal = value & SIGNAL;
				return (signal != 0) ? 128 + signal : value >> 8 & 0xff;
			}
		}

		private static void requireInterrupted(int pid) throws IOException {
			if (LastError.getInstance().get() != EINTR) {
				throw new IOException("something else has waited for process " + pid);
			}
		}

		// these functions return what others put into errno
		private static void check(int error) throws IOException {
			if (error != 0) {
				throw new IOException(CFunction.description(error));
			}
		}

	}

}
