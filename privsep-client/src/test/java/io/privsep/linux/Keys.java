package io.privsep.linux;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Keys of the kernel (keyrings(7)), in the session keyring of a thread and of what it
 * starts.
 */
final class Keys {

	/** There is no other program on most systems that knows of keys. */
	static final Path PERL = Path.of("/usr/bin/perl");

	private static final boolean X86 = System.getProperty("os.arch").equals("amd64");

	private static final int ADD_KEY = X86 ? 248 : 217;

	private static final int KEYCTL = X86 ? 250 : 219;

	private Keys() {
	}

	/**
	 * Runs something in a thread with a session keyring of its own, which it does not
	 * leave behind.
	 * @param action what to run
	 * @throws Exception if it fails
	 */
	static void inNewSession(Action action) throws Exception {
		Callable<Void> all = () -> {
			SessionKeyring.replace();
			action.run();
			return null;
		};
		FutureTask<Void> task = new FutureTask<>(all);
		new Thread(task, "keys").start();
		try {
			task.get();
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof Error error) {
				throw error;
			}
			throw ex;
		}
	}

	/**
	 * Puts a key into the session keyring of this thread.
	 * @param name its name
	 */
	static void add(String name) {
		CFunction syscall = new CFunction("syscall", CFunction.POINTER, CFunction.POINTER, CFunction.POINTER,
				CFunction.POINTER, CFunction.POINTER, CFunction.POINTER, CFunction.POINTER);
		// KEY_SPEC_SESSION_KEYRING
		long key = syscall.address((long) ADD_KEY, "user", name, "value", 5L, -3L);
		if (key < 0) {
			throw new IllegalStateException("The kernel takes no key");
		}
	}

	/**
	 * A command of the shell that says whether there is a key.
	 * @param name its name
	 * @return the command, which prints {@code FOUND} or the error
	 */
	static String search(String name) {
		// KEYCTL_SEARCH, KEY_SPEC_SESSION_KEYRING
		return ("%s -e 'my ($type, $name) = (qq(user), qq(%s));"
				+ " print syscall(%d, 10, -3, $type, $name, 0) == -1 ? $! : qq(FOUND), qq(\\n);'")
			.formatted(PERL, name, KEYCTL);
	}

	/**
	 * Something that may fail.
	 */
	interface Action {

		void run() throws Exception;

	}

}
