package io.privsep.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

import io.privsep.channel.ContextSettings;
import io.privsep.connection.Machine;
import io.privsep.definition.AuditPlace;
import io.privsep.definition.DefinitionFrame;
import io.privsep.definition.HelperDefinition;
import io.privsep.function.FunctionTable;
import io.privsep.function.PrivilegedFunction;
import io.privsep.launch.DirectLauncher;
import io.privsep.launch.Launcher;
import io.privsep.linux.Posix;
import io.privsep.linux.SocketPair;
import io.privsep.rights.Capabilities;
import io.privsep.rights.Capability;
import io.privsep.value.ValueReader;
import io.privsep.value.ValueWriter;
import io.privsep.wire.Frame;
import io.privsep.wire.FrameReader;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.Protocol;
import io.privsep.wire.Reply;
import io.privsep.wire.Request;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A helper with the functions of {@link Attempts}, started by the words that the launcher
 * uses or by variants of them, and called over the bare wire.
 */
final class RealHelper implements AutoCloseable {

	private static final int MAX_ELEMENTS = 250_000;

	private static final FunctionTable TABLE = FunctionTable.of(Attempts.CONTEXT, List.of(Attempts.class));

	private static final int MAX_MESSAGE_SIZE = 1 << 20;

	private static final long MAX_HEAP = 64 << 20;

	/** Of a helper without a sandbox. */
	static final HelperDefinition.Confinement UNCONFINED = new HelperDefinition.Confinement(4096, false, null);

	private static final long END_SECONDS = 120;

	private final Process process;

	private final @Nullable SocketChannel connection;

	private final @Nullable FrameReader reader;

	private final FrameWriter writer = new FrameWriter(Protocol.maxFrameLength(MAX_MESSAGE_SIZE));

	private final CompletableFuture<String> stderr = new CompletableFuture<>();

	private int lastId;

	private RealHelper(Process process, @Nullable SocketChannel connection) {
		this.process = process;
		this.connection = connection;
		this.reader = (connection != null) ? new FrameReader(connection, Protocol.maxFrameLength(MAX_MESSAGE_SIZE))
				: null;
		Thread thread = new Thread(this::readStderr, "stderr of " + process.pid());
		thread.setDaemon(true);
		thread.start();
	}

	static HelperDefinition.Rights rights(int id, Capability... capabilities) {
		return new HelperDefinition.Rights(id, id, List.of(), Capabilities.of(List.of(capabilities)));
	}

	/**
	 * What a helper is told.
	 * @param rights the rights that it must find
	 * @param clientUid the user that its peer must be
	 * @return the definition
	 */
	static HelperDefinition definition(HelperDefinition.@Nullable Rights rights, int clientUid) {
		return definition(rights, clientUid, new AuditPlace.Off());
	}

	static HelperDefinition definition(HelperDefinition.@Nullable Rights rights, int clientUid, AuditPlace audit) {
		return definition(rights, clientUid, audit, UNCONFINED);
	}

	private static HelperDefinition definition(HelperDefinition.@Nullable Rights rights, int clientUid,
			AuditPlace audit, HelperDefinition.Confinement confinement) {
		return new HelperDefinition(Attempts.CONTEXT,
				new HelperDefinition.Code(List.of(Attempts.class.getName()), null), rights, clientUid,
				new HelperDefinition.Calls(2, MAX_MESSAGE_SIZE, MAX_ELEMENTS),
				new HelperDefinition.Logging("INFO", audit), confinement, null);
	}

	/**
	 * What a helper is told that gives up more than its rights.
	 * @param rights the rights that it must find
	 * @param confinement what it gives up
	 * @return the definition
	 * @throws IOException if {@code /proc} cannot be read
	 */
	static HelperDefinition definition(HelperDefinition.Rights rights, HelperDefinition.Confinement confinement)
			throws IOException {
		return definition(rights, ProcFiles.uid(), new AuditPlace.Off(), confinement);
	}

	static Launcher launcher() {
		return new DirectLauncher(MAX_HEAP, List.of(), List.of(), 0, true, List.of());
	}

	/**
	 * What a channel needs to start a helper, and to call it.
	 * @param launcher starts it
	 * @param rights the helper's rights; {@code null} for the application's own
	 * @return the settings
	 */
	static ContextSettings settings(Launcher launcher, HelperDefinition.@Nullable Rights rights) {
		Duration minute = Duration.ofMinutes(1);
		return new ContextSettings(TABLE, definition(rights, 0), launcher,
				new ContextSettings.Description((rights != null) ? Integer.toString(rights.uid()) : "application",
						(rights != null) ? rights.capabilities().names() : List.of(), "process", "the heap"),
				new ContextSettings.Times(minute, minute, minute, minute, minute, minute), 0,
				new ContextSettings.Backoff(minute, minute, 1), ContextSettings.Recycle.NEVER, Machine.OF_JVM);
	}

	/**
	 * The words that the launcher uses.
	 * @param code what the helper runs from
	 * @param rights the helper's rights
	 * @return the words
	 * @throws IOException if a file is not found
	 */
	static List<String> words(CodeCopy code, HelperDefinition.Rights rights) throws IOException {
		return DirectLauncher.chain(code.java(), rights, UNCONFINED, Map.of(), 0).command();
	}

	static PrivilegedFunction function(String name) {
		return TABLE.functions()
			.stream()
			.filter((function) -> function.method().getName().equals(name))
			.findFirst()
			.orElseThrow();
	}

	static RealHelper start(CodeCopy code, HelperDefinition.Rights rights) throws IOException {
		return start(code, rights, new AuditPlace.Off());
	}

	static RealHelper start(CodeCopy code, HelperDefinition.Rights rights, AuditPlace audit) throws IOException {
		RealHelper helper = launch(words(code, rights), Path.of("/"), definition(rights, ProcFiles.uid(), audit));
		try {
			Reply.Ready ready = helper.awaitReady();
			if (ready == null) {
				throw new AssertionError("The helper did not start: " + helper.awaitEnd());
			}
			return helper;
		}
		catch (RuntimeException | AssertionError ex) {
			helper.close();
			throw ex;
		}
	}

	/**
	 * Starts a helper, and tells it what to do.
	 * @param words the command
	 * @param directory its working directory
	 * @param definition what it is told
	 * @return the helper, which has not said anything yet
	 * @throws IOException if it cannot be started
	 */
	static RealHelper launch(List<String> words, Path directory, HelperDefinition definition) throws IOException {
		return launch(words, directory, SocketPair.open(), definition);
	}

	/**
	 * Starts a helper with a connection, and tells it what to do.
	 * @param words the command
	 * @param directory its working directory
	 * @param pair the connection; the helper's end is closed here
	 * @param definition what it is told
	 * @return the helper, which has not said anything yet
	 * @throws IOException if it cannot be started
	 */
	static RealHelper launch(List<String> words, Path directory, SocketPair pair, HelperDefinition definition)
			throws IOException {
		Process process;
		try {
			process = spawn(words, directory, pair.childFd());
		}
		finally {
			pair.closeChildFd();
		}
		RealHelper helper = new RealHelper(process, pair.application());
		try {
			helper.write(DefinitionFrame.write(definition));
		}
		catch (IOException ex) {
			// it has ended already; it will tell
		}
		return helper;
	}

	/**
	 * Starts a helper with something else than its connection.
	 * @param words the command
	 * @param fd its fd 0
	 * @return the helper
	 * @throws IOException if it cannot be started
	 */
	static RealHelper launchWith(List<String> words, int fd) throws IOException {
		return new RealHelper(spawn(words, Path.of("/"), fd), null);
	}

	static RealHelper launchWith(List<String> words, ProcessBuilder.Redirect input) throws IOException {
		return new RealHelper(builder(words, Path.of("/")).redirectInput(input).start(), null);
	}

	private static ProcessBuilder builder(List<String> words, Path directory) {
		ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile())
			.redirectOutput(ProcessBuilder.Redirect.DISCARD);
		builder.environment().clear();
		return builder;
	}

	private static Process spawn(List<String> words, Path directory, int fd) throws IOException {
		int saved = Posix.duplicate(0);
		assertThat(saved).as("a duplicate of fd 0").isNotNegative();
		try {
			Posix.put(fd, 0);
			return builder(words, directory).redirectInput(ProcessBuilder.Redirect.INHERIT).start();
		}
		finally {
			Posix.put(saved, 0);
			Posix.close(saved);
		}
	}

	private void readStderr() {
		try {
			this.stderr
				.complete(new String(this.process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip());
		}
		catch (IOException ex) {
			this.stderr.completeExceptionally(ex);
		}
	}

	long pid() {
		return this.process.pid();
	}

	/**
	 * Waits until the helper serves.
	 * @return what it says of itself, or {@code null} if it has ended in silence
	 */
	Reply.@Nullable Ready awaitReady() {
		try {
			return (Reply.Ready) read();
		}
		catch (IOException ex) {
			// end of the connection; a reset where the helper has not read everything
			return null;
		}
	}

	/**
	 * Calls a function.
	 * @param name its name
	 * @param arguments its arguments
	 * @return its result
	 * @throws IOException if the connection ends
	 */
	@Nullable Object call(String name, Object... arguments) throws IOException {
		int id = send(name, arguments);
		Reply reply = read();
		if (reply instanceof Reply.Returned returned && returned.id() == id) {
			return ValueReader.read(function(name).result(), returned.result(), MAX_ELEMENTS);
		}
		throw new AssertionError(name + Arrays.toString(arguments) + ": " + reply);
	}

	/**
	 * Calls a function that throws.
	 * @param name its name
	 * @param arguments its arguments
	 * @return the class of the exception
	 * @throws IOException if the connection ends
	 */
	String callForExceptionType(String name, Object... arguments) throws IOException {
		send(name, arguments);
		Reply reply = read();
		if (reply instanceof Reply.Threw threw) {
			return threw.thrown().type();
		}
		throw new AssertionError(name + Arrays.toString(arguments) + ": " + reply);
	}

	/**
	 * Sends a call, without waiting for its answer.
	 * @param name name of the function
	 * @param arguments its arguments
	 * @return the number of the call
	 * @throws IOException if the connection ends
	 */
	int send(String name, Object... arguments) throws IOException {
		PrivilegedFunction function = function(name);
		int id = ++this.lastId;
		write(Request.Call.write(this.writer, id, function.number(),
				(out) -> ValueWriter.write(function.parameters(), arguments, out, MAX_ELEMENTS)));
		return id;
	}

	private Reply read() throws IOException {
		return Reply.read(Objects.requireNonNull(Objects.requireNonNull(this.reader).next()));
	}

	private void write(Frame frame) throws IOException {
		write(frame.toBytes());
	}

	private void write(ByteBuffer frame) throws IOException {
		while (frame.hasRemaining()) {
			Objects.requireNonNull(this.connection).write(frame);
		}
	}

	/**
	 * Waits until the helper has ended.
	 * @return how
	 */
	End awaitEnd() {
		try {
			if (!this.process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
				throw new AssertionError("The helper does not end");
			}
			return new End(this.process.exitValue(), this.stderr.get(END_SECONDS, TimeUnit.SECONDS));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError("Interrupted", ex);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw new AssertionError("Standard error of the helper was not read", ex);
		}
	}

	/**
	 * Ends the connection, as an application does that has ended.
	 * @throws IOException if it cannot be ended
	 */
	void endConnection() throws IOException {
		if (this.connection != null) {
			this.connection.close();
		}
	}

	@Override
	public void close() throws IOException {
		if (this.connection != null) {
			this.connection.close();
		}
		this.process.destroyForcibly().onExit().join();
	}

	/**
	 * How a helper has ended.
	 *
	 * @param exitCode its exit code, as a shell shows it
	 * @param stderr what it said
	 */
	record End(int exitCode, String stderr) {
	}

}
