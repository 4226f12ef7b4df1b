package io.privsep.connection;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

import io.privsep.PrivsepFunction;
import io.privsep.function.FunctionTable;
import io.privsep.function.PrivilegedFunction;
import io.privsep.scenario.Scenario;
import io.privsep.value.ValueWriter;
import io.privsep.wire.FrameReader;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.Protocol;
import io.privsep.wire.Reply;
import io.privsep.wire.Request;

/**
 * A connection that is ready, and its other end.
 */
final class Bench {

	private static final FunctionTable TABLE = FunctionTable.of("lab", List.of(Functions.class));

	static final PrivilegedFunction FUNCTION = TABLE.functions().get(0);

	final Connection connection;

	/** What became of each call: the helper may have got it, or not. */
	final Map<Integer, String> ends = new ConcurrentHashMap<>();

	/** The calls that the helper has got. */
	final List<Integer> heard = new CopyOnWriteArrayList<>();

	private final ByteChannel helper;

	private final Slots slots;

	private final List<Thread> threads = new ArrayList<>();

	Bench(int slots, int capacity, @Nullable Integer calls) throws IOException {
		Pipe pipe = new Pipe(capacity);
		this.helper = pipe.helper();
		this.slots = new Slots(slots);
		this.connection = new Connection("lab", pipe.application(), 4096, this.slots, (line) -> {
		}, Duration.ZERO, new Lifespan(calls, null, System::nanoTime, () -> true, null));
		this.helper.write(new Reply.Ready(Protocol.VERSION, "lab", ByteBuffer.wrap(TABLE.digest()), 1, -1, 0, "")
			.write(new FrameWriter(4096))
			.toBytes());
		this.connection.reader().awaitReady(Duration.ofSeconds(10));
		this.connection.serve();
	}

	void start(String name, Scenario task) {
		Thread thread = new Thread(() -> {
			try {
				task.run();
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}, name);
		this.threads.add(thread);
		thread.start();
	}

	void joinCallers() throws InterruptedException {
		for (Thread thread : this.threads) {
			if (thread.getName().startsWith("caller")) {
				thread.join();
			}
		}
	}

	void join() throws InterruptedException {
		for (Thread thread : this.threads) {
			thread.join();
		}
	}

	// As a channel does, without a next helper.
	void call(int id, int size, Duration timeout) throws InterruptedException {
		PendingCall call = new PendingCall(id, FUNCTION, timeout.toNanos());
		call.setFrame(Request.Call.write(new FrameWriter(4096), id, FUNCTION.number(),
				(out) -> out.putBytes(new byte[size])));
		if (!this.slots.take(call)) {
			while (!call.isOutOfQueue()) {
				LockSupport.parkNanos(Duration.ofSeconds(10).toNanos());
			}
		}
		String end = (call.connection() != null) ? null : send(call);
		this.ends.put(id, (end != null) ? end : await(call));
	}

	private @Nullable String send(PendingCall call) {
		if (!this.connection.take(call)) {
			PendingCall next = this.slots.release();
			if (next != null) {
				next.grantSlot();
			}
			return "not sent: not taken";
		}
		try {
			if (this.connection.send(call)) {
				return null;
			}
			require(call.isUnsent(), "not in time, and not unsent");
			return "not sent: not in time";
		}
		catch (ConnectionEndedException ex) {
			require(call.isUnsent(), "ended before it was sent, and not unsent");
			return "not sent: ended";
		}
	}

	private String await(PendingCall call) throws InterruptedException {
		if (!this.connection.reader().await(call)) {
			this.connection.cancel(call, Duration.ofMillis(5));
			return "late";
		}
		if (call.isUnsent()) {
			return "not sent: lost from the queue";
		}
		return (call.reply() != null) ? "answered" : "lost";
	}

	// Replies to so many calls, and hears all.
	void serve(int answers) throws IOException {
		FrameReader reader = new FrameReader(this.helper, 1 << 16);
		FrameWriter writer = new FrameWriter(4096);
		try (this.helper) {
			while (true) {
				if (Request.read(Objects.requireNonNull(reader.next())) instanceof Request.Call call) {
					this.heard.add(call.id());
					if (this.heard.size() <= answers) {
						this.helper.write(Reply.Returned
							.write(writer, call.id(), (out) -> ValueWriter.write(FUNCTION.result(), 1, out, 100))
							.toBytes());
					}
				}
			}
		}
		catch (IOException ex) {
			// the end
		}
	}

	// Two calls, and another thread that ends the connection.
	void end(int size) throws Exception {
		start("helper", () -> serve(10));
		start("caller-0", () -> call(0, size, Duration.ofSeconds(10)));
		start("caller-1", () -> call(1, size, Duration.ofSeconds(10)));
		start("ender", () -> {
			this.connection.end(new IOException("ended"));
			this.connection.close();
		});
		join();
		check(2);
	}

	long count(String end) {
		return this.ends.values().stream().filter(end::equals).count();
	}

	void check(int calls) {
		require(this.ends.size() == calls, "calls without an end: " + this.ends);
		this.ends.forEach((id, end) -> {
			boolean isHeard = this.heard.contains(id);
			require(!(end.startsWith("not sent") && isHeard),
					"call " + id + " " + end + ", and the helper has got it: " + this.heard + ", " + this.ends);
			require(!end.equals("answered") || isHeard, "call " + id + " has a reply that was not given");
		});
		require(this.slots.taken() == 0 && this.slots.waiting() == 0,
				this.slots.taken() + " slots taken, " + this.slots.waiting() + " waiting after the end; " + this.ends);
	}

	static void require(boolean condition, String otherwise) {
		if (!condition) {
			throw new AssertionError("BROKEN: " + otherwise);
		}
	}

	/** The function. */
	@PrivsepFunction("lab")
	static class Functions {

		public int f(int token) {
			return token + 1;
		}

	}

}
