package io.privsep.helper;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

import io.privsep.wire.FrameWriter;
import io.privsep.wire.LogLine;
import io.privsep.wire.Protocol;
import io.privsep.wire.Reply;

/**
 * Sends each line of standard error to the application, over the connection, where the
 * platform keeps standard error to itself; it gets the line all the same.
 */
final class ConnectionLog extends OutputStream {

	private final PrintStream platform;

	private final ReplyWriter replies;

	private final FrameWriter frames = new FrameWriter(Protocol.maxFrameLength(Reply.Logged.MAX_LENGTH));

	private final ByteArrayOutputStream line = new ByteArrayOutputStream();

	/**
	 * The thread that sends. An interrupt of a thread at the connection closes it, and
	 * those of functions are interrupted when their calls are cancelled.
	 */
	private final Executor sender = Executors.newSingleThreadExecutor(new Threads());

	private ConnectionLog(PrintStream platform, ReplyWriter replies) {
		this.platform = platform;
		this.replies = replies;
	}

	/**
	 * Sends what is written to {@link System#err} from now on.
	 * @param replies the way to the application
	 */
	static void install(ReplyWriter replies) {
		System.setErr(new PrintStream(new ConnectionLog(System.err, replies), true, StandardCharsets.UTF_8));
	}

	@Override
	public void write(int value) {
		this.line.write(value);
		if (value != '\n') {
			if (this.line.size() == Reply.Logged.MAX_LENGTH) {
				// longer than any line that is passed on
				this.line.write('\n');
			}
			else {
				return;
			}
		}
		byte[] bytes = this.line.toByteArray();
		this.line.reset();
		// in one piece, between those of the audit
		this.platform.write(bytes, 0, bytes.length);
		this.platform.flush();
		String text = new String(bytes, 0, bytes.length - 1, StandardCharsets.UTF_8);
		// also where it was not UTF-8, and has become longer
		String cut = text.substring(0, Math.min(text.length(), LogLine.MAX_LENGTH));
		// the interrupt of a call that is cancelled neither shortens this nor is lost
		CompletableFuture.runAsync(() -> send(cut), this.sender).join();
	}

	private void send(String text) {
		try {
			this.replies.write(new Reply.Logged(text).write(this.frames));
		}
		catch (IOException ex) {
			// nobody is there to read it; the platform has it
		}
	}

	@Override
	public void flush() {
		// what is not a line yet is kept for the rest of it
	}

	/** No lambda, which a start would take the time for. */
	private static final class Threads implements ThreadFactory {

		@Override
		public Thread newThread(Runnable task) {
			Thread thread = new Thread(task, "privsep-log");
			thread.setDaemon(true);
			return thread;
		}

	}

}
