package io.privsep.helper;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

import io.privsep.PrivsepFunction;
import io.privsep.connection.Pipe;
import io.privsep.connection.Transport;
import io.privsep.definition.AuditPlace;
import io.privsep.definition.HelperDefinition;
import io.privsep.function.FunctionTable;
import io.privsep.function.PrivilegedFunction;
import io.privsep.helper.audit.Audit;
import io.privsep.value.ValueWriter;
import io.privsep.wire.FrameBody;
import io.privsep.wire.FrameReader;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.Reply;
import io.privsep.wire.Request;

/**
 * A helper, and the application's end of its connection.
 */
final class Peer {

	private static final FunctionTable TABLE = FunctionTable.of("lab", List.of(Functions.class));

	private static volatile AtomicInteger interrupted = new AtomicInteger();

	private final Transport end;

	private final FrameReader reader;

	private final FrameWriter writer = new FrameWriter(1 << 16);

	private final Thread helper;

	private int cancelled;

	private volatile @Nullable Throwable failure;

	private volatile boolean isEnded;

	Peer(int slots) throws IOException {
		interrupted = new AtomicInteger();
		Pipe pipe = new Pipe(1 << 14);
		this.end = pipe.application();
		this.reader = new FrameReader(this.end, 1 << 16);
		HelperDefinition definition = new HelperDefinition("lab",
				new HelperDefinition.Code(List.of(Functions.class.getName()), null), null, -1,
				new HelperDefinition.Calls(slots, 4096, 250_000),
				new HelperDefinition.Logging("INFO", new AuditPlace.Off()),
				new HelperDefinition.Confinement(0, false, null), null);
		this.helper = new Thread(() -> {
			try {
				ClassLoader classLoader = Peer.class.getClassLoader();
				new Server(new ReplyWriter(pipe.helper()), new FrameReader(pipe.helper(), 1 << 14),
						PrivilegedBeans.of(definition, classLoader), definition, classLoader, Audit.OFF)
					.serve();
				this.isEnded = true;
			}
			catch (Throwable ex) {
				this.failure = ex;
			}
		}, "server");
		this.helper.start();
		require(receive() instanceof Reply.Ready, "the helper is not ready");
	}

	// The next reply; what is said of cancellations may come before or after it.
	Reply receive() throws IOException {
		while (true) {
			FrameBody body = this.reader.next();
			if (body == null) {
				this.end.awaitReadable(false, Duration.ofSeconds(10).toNanos());
				continue;
			}
			Reply reply = Reply.read(body);
			if (!(reply instanceof Reply.Cancelled)) {
				return reply;
			}
			this.cancelled++;
		}
	}

	int cancelled() {
		return this.cancelled;
	}

	int interrupted() {
		return interrupted.get();
	}

	synchronized void call(int id, String name) throws IOException {
		PrivilegedFunction function = TABLE.functions()
			.stream()
			.filter((each) -> each.method().getName().equals(name))
			.findFirst()
			.orElseThrow();
		write(Request.Call
			.write(this.writer, id, function.number(),
					(out) -> ValueWriter.write(function.parameters().get(0), id, out, 100))
			.toBytes());
	}

	synchronized void cancel(int id) {
		try {
			write(new Request.Cancel(id).write(this.writer).toBytes());
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	synchronized void ping() throws IOException {
		write(new Request.Ping().write(this.writer).toBytes());
	}

	private void write(ByteBuffer bytes) throws IOException {
		this.end.write(bytes);
		require(!bytes.hasRemaining(), "no room");
	}

	void end() throws Exception {
		this.end.close();
		this.helper.join();
		if (this.failure != null && !(this.failure instanceof EOFException)) {
			throw new IllegalStateException("The helper has failed", this.failure);
		}
		require(this.isEnded, "the helper has not ended");
	}

	static void require(boolean condition, String otherwise) {
		if (!condition) {
			throw new AssertionError("BROKEN: " + otherwise);
		}
	}

	/** The functions. */
	@PrivsepFunction("lab")
	static class Functions {

		public int quick(int token) {
			return token;
		}

		public int slow(int token) {
			try {
				Thread.sleep(3);
			}
			catch (InterruptedException ex) {
				Objects.requireNonNull(interrupted).incrementAndGet();
			}
			return token;
		}

	}

}
