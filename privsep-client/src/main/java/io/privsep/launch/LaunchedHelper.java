package io.privsep.launch;

import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.privsep.connection.Transport;

/**
 * What a launcher has started: a helper, whose end the application waits for.
 */
public interface LaunchedHelper {

	/**
	 * Opens the application's end of the connection. Called once.
	 * @return the transport, which closes the connection
	 * @throws IOException if it does not work; {@link #end} closes the connection then
	 */
	Transport open() throws IOException;

	/**
	 * The process id of the helper, as the application's system knows it. A helper that
	 * was taken over may say any number, and one in another container has its own
	 * numbers: it is believed where it is that of a process that was started here. Of one
	 * that something else has started nobody knows better. No signal is ever sent to it.
	 * @param own its process id, as it knows it itself
	 * @param isSandboxed whether it has its own process ids
	 * @return the process id; -1 if it is not known
	 */
	long pid(long own, boolean isSandboxed);

	/**
	 * Logs a line that the helper has sent over the connection.
	 * @param line the line
	 */
	void log(String line);

	/**
	 * Sets what is done about a helper that keeps writing more than is logged.
	 * @param onFlood what is done
	 */
	void onFlood(Runnable onFlood);

	/**
	 * Notes that the helper is ready: what it has said on its standard error is logged
	 * from now on, and what it has said before. Of one that does not become ready these
	 * are the {@linkplain #stderrTail stderr tail}, which are not logged at each of its
	 * starts.
	 */
	void ready();

	/**
	 * What the helper said last on its standard error, apart from log events.
	 * @return the last lines
	 */
	List<String> stderrTail();

	/**
	 * Ends the helper and waits for its end. It ends by itself when its connection is
	 * closed; a signal is for one that does not, where this application may send one.
	 * @return how it ended
	 */
	HelperEnd end();

	/**
	 * Kills the helper, where this application may, and waits for nothing: for one whose
	 * connection cannot be closed.
	 */
	void kill();

	/**
	 * Whether the process is known to run: one that has not ended though it had to.
	 * @return whether it does; not where something else has started it
	 */
	boolean isRunning();

	/**
	 * Whether its sandbox has mounted something that could be exchanged.
	 * @return whether there is something to ask {@link #isOutdated} for
	 */
	boolean hasMounts();

	/**
	 * Whether another helper is to take over, as it would find something else at a path
	 * of the sandbox. That is logged. Files are looked at, which may take long.
	 * @param obstacle why there can be no other helper; {@code null} if there can
	 * @return whether it is
	 */
	boolean isOutdated(Supplier<@Nullable String> obstacle);

}
