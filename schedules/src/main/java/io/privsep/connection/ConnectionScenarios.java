package io.privsep.connection;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import io.privsep.scenario.Scenario;

/**
 * One connection with its slots, and few threads: small enough for many schedules.
 */
public final class ConnectionScenarios {

	private ConnectionScenarios() {
	}

	/**
	 * Adds all of them.
	 * @param all scenarios by their names
	 */
	public static void addTo(Map<String, Scenario> all) {
		all.put("slots", ConnectionScenarios::slots);
		all.put("connectionQueueEnd", () -> new Bench(1, 1 << 14, null).end(4));
		all.put("connectionSendEnd", () -> new Bench(2, 200, null).end(300));
		all.put("connectionRetire", ConnectionScenarios::retire);
		all.put("connectionRecycle", ConnectionScenarios::recycle);
		all.put("connectionCancel", ConnectionScenarios::cancel);
		all.put("endNotice", ConnectionScenarios::endNotice);
	}

	// Every slot is given to one, and none is lost.
	private static void slots() throws Exception {
		Slots slots = new Slots(2);
		AtomicInteger holders = new AtomicInteger();
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			int number = i;
			Thread thread = new Thread(() -> takeAndRelease(slots, number, holders));
			threads.add(thread);
			thread.start();
		}
		for (Thread thread : threads) {
			thread.join();
		}
		Bench.require(slots.taken() == 0 && slots.waiting() == 0, "slots are taken after the end: " + slots.taken());
	}

	private static void takeAndRelease(Slots slots, int number, AtomicInteger holders) {
		PendingCall call = new PendingCall(number, Bench.FUNCTION, 1_000_000);
		if (!slots.take(call)) {
			while (!call.isOutOfQueue()) {
				if (number == 3 && slots.leave(call)) {
					return;
				}
				LockSupport.parkNanos(1_000_000_000);
			}
		}
		Bench.require(holders.incrementAndGet() <= 2, "more calls than slots");
		holders.decrementAndGet();
		PendingCall next = slots.release();
		if (next != null) {
			next.grantSlot();
		}
	}

	private static void retire() throws Exception {
		Bench bench = new Bench(1, 1 << 14, null);
		bench.start("helper", () -> bench.serve(10));
		bench.start("caller-0", () -> bench.call(0, 4, Duration.ofSeconds(10)));
		bench.start("caller-1", () -> bench.call(1, 4, Duration.ofSeconds(10)));
		bench.connection.retire(Duration.ofSeconds(20));
		bench.connection.monitor();
		bench.connection.end(new IOException("replaced"));
		bench.connection.close();
		bench.join();
		bench.check(2);
	}

	// Exactly three of four.
	private static void recycle() throws Exception {
		Bench bench = new Bench(2, 1 << 14, 3);
		bench.start("helper", () -> bench.serve(10));
		for (int i = 0; i < 4; i++) {
			int id = i;
			bench.start("caller-" + id, () -> bench.call(id, 4, Duration.ofSeconds(10)));
		}
		Bench.require(bench.connection.monitor() == null, "the connection is at its end");
		bench.connection.recycle();
		Bench.require(bench.connection.monitor() == null && bench.connection.isIdle(), "calls are left");
		bench.connection.end(new IOException("recycled"));
		bench.connection.close();
		bench.join();
		bench.check(4);
		Bench.require(bench.heard.size() == 3 && bench.count("answered") == 3, "calls " + bench.heard);
	}

	private static void cancel() throws Exception {
		Bench bench = new Bench(2, 1 << 14, null);
		bench.start("helper", () -> bench.serve(10));
		bench.start("caller-0", () -> bench.call(0, 4, Duration.ofNanos(150_000)));
		bench.start("caller-1", () -> bench.call(1, 4, Duration.ofSeconds(10)));
		bench.start("caller-2", () -> bench.call(2, 4, Duration.ofSeconds(10)));
		bench.start("monitor", () -> {
			bench.connection.monitor();
			bench.connection.retire(Duration.ofSeconds(1));
			bench.connection.monitor();
		});
		bench.joinCallers();
		bench.connection.end(new IOException("ended"));
		bench.connection.close();
		bench.join();
		bench.check(3);
		// the helper may be replaced meanwhile, but a call that it has got is not lost
		Bench.require(bench.count("lost") == 0, "other calls: " + bench.ends);
	}

	// Whoever waits gets it, or has not waited for it.
	private static void endNotice() throws Exception {
		EndNotice notice = new EndNotice();
		IOException end = new IOException("ended");
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			Thread thread = new Thread(
					() -> Bench.require(notice.await(Duration.ofSeconds(10)) == end, "nobody told of the end"));
			threads.add(thread);
			thread.start();
		}
		notice.give(end);
		for (Thread thread : threads) {
			thread.join();
		}
	}

}
