package io.privsep.channel;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.privsep.channel.MonitorThread.LeftBehindException;
import io.privsep.command.RefusedStartException;
import io.privsep.command.UnreadableCodeException;
import io.privsep.command.UntrustedCodeException;
import io.privsep.connection.Connection;
import io.privsep.connection.Lifespan;
import io.privsep.connection.Slots;
import io.privsep.launch.HelperEnd;
import io.privsep.launch.LaunchedHelper;
import io.privsep.launch.MissingHelperException;
import io.privsep.launch.UntoldHelperException;
import io.privsep.linux.MissingToolException;
import io.privsep.sandbox.UnavailableSandboxException;
import io.privsep.wire.MalformedFrameException;
import io.privsep.wire.Reply;

/**
 * A helper process that is ready, and the connection to it.
 */
final class Helper {

	private static final Logger logger = LoggerFactory.getLogger(Helper.class);

	private final String context;

	private final LaunchedHelper process;

	private final ContextSettings settings;

	private final Connection connection;

	private final long pid;

	/** How long it may take to end in order. */
	private final Duration patience;

	private final MonitorThread monitor;

	private HelperState state = HelperState.READY;

	private Helper(ContextSettings settings, LaunchedHelper process, Connection connection, long pid,
			MonitorThread monitor) {
		this.settings = settings;
		this.context = settings.context();
		this.patience = settings.hasEnd() ? settings.times().stop() : Duration.ZERO;
		this.process = process;
		this.connection = connection;
		this.pid = pid;
		this.monitor = monitor;
	}

	/**
	 * Starts a helper and waits until it is ready.
	 * @param settings what it is
	 * @param slots gets the slots of its calls
	 * @param hasSuccessor whether another could take over from it
	 * @return the helper
	 * @throws HelperStartException if it does not start, or is not what it should be
	 */
	static Helper start(ContextSettings settings, Slots slots, BooleanSupplier hasSuccessor)
			throws HelperStartException {
		MonitorThread monitor = new MonitorThread("privsep-" + settings.context() + "-monitor", settings.machine());
		try {
			return monitor.call(() -> start(settings, slots, hasSuccessor, monitor));
		}
		catch (ExecutionException ex) {
			monitor.end();
			throw (ex.getCause() instanceof HelperStartException cause) ? cause.with(settings.launcher().remark())
					: notStarted(settings, ex.getCause());
		}
		catch (Throwable ex) {
			// such as no memory for a thread
			monitor.end();
			throw notStarted(settings, ex);
		}
	}

	private static HelperStartException notStarted(ContextSettings settings, @Nullable Throwable why) {
		return new HelperStartException(settings.context(),
				"the helper was not started: " + ((why != null) ? HelperStartException.sentence(why) : null), List.of(),
				why, why != null && isFinal(why), null);
	}

	private static Helper start(ContextSettings settings, Slots slots, BooleanSupplier hasSuccessor,
			MonitorThread monitor) throws HelperStartException {
		LaunchedHelper process = null;
		Connection connection = null;
		try {
			LaunchedHelper started = settings.launcher().launch(settings.definition());
			process = started;
			Handshake handshake = new Handshake(settings);
			connection = new Connection(settings.context(), process.open(), handshake.maxFrameLength(), slots,
					handshake.logsToConnection() ? process::log : Handshake::refuseLog, settings.times().pingInterval(),
					new Lifespan(settings.recycle().calls(), settings.recycle().after(), settings.machine().clock(),
							hasSuccessor, started.hasMounts() ? () -> started
								.isOutdated(() -> settings.launcher().obstacle(settings.definition())) : null));
			monitor.watch(connection, process);
			Reply.Ready ready = connection.reader().awaitReady(settings.times().start());
			if (ready == null) {
				throw new IOException("the helper was not ready within " + CallFailures.text(settings.times().start())
						+ ", which is 'privsep.contexts." + settings.context() + ".start-timeout'");
			}
			handshake.check(ready);
			Connection kept = connection;
			process.onFlood(() -> kept.replace("it keeps writing more log output than is allowed"));
			process.ready();
			return new Helper(settings, process, connection,
					process.pid(ready.pid(), settings.definition().confinement().sandbox() != null), monitor);
		}
		catch (Throwable ex) {
			// whatever it is, the next helper may do better
			if (connection != null) {
				connection.end(ex);
				connection.close();
			}
			throw (process != null) ? failure(settings, process, ex) : notStarted(settings, ex);
		}
	}

	private static HelperStartException failure(ContextSettings settings, LaunchedHelper process, Throwable why) {
		String context = settings.context();
		HelperEnd end = process.end();
		List<String> stderrTail = process.stderrTail();
		if (why instanceof DifferentInstallationException) {
			return new HelperStartException(context, String.valueOf(why.getMessage()), stderrTail, why, true, null);
		}
		String memory = HelperMemory.ofEnd(settings.description().heap(), end, stderrTail);
		return new HelperStartException(context,
				"helper ended (" + end.text() + "): "
						+ ((memory != null) ? memory : HelperStartException.sentence(why)),
				stderrTail, why, end.isRefusal() || isFinal(why), memory);
	}

	// The system, the configuration or the code has to change before another start can do
	// better. Anything else may have been a race: no process or no descriptor was free,
	// or a file was just being replaced.
	private static boolean isFinal(Throwable why) {
		boolean isFinal = false;
		for (Throwable each = why; each != null && !isFinal; each = each.getCause()) {
			isFinal = each instanceof DifferentInstallationException || each instanceof MissingHelperException
					|| each instanceof MissingToolException || each instanceof UnavailableSandboxException
					|| each instanceof UnreadableCodeException || each instanceof UntrustedCodeException
					|| each instanceof RefusedStartException || each instanceof MalformedFrameException
					|| each instanceof LeftBehindException
					|| each instanceof UntoldHelperException untold && untold.end().isRefusal();
		}
		return isFinal;
	}

	/**
	 * What it is to its channel. Guarded by the lock of the {@link HelperPool}, like
	 * {@link #to}.
	 * @return the state
	 */
	HelperState state() {
		return this.state;
	}

	// The one place where the state changes. What comes too late changes nothing.
	void to(HelperState next) {
		if (this.state.successors().contains(next)) {
			logger.debug("Context '{}': helper {} {} -> {}", this.context, this.pid, this.state, next);
			this.state = next;
		}
	}

	Connection connection() {
		return this.connection;
	}

	/**
	 * Its process id, as the application's system knows it.
	 * @return the process id; -1 if it is not known
	 */
	long pid() {
		return this.pid;
	}

	/**
	 * Monitors its connection; see {@link Connection#monitor}.
	 * @return why it is at its end
	 * @throws ExecutionException if that fails
	 */
	@Nullable Throwable monitor() throws ExecutionException {
		try {
			return this.monitor.call(this.connection::monitor);
		}
		catch (LeftBehindException ex) {
			return ex;
		}
	}

	/**
	 * Ends the helper, and waits for its end.
	 * @param why why it ends, or why its connection has ended
	 * @return what is to be said of its end
	 */
	HelperStartException end(Throwable why) {
		try {
			this.connection.end(why);
			return told(this.monitor.call(() -> {
				if (this.connection.reason() instanceof EndInOrderException && !this.patience.isZero()) {
					this.connection.reader().awaitEnd(this.patience);
				}
				this.connection.close();
				return failure(this.settings, this.process, why);
			}));
		}
		catch (Throwable ex) {
			// whatever it is, the next helper may do better
			HelperStartException end = new HelperStartException(this.context,
					"helper " + this.pid + " is left behind: " + HelperStartException.sentence(why), why);
			end.addSuppressed(ex);
			attempt(this.process::kill, end);
			attempt(() -> this.monitor.later(this.connection::close), end);
			return told(end);
		}
		finally {
			this.monitor.end();
		}
	}

	private static void attempt(Runnable task, Throwable end) {
		try {
			task.run();
		}
		catch (Throwable failed) {
			end.addSuppressed(failed);
		}
	}

	// Callers whose calls are lost wait for it.
	private HelperStartException told(HelperStartException end) {
		this.connection.endNotice().give(end);
		return end;
	}

	// Whether the process is known to run, such as one that does not end.
	boolean isRunning() {
		return this.process.isRunning();
	}

	/**
	 * A helper ends because its application wants that, and none of its calls is lost.
	 */
	static final class EndInOrderException extends IOException {

		private static final long serialVersionUID = 1L;

		EndInOrderException(String message) {
			super(message);
		}

	}

}
