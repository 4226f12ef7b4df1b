package io.privsep.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.privsep.launch.DefinitionFrame;
import io.privsep.launch.HelperDefinition;
import io.privsep.launch.HelperDefinition.Rights;
import io.privsep.launch.LogLine;
import io.privsep.rights.Capabilities;
import io.privsep.value.ValueCodec;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.Request;

/**
 * The process that makes an archive, by a helper that has no rights and serves nobody.
 * <p>
 * All that the helper is to read is sent at once, and the way to it is closed then: an
 * application that is taken over later, when it has given up root, has no part in what
 * root is making.
 */
final class ArchiveProcess implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(ArchiveProcess.class);

	private static final Duration LIMIT = Duration.ofSeconds(90);

	/** How long what it has said may take to be read, when it has ended. */
	private static final Duration TO_READ = Duration.ofSeconds(2);

	private static final int CALLS = 20;

	private static final int MAX_FRAME = 1 << 12;

	private final Process process;

	private final SocketChannel connection;

	private final InputStream error;

	private ArchiveProcess(Process process, SocketChannel connection, InputStream error) {
		this.process = process;
		this.connection = connection;
		this.error = error;
	}

	/**
	 * Starts it.
	 * @param name name of the archive
	 * @param java command of the helper that is to use the archive
	 * @param definition what that is told
	 * @param place where the archive is to be
	 * @return the process
	 * @throws IOException if it cannot be started
	 */
	static ArchiveProcess start(String name, JavaCommand java, HelperDefinition definition, ArchivePlace place)
			throws IOException {
		// root that has nothing but its number
		Rights rights = (place.uid() == 0) ? new Rights(0, 0, List.of(), Capabilities.NONE) : null;
		List<String> words = words(name, java, definition.beans(), place.directory(), rights);
		SocketPair pair = SocketPair.open();
		try {
			ErrorPipe error = ErrorPipe.open();
			try {
				Process process = ChildHelper.spawn(words, Map.of(), pair.childFd(), error);
				ArchiveProcess started = new ArchiveProcess(process, pair.application(), error.application());
				started.send(definition, rights, place.uid());
				Thread thread = new Thread(() -> started.await(definition.context()),
						"privsep-" + definition.context() + "-archive");
				thread.setDaemon(true);
				thread.start();
				return started;
			}
			catch (IOException | RuntimeException ex) {
				error.application().close();
				throw ex;
			}
			finally {
				error.closeChildFd();
			}
		}
		catch (IOException | RuntimeException ex) {
			pair.application().close();
			throw ex;
		}
		finally {
			pair.closeChildFd();
		}
	}

	private static List<String> words(String name, JavaCommand java, List<String> beans, Path directory,
			@Nullable Rights rights) {
		List<String> words = new ArrayList<>(RightsCommand.ofChild(rights));
		words.addAll(java.archiveWords(directory, name, beans));
		return words;
	}

	private void send(HelperDefinition definition, @Nullable Rights rights, int uid) throws IOException {
		write(DefinitionFrame.write(new HelperDefinition("archive", List.of("io.privsep.helper.ArchiveTraining"),
				rights, uid, 2, MAX_FRAME, "INFO", HelperDefinition.NO_AUDIT, null, definition.checksCode(),
				definition.isFiltered(), null, null)));
		FrameWriter out = new FrameWriter(MAX_FRAME);
		ValueCodec text = ValueCodec.of(String.class);
		for (int i = 1; i <= CALLS; i++) {
			// its two functions, and one that there is not
			write(Request.Call.write(out, i, i % 3, (frame) -> text.write("a text", frame)).toBytes());
		}
		write(new Request.Ping().write(out).toBytes());
		this.connection.shutdownOutput();
	}

	private void write(ByteBuffer frame) throws IOException {
		while (frame.hasRemaining()) {
			this.connection.write(frame);
		}
	}

	private void await(String context) {
		// not for another process to which it has left its standard error
		this.process.onExit()
			.thenRunAsync(this::closeError,
					CompletableFuture.delayedExecutor(TO_READ.toMillis(), TimeUnit.MILLISECONDS));
		try (this.connection; this.error) {
			String said = LogLine.printable(new String(this.error.readAllBytes(), StandardCharsets.UTF_8).strip());
			logger.debug("Context '{}': making an archive of classes ended with exit code {}{}", context,
					this.process.waitFor(), said.isEmpty() ? "" : "; it said: " + said);
		}
		catch (IOException ex) {
			logger.debug("Context '{}': making an archive of classes was ended", context, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void closeError() {
		try {
			this.error.close();
		}
		catch (IOException ex) {
			logger.debug("The standard error of the process that makes an archive cannot be closed", ex);
		}
	}

	/**
	 * Waits until it has ended, or would not be worth waiting for.
	 */
	void awaitEnd() {
		try {
			this.process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Ends it, where this application still may; by itself it ends soon.
	 */
	@Override
	public void close() {
		// the number of one that has ended may be another's, and so its descendants
		if (this.process.isAlive()) {
			ProcessHandle.of(this.process.pid())
				.ifPresent((handle) -> handle.descendants().forEach(ProcessHandle::destroyForcibly));
			this.process.destroyForcibly();
		}
	}

}
