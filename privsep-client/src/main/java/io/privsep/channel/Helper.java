package io.privsep.channel;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import io.privsep.channel.Keeper.LeftBehindException;
import io.privsep.definition.HelperDefinition;
import io.privsep.definition.HelperDefinition.Installation;
import io.privsep.launch.HelperProcess;
import io.privsep.rights.Capabilities;
import io.privsep.wire.MalformedFrameException;
import io.privsep.wire.Protocol;
import io.privsep.wire.Reply;

/**
 * A helper process that is ready, and the connection to it.
 */
final class Helper {

	private final String context;

	private final HelperProcess process;

	private final Connection connection;

	private final long pid;

	private final Keeper keeper;

	private Helper(String context, HelperProcess process, Connection connection, long pid, Keeper keeper) {
		this.context = context;
		this.process = process;
		this.connection = connection;
		this.pid = pid;
		this.keeper = keeper;
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
		Keeper keeper = new Keeper("privsep-" + settings.context() + "-keeper");
		try {
			return keeper.call(() -> start(settings, slots, hasSuccessor, keeper));
		}
		catch (ExecutionException ex) {
			keeper.end();
			throw (ex.getCause() instanceof HelperStartException cause) ? cause : notStarted(settings, ex.getCause());
		}
		catch (Throwable ex) {
			// such as no memory for a thread
			keeper.end();
			throw notStarted(settings, ex);
		}
	}

	private static HelperStartException notStarted(ContextSettings settings, @Nullable Throwable why) {
		return new HelperStartException(settings.context(),
				"the helper was not started: " + ((why != null) ? HelperStartException.sentence(why) : null), why);
	}

	private static Helper start(ContextSettings settings, Slots slots, BooleanSupplier hasSuccessor, Keeper keeper)
			throws HelperStartException {
		HelperProcess process = null;
		Connection connection = null;
		try {
			process = settings.launcher().launch(settings.definition());
			connection = new Connection(process.connection(), maxReplyLength(settings.definition()), slots,
					logsToConnection(settings.definition()) ? process::log : Helper::refuseLog, settings.pingInterval(),
					new Term(settings.recycle(), System::nanoTime, hasSuccessor));
			keeper.watch(connection, process);
			Reply.Ready ready = connection.awaitReady(settings.startTimeout());
			if (ready == null) {
				throw new IOException("the helper was not ready within " + Channel.text(settings.startTimeout())
						+ ", which is 'privsep.contexts." + settings.context() + ".start-timeout'");
			}
			check(ready, settings);
			Connection kept = connection;
			process.onFlood(() -> kept.replace("it does not stop writing more than is logged"));
			process.ready();
			return new Helper(settings.context(), process, connection,
					process.pid(ready.pid(), settings.definition().sandbox() != null), keeper);
		}
		catch (Throwable ex) {
			// whatever it is, the next helper may do better
			if (connection != null) {
				connection.end(ex);
				connection.close();
			}
			throw (process != null) ? failure(settings.context(), process, ex) : notStarted(settings, ex);
		}
	}

	private static int maxReplyLength(HelperDefinition definition) {
		int maxFrameLength = Protocol.maxFrameLength(definition.maxMessageSize());
		return logsToConnection(definition) ? Math.max(maxFrameLength, Protocol.maxFrameLength(Reply.Logged.MAX_LENGTH))
				: maxFrameLength;
	}

	private static boolean logsToConnection(HelperDefinition definition) {
		Installation installation = definition.installation();
		return installation != null && installation.logsToConnection();
	}

	private static void refuseLog(String line) {
		throw new MalformedFrameException(
				"The helper logs by way of the connection, though its standard error leads to the application");
	}

	private static void check(Reply.Ready ready, ContextSettings settings) throws IOException {
		HelperDefinition definition = settings.definition();
		if (ready.protocol() != Protocol.VERSION) {
			throw new IOException("the helper speaks protocol " + ready.protocol() + ", expected " + Protocol.VERSION);
		}
		if (!ready.context().equals(settings.context())) {
			throw new IOException("the helper is that of context '" + ready.context() + "'");
		}
		InstallationCheck.run(definition, ready.definition());
		if (!Arrays.equals(ready.digest().array(), settings.table().digest())) {
			throw new IOException("the helper has other functions than the application; it comes from another build");
		}
		HelperDefinition.Rights rights = definition.rights();
		if (rights != null && (ready.uid() != rights.uid() || ready.capabilities() != rights.capabilities().mask())) {
			throw new IOException("the helper is user " + Integer.toUnsignedString(ready.uid()) + " with capabilities "
					+ new Capabilities(ready.capabilities()) + ", expected user "
					+ Integer.toUnsignedString(rights.uid()) + " with " + rights.capabilities());
		}
	}

	private static HelperStartException failure(String context, HelperProcess process, Throwable why) {
		String exit = process.end();
		return new HelperStartException(context,
				(why instanceof DifferentInstallationException) ? String.valueOf(why.getMessage())
						: "helper ended (" + exit + "): " + HelperStartException.sentence(why),
				process.lastWords(), why);
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
	 * Keeps its connection; see {@link Connection#keep}.
	 * @return why it is at its end
	 * @throws ExecutionException if that fails
	 */
	@Nullable Throwable keep() throws ExecutionException {
		try {
			return this.keeper.call(this.connection::keep);
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
		this.connection.end(why);
		try {
			return this.keeper.call(() -> {
				this.connection.close();
				return failure(this.context, this.process, why);
			});
		}
		catch (LeftBehindException | ExecutionException ex) {
			return new HelperStartException(this.context,
					"helper " + this.pid + " is left behind: " + HelperStartException.sentence(why), why);
		}
		finally {
			this.keeper.end();
		}
	}

	// Whether the process is known to run, such as one that does not end.
	boolean isRunning() {
		return this.process.isRunning();
	}

}
