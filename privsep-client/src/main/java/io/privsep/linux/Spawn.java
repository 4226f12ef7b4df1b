package io.privsep.linux;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Starts a process, and waits for its end, by functions of the C library that not every
 * system has.
 */
final class Spawn {

	private static final CType INT = CFunction.INT;

	private static final CType POINTER = CFunction.POINTER;

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

	private static final CFunction DESTROY_ACTIONS = new CFunction("posix_spawn_file_actions_destroy", INT, POINTER);

	private static final CFunction DUP2 = new CFunction("posix_spawn_file_actions_adddup2", INT, POINTER, INT, INT);

	private static final CFunction OPEN = new CFunction("posix_spawn_file_actions_addopen", INT, POINTER, INT, POINTER,
			INT, INT);

	private static final CFunction CLOSE_FROM = new CFunction("posix_spawn_file_actions_addclosefrom_np", INT, POINTER,
			INT);

	private static final CFunction CHDIR = new CFunction("posix_spawn_file_actions_addchdir_np", INT, POINTER, POINTER);

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

	static int run(List<String> command, Map<String, String> environment, int input, int error) throws IOException {
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
			int failure = SPAWN.call(pid, memory.string(command.get(0)), actions, attributes, memory.strings(command),
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
		if (CFunction.lastError() != EINTR) {
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
