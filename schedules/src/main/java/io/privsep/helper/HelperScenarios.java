package io.privsep.helper;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.privsep.connection.Pipe;
import io.privsep.scenario.Scenario;
import io.privsep.wire.FrameReader;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.Reply;

/**
 * The helper's side: a real request loop at a connection in memory, and its parts alone.
 */
public final class HelperScenarios {

	private HelperScenarios() {
	}

	/**
	 * Adds all of them.
	 * @param all scenarios by their names
	 */
	public static void addTo(Map<String, Scenario> all) {
		all.put("leadership", HelperScenarios::leadership);
		all.put("runningCall", HelperScenarios::runningCall);
		all.put("replyWriter", HelperScenarios::replyWriter);
		all.put("serverCancel", HelperScenarios::serverCancel);
		all.put("serverPing", HelperScenarios::serverPing);
		all.put("serverEnd", HelperScenarios::serverEnd);
		all.put("serverShort", HelperScenarios::serverShort);
	}

	// Three workers: never two at the connection, and never nobody for ever.
	private static void leadership() throws Exception {
		Leadership leadership = new Leadership();
		AtomicInteger readers = new AtomicInteger();
		AtomicInteger reads = new AtomicInteger();
		List<Thread> threads = new ArrayList<>();
		for (int i = 1; i <= 3; i++) {
			int worker = i;
			Thread thread = new Thread(() -> work(leadership, worker, readers, reads), "worker-" + i);
			threads.add(thread);
			thread.start();
		}
		for (Thread thread : threads) {
			thread.join();
		}
	}

	private static void work(Leadership leadership, int worker, AtomicInteger readers, AtomicInteger reads) {
		boolean isMine = false;
		for (int n = 0; reads.get() < 8; n++) {
			if (!isMine) {
				leadership.await(worker);
			}
			Peer.require(readers.incrementAndGet() == 1, "two readers");
			reads.incrementAndGet();
			readers.decrementAndGet();
			if ((n + worker) % 3 == 0) {
				leadership.pass();
				isMine = false;
			}
			else {
				leadership.keep(worker);
				if ((n + worker) % 3 == 1) {
					sleep(5);
				}
				isMine = leadership.resume(worker);
			}
		}
		leadership.end(worker);
	}

	private static void sleep(long millis) {
		try {
			Thread.sleep(millis);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	// Cancelled before, while and after it runs: no interrupt is left for the next.
	private static void runningCall() throws Exception {
		RunningCalls calls = new RunningCalls(2);
		AtomicBoolean isLeft = new AtomicBoolean();
		Thread worker = new Thread(() -> {
			for (int i = 0; i < 2; i++) {
				RunningCall call = Objects.requireNonNull(calls.add(i));
				call.enter();
				Thread.yield();
				call.leave();
				isLeft.compareAndSet(false, Thread.currentThread().isInterrupted());
				calls.remove(call);
				Thread.yield();
				isLeft.compareAndSet(false, Thread.currentThread().isInterrupted());
			}
		});
		Thread canceller = new Thread(() -> {
			for (int i = 0; i < 2; i++) {
				RunningCall call = calls.find(i);
				if (call != null) {
					call.cancel();
				}
			}
			calls.cancelAll();
		});
		worker.start();
		canceller.start();
		worker.join();
		canceller.join();
		Peer.require(!isLeft.get(), "an interrupt is left");
	}

	// What is held back is sent by somebody, whoever else writes.
	private static void replyWriter() throws Exception {
		Pipe pipe = new Pipe(1 << 12);
		ReplyWriter writer = new ReplyWriter(pipe.helper());
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			int number = i;
			Thread thread = new Thread(() -> pong(writer, number == 2));
			threads.add(thread);
			thread.start();
		}
		for (Thread thread : threads) {
			thread.join();
		}
		boolean holdsBack = writer.holdsBack();
		pipe.helper().close();
		FrameReader reader = new FrameReader(pipe.application(), 64);
		int found = 0;
		try {
			while (reader.next() != null) {
				found++;
			}
		}
		catch (IOException ex) {
			// the end
		}
		Peer.require(found == 3 && !holdsBack, found + " of 3 answers were sent, holdsBack " + holdsBack);
	}

	private static void pong(ReplyWriter writer, boolean isWritten) {
		try {
			if (isWritten) {
				writer.write(new Reply.Pong().write(new FrameWriter(64)));
				return;
			}
			Peer.require(writer.holdBack(new Reply.Pong().write(new FrameWriter(64))), "no room");
			writer.flush();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	// Before, while or after the function runs; the next call, also with the same number,
	// is not touched by it.
	private static void serverCancel() throws Exception {
		Peer peer = new Peer(2);
		Thread canceller = new Thread(() -> peer.cancel(1), "canceller");
		canceller.start();
		peer.call(1, "slow");
		Reply first = peer.receive();
		canceller.join();
		// heard by now, as one reads after the other
		peer.ping();
		Peer.require(peer.receive() instanceof Reply.Pong, "a ping has no answer");
		int before = peer.interrupted();
		peer.call(1, "slow");
		Reply second = peer.receive();
		Peer.require(first instanceof Reply.Returned && second instanceof Reply.Returned, first + ", " + second);
		Peer.require(peer.interrupted() == before, "the next call was cancelled");
		Peer.require(peer.cancelled() <= 1, "more was said of the cancellation than was asked");
		peer.end();
	}

	// Answered while all functions run.
	private static void serverPing() throws Exception {
		Peer peer = new Peer(2);
		peer.call(1, "slow");
		peer.call(2, "slow");
		peer.ping();
		int pongs = 0;
		for (int i = 0; i < 3; i++) {
			pongs += (peer.receive() instanceof Reply.Pong) ? 1 : 0;
		}
		Peer.require(pongs == 1, pongs + " answers to a ping");
		peer.end();
	}

	// The connection ends while functions run.
	private static void serverEnd() throws Exception {
		Peer peer = new Peer(2);
		peer.call(1, "slow");
		peer.call(2, "slow");
		peer.end();
	}

	// Several short calls at once, some replies held back, and one that is cancelled.
	private static void serverShort() throws Exception {
		Peer peer = new Peer(3);
		for (int i = 0; i < 5; i++) {
			peer.call(i, "quick");
			peer.receive();
		}
		peer.call(10, "quick");
		peer.call(11, "slow");
		peer.call(12, "quick");
		peer.cancel(11);
		for (int i = 0; i < 3; i++) {
			Peer.require(peer.receive() instanceof Reply.Returned, "a call has not returned");
		}
		peer.end();
	}

}
