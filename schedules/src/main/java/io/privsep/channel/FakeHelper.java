package io.privsep.channel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.privsep.PrivsepFunction;
import io.privsep.connection.Pipe;
import io.privsep.connection.Transport;
import io.privsep.function.FunctionTable;
import io.privsep.function.PrivilegedFunction;
import io.privsep.launch.HelperEnd;
import io.privsep.launch.LaunchedHelper;
import io.privsep.value.UnacceptableValueException;
import io.privsep.value.ValueReader;
import io.privsep.value.ValueWriter;
import io.privsep.wire.FrameReader;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.Protocol;
import io.privsep.wire.Reply;
import io.privsep.wire.Request;

/**
 * A helper that is a thread, at the other end of a pipe in memory.
 */
final class FakeHelper implements LaunchedHelper {

	static final FunctionTable TABLE = FunctionTable.of("lab", List.of(Functions.class));

	static final PrivilegedFunction FUNCTION = TABLE.functions().get(0);

	private static final int MAX_ELEMENTS = 100;

	final int number;

	final AtomicInteger calls = new AtomicInteger();

	final Transport application;

	/** How many calls it has got and not replied to. */
	private final AtomicInteger alive = new AtomicInteger();

	private final Rig rig;

	private final ByteChannel end;

	private final FrameReader reader;

	private final FrameWriter writer = new FrameWriter(4096);

	private volatile boolean isEnded;

	FakeHelper(Rig rig, int number, Pipe pipe) {
		this.rig = rig;
		this.number = number;
		this.application = pipe.application();
		this.end = pipe.helper();
		this.reader = new FrameReader(this.end, 1 << 16);
	}

	void serve(Rig.Script script) {
		try (this.end) {
			script.serve(this);
		}
		catch (IOException ex) {
			// its end
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	void sayReady() throws IOException {
		say(new Reply.Ready(Protocol.VERSION, "lab", ByteBuffer.wrap(TABLE.digest()), 1000 + this.number,
				(this.rig.definition().rights() != null) ? Settings.UID : -1, 0, this.rig.definition().publicText())
			.write(new FrameWriter(1 << 14))
			.toBytes());
	}

	// The next call; what is cancelled meanwhile is said to be, and pings are replied to.
	Request.Call nextCall() throws IOException {
		while (true) {
			Request request = Request.read(Objects.requireNonNull(this.reader.next()));
			if (request instanceof Request.Call call) {
				this.rig.requireSlots(this.alive.incrementAndGet());
				return call;
			}
			if (request instanceof Request.Cancel cancel) {
				say(new Reply.Cancelled(cancel.id(), 0, 1, List.of()).write(this.writer).toBytes());
			}
			else {
				say(new Reply.Pong().write(this.writer).toBytes());
			}
		}
	}

	int run(Request.Call call) throws IOException {
		try {
			int token = (int) Objects
				.requireNonNull(ValueReader.read(FUNCTION.parameters(), call.arguments(), MAX_ELEMENTS)[0]);
			this.calls.incrementAndGet();
			this.rig.hasRun(token);
			return token;
		}
		catch (UnacceptableValueException ex) {
			throw new IOException(ex);
		}
	}

	void answer(Request.Call call, int token) throws IOException {
		this.alive.decrementAndGet();
		say(Reply.Returned
			.write(this.writer, call.id(), (out) -> ValueWriter.write(FUNCTION.result(), token + 1, out, MAX_ELEMENTS))
			.toBytes());
	}

	void log(int token) throws IOException {
		say(new Reply.Logged("call " + token).write(this.writer).toBytes());
	}

	void serveAll() throws IOException {
		while (true) {
			Request.Call call = nextCall();
			answer(call, run(call));
		}
	}

	void say(ByteBuffer bytes) throws IOException {
		while (bytes.hasRemaining()) {
			this.end.write(bytes);
		}
	}

	boolean isEnded() {
		return this.isEnded && !this.application.isOpen();
	}

	@Override
	public Transport open() {
		return this.application;
	}

	@Override
	public long pid(long own, boolean isSandboxed) {
		return own;
	}

	@Override
	public void log(String line) {
		this.rig.hasLogged(this.number, line);
	}

	@Override
	public void onFlood(Runnable onFlood) {
		// none
	}

	@Override
	public void ready() {
		this.rig.check();
	}

	@Override
	public List<String> stderrTail() {
		return List.of();
	}

	@Override
	public HelperEnd end() {
		try {
			this.application.close();
		}
		finally {
			this.isEnded = true;
		}
		return new HelperEnd(0, "exit code 0", false);
	}

	@Override
	public void kill() {
		throw new UnsupportedOperationException("Nobody is in");
	}

	@Override
	public boolean isRunning() {
		return false;
	}

	@Override
	public boolean hasMounts() {
		return false;
	}

	@Override
	public boolean isOutdated(Supplier<@Nullable String> obstacle) {
		return false;
	}

	/** The function. */
	@PrivsepFunction("lab")
	static class Functions {

		public int f(int token) {
			return token + 1;
		}

	}

}
