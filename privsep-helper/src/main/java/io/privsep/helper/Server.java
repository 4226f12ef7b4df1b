package io.privsep.helper;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.privsep.definition.HelperDefinition;
import io.privsep.function.PrivilegedFunction;
import io.privsep.helper.audit.Audit;
import io.privsep.helper.check.ProcessFacts;
import io.privsep.rights.ThreadRights;
import io.privsep.wire.Frame;
import io.privsep.wire.FrameReader;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.MalformedFrameException;
import io.privsep.wire.Protocol;
import io.privsep.wire.Reply;
import io.privsep.wire.Request;

/**
 * The request loop: serves the calls that come in on one connection until it ends.
 * <p>
 * One of the workers is the leader ({@link Leadership}): it reads one request and serves
 * it itself, so that no call is handed from thread to thread. There is one worker more
 * than calls may run: cancellations are always heard.
 */
final class Server {

	/**
	 * How long a frame may take that has begun. Who sends half a frame and stops, or a
	 * byte now and then, would otherwise keep the helper from hearing anything else.
	 */
	private static final Duration FRAME_TIMEOUT = Duration.ofSeconds(30);

	/**
	 * After so many times the time of a frame in silence, the helper sends a heartbeat.
	 * That fails if nobody is there to take it: it is not left to the worker that reads,
	 * which may not come back from dropping a descriptor that the application has sent
	 * along. An application that is stopped can take some 250 of them: a day.
	 */
	private static final int SILENCE = 10;

	private final ReplyWriter replies;

	private final FrameReader reader;

	private final PrivilegedBeans beans;

	private final Functions functions;

	private final RunningCalls calls;

	private final CallService service;

	private final HelperDefinition definition;

	private final ClassLoader classLoader;

	private final Audit audit;

	private final Duration frameTimeout;

	private final Leadership leadership = new Leadership();

	private volatile @Nullable Throwable reason;

	Server(ReplyWriter replies, FrameReader reader, PrivilegedBeans beans, HelperDefinition definition,
			ClassLoader classLoader, Audit audit) {
		this(replies, reader, beans, definition, classLoader, audit, FRAME_TIMEOUT);
	}

	Server(ReplyWriter replies, FrameReader reader, PrivilegedBeans beans, HelperDefinition definition,
			ClassLoader classLoader, Audit audit, Duration frameTimeout) {
		this.replies = replies;
		this.reader = reader;
		this.beans = beans;
		this.functions = new Functions(beans, definition.calls().maxElements());
		this.calls = new RunningCalls(definition.calls().maxConcurrency());
		this.service = new CallService(definition.context(), this.functions, this.calls, audit);
		this.definition = definition;
		this.classLoader = classLoader;
		this.audit = audit;
		this.frameTimeout = frameTimeout;
	}

	/**
	 * Says READY, and serves until the connection ends.
	 * @throws MalformedFrameException if the other end breaks the protocol
	 * @throws Exception if the server itself fails
	 */
	void serve() throws Exception {
		this.replies.write(ready().write(new FrameWriter(HelperDefinition.MAX_LENGTH)));
		for (int i = 1; i <= this.definition.calls().maxConcurrency() + 1; i++) {
			int number = i;
			start(() -> work(number), Integer.toString(i));
		}
		Throwable reason = awaitEnd();
		this.calls.cancelAll();
		if (reason instanceof MalformedFrameException ex) {
			throw ex;
		}
		if (reason instanceof EOFException) {
			new OrderlyEnd(this.beans).await(this.replies, new ReplyFactory(this.definition));
		}
		if (!(reason instanceof IOException)) {
			throw new IllegalStateException("A worker failed", reason);
		}
	}

	private void start(Runnable task, String name) {
		Thread thread = new Thread(task, "privsep-" + this.definition.context() + "-" + name);
		thread.setContextClassLoader(this.classLoader);
		thread.setDaemon(true);
		thread.start();
	}

	// In a thread of its own, as the other end may not take it.
	private void sendHeartbeat() {
		try {
			this.replies.write(new ReplyFactory(this.definition).pong());
		}
		catch (IOException ex) {
			end(ex);
		}
	}

	private synchronized void end(Throwable why) {
		if (this.reason == null) {
			this.reason = why;
			notifyAll();
		}
	}

	// The thread that waits for the end has nothing else to do, so it minds the time, and
	// the workers need no clock.
	private Throwable awaitEnd() throws InterruptedException {
		long lastHeartbeat = System.nanoTime();
		while (true) {
			Duration left = min(left("A frame was not complete", this.reader.unfinishedFor()),
					min(left("A reply was not taken", this.replies.unfinishedFor()),
							left("A line of the audit was not taken", this.audit.unfinishedFor())));
			long silence = Math.min(this.replies.silentFor().toNanos(), System.nanoTime() - lastHeartbeat);
			if (silence > SILENCE * this.frameTimeout.toNanos()) {
				lastHeartbeat = System.nanoTime();
				start(this::sendHeartbeat, "heartbeat");
			}
			// a frame may have begun when that is over
			Throwable reason = awaitReason(left.toMillis() + 1);
			if (reason != null) {
				return reason;
			}
		}
	}

	private Duration left(String what, Duration time) {
		Duration left = this.frameTimeout.minus(time);
		if (left.isNegative()) {
			throw new MalformedFrameException(what + " within " + this.frameTimeout.toMillis() + "ms");
		}
		return left;
	}

	private static Duration min(Duration one, Duration other) {
		return (one.compareTo(other) < 0) ? one : other;
	}

	private synchronized @Nullable Throwable awaitReason(long millis) throws InterruptedException {
		if (this.reason == null) {
			wait(millis);
		}
		return this.reason;
	}

	private Reply.Ready ready() throws IOException {
		int uid = -1;
		long capabilities = 0;
		if (ProcessFacts.isLinux()) {
			ThreadRights rights = ThreadRights.ofThisProcess();
			uid = rights.uids().get(1);
			capabilities = rights.effective().mask();
		}
		return new Reply.Ready(Protocol.VERSION, this.beans.table().context(),
				ByteBuffer.wrap(this.beans.table().digest()), ProcessFacts.pid(), uid, capabilities,
				this.definition.publicText());
	}

	private void work(int worker) {
		try {
			ReplyFactory factory = new ReplyFactory(this.definition);
			this.leadership.await(worker);
			while (this.reason == null) {
				if (!serveNext(worker, factory)) {
					this.leadership.await(worker);
				}
			}
		}
		catch (Throwable ex) {
			// end of the connection, or its abuse; the first worker to notice says why
			end(ex);
		}
		finally {
			// so that the others notice as well
			this.leadership.end(worker);
		}
	}

	/**
	 * Takes the next request and serves it.
	 * @param worker number of the worker, which is the leader
	 * @param factory makes its replies
	 * @return whether it is still the leader
	 * @throws IOException at the end of the connection
	 */
	private boolean serveNext(int worker, ReplyFactory factory) throws IOException {
		if (this.replies.holdsBack() && !this.reader.hasNext()) {
			this.leadership.keep(worker);
			this.replies.flush();
			if (!this.leadership.resume(worker)) {
				return false;
			}
		}
		Request request = Request.read(Objects.requireNonNull(this.reader.next()));
		if (request instanceof Request.Call call) {
			return serve(call, worker, factory);
		}
		if (request instanceof Request.Cancel cancel) {
			RunningCall call = this.calls.find(cancel.id());
			return call == null || cancel(call, worker, factory);
		}
		return reply(factory.pong(), worker);
	}

	private boolean serve(Request.Call call, int worker, ReplyFactory factory) throws IOException {
		// before the next request is read, so that a cancellation finds the call it means
		RunningCall running = this.calls.add(call.id());
		if (running == null) {
			return refuse(call,
					"More calls than the " + this.definition.calls().maxConcurrency() + " of 'max-concurrency' at once",
					worker, factory);
		}
		PrivilegedFunction function = this.functions.find(call.function());
		if (function == null) {
			this.calls.remove(running);
			return refuse(call, "There is no function " + call.function(), worker, factory);
		}
		if (this.functions.isShort(function)) {
			boolean isLast = !this.reader.hasNext();
			this.leadership.keep(worker);
			Frame reply = this.service.serve(call, function, running, factory);
			if (isLast || !this.replies.holdBack(reply)) {
				this.replies.write(reply);
				return this.leadership.resume(worker);
			}
			if (this.leadership.resume(worker)) {
				return true;
			}
			// another leader may wait for a request by now
			this.replies.flush();
			return false;
		}
		this.leadership.pass();
		if (this.replies.holdsBack()) {
			this.replies.flush();
		}
		this.replies.write(this.service.serve(call, function, running, factory));
		return false;
	}

	// Says where the function is before it is interrupted, and may go on. The call itself
	// is cancelled, as its number may be another's by then.
	private boolean cancel(RunningCall call, int worker, ReplyFactory factory) throws IOException {
		try {
			return reply(factory.cancelled(call), worker);
		}
		finally {
			call.cancel();
		}
	}

	private boolean refuse(Request.Call call, String reason, int worker, ReplyFactory factory) throws IOException {
		// whoever reads the audit may not take it, which must not keep the helper from
		// reading
		this.leadership.keep(worker);
		this.audit.refused(call.function(), reason);
		this.replies.write(factory.refused(call.id(), reason));
		return this.leadership.resume(worker);
	}

	// The other end may not take it: that must not keep the helper from reading.
	private boolean reply(Frame frame, int worker) throws IOException {
		this.leadership.keep(worker);
		this.replies.write(frame);
		return this.leadership.resume(worker);
	}

}
