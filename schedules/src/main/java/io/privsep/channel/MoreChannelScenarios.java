package io.privsep.channel;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import io.privsep.scenario.Scenario;
import io.privsep.wire.Request;

/**
 * Virtual threads, asynchronous calls, heartbeats, log events, first starts, and channels
 * that are lost.
 */
public final class MoreChannelScenarios {

	private static final Duration PING = Duration.ofMillis(5);

	private static final Rig.Script SERVES = (helper) -> {
		helper.sayReady();
		helper.serveAll();
	};

	private MoreChannelScenarios() {
	}

	/**
	 * Adds all of them.
	 * @param all scenarios by their names
	 */
	public static void addTo(Map<String, Scenario> all) {
		all.put("virtualCallers", MoreChannelScenarios::virtualCallers);
		all.put("virtualAndPlatformCallers", MoreChannelScenarios::virtualAndPlatformCallers);
		all.put("asynchronous", MoreChannelScenarios::asynchronous);
		all.put("asynchronousAndClose", MoreChannelScenarios::asynchronousAndClose);
		all.put("asynchronousInQueue", MoreChannelScenarios::asynchronousInQueue);
		all.put("heartbeats", MoreChannelScenarios::heartbeats);
		all.put("silentHelper", MoreChannelScenarios::silentHelper);
		all.put("logEvents", MoreChannelScenarios::logEvents);
		all.put("firstStartFails", MoreChannelScenarios::firstStartFails);
		all.put("lost", MoreChannelScenarios::lost);
		all.put("lostWithQueue", MoreChannelScenarios::lostWithQueue);
		all.put("sparesEnd", MoreChannelScenarios::sparesEnd);
	}

	// They cannot become the leader, so that the monitor has to.
	private static void virtualCallers() throws Exception {
		Rig rig = new Rig(Settings.of(2, 0, SERVES));
		rig.start();
		for (int i = 0; i < 3; i++) {
			rig.caller(i, Rig.LONG, Rig.VIRTUAL);
		}
		rig.end();
		rig.requireReturned(0, 1, 2);
	}

	private static void virtualAndPlatformCallers() throws Exception {
		Rig rig = new Rig(Settings.of(2, 0, SERVES));
		rig.start();
		rig.caller(0, Rig.LONG, Rig.VIRTUAL);
		rig.callers(1, 2);
		rig.end();
		rig.requireReturned(0, 1, 2);
	}

	// Two in one slot, of which one is cancelled.
	private static void asynchronous() throws Exception {
		Rig rig = new Rig(Settings.of(1, 0, SERVES));
		rig.start();
		CompletableFuture<@Nullable Object> first = call(rig, 0);
		CompletableFuture<@Nullable Object> second = call(rig, 1);
		Thread canceller = new Thread(() -> first.cancel(true), "canceller");
		canceller.start();
		await(rig, 1, second);
		canceller.join();
		await(rig, 0, first);
		rig.end();
		rig.requireReturned(1);
	}

	private static CompletableFuture<@Nullable Object> call(Rig rig, int token) {
		rig.begin();
		return rig.channel.callAsynchronously(FakeHelper.FUNCTION, new Object[] { token }, Rig.LONG);
	}

	private static void await(Rig rig, int token, CompletableFuture<@Nullable Object> call) {
		String outcome = Rig.outcome(() -> {
			try {
				return call.get();
			}
			catch (ExecutionException ex) {
				throw (ex.getCause() != null) ? ex.getCause() : ex;
			}
			catch (CancellationException ex) {
				return null;
			}
		}, token);
		rig.note(token, outcome.equals("WRONG null") ? "cancelled" : outcome);
	}

	private static void asynchronousAndClose() throws Exception {
		Rig rig = new Rig(Settings.of(1, 0, SERVES));
		rig.start();
		List<CompletableFuture<@Nullable Object>> calls = IntStream.range(0, 3).mapToObj((i) -> call(rig, i)).toList();
		rig.channel.close();
		for (int i = 0; i < 3; i++) {
			await(rig, i, calls.get(i));
		}
		rig.close();
	}

	// They give up their places in the queue when they get a thread.
	private static void asynchronousInQueue() throws Exception {
		Rig rig = new Rig(Settings.of(1, 0, (helper) -> {
			helper.sayReady();
			while (true) {
				Request.Call call = helper.nextCall();
				int token = helper.run(call);
				Thread.sleep(1);
				helper.answer(call, token);
			}
		}).times(Duration.ofMillis(2), Duration.ofMillis(50), Duration.ZERO));
		rig.start();
		List<CompletableFuture<@Nullable Object>> calls = IntStream.range(0, 3).mapToObj((i) -> call(rig, i)).toList();
		for (int i = 0; i < 3; i++) {
			await(rig, i, calls.get(i));
		}
		rig.end();
	}

	// A helper that replies to its pings is never replaced, with calls or without.
	private static void heartbeats() throws Exception {
		Rig rig = new Rig(Settings.of(1, 0, SERVES).times(Rig.LONG, Duration.ofMillis(50), Duration.ofMillis(500)));
		rig.start();
		rig.callers(0, 2);
		rig.joinCallers();
		Thread.sleep(1200);
		rig.caller(2, Rig.LONG);
		rig.end();
		rig.requireReturned(0, 1, 2);
		Rig.require(rig.helpers.size() == 1, "a helper that answers was replaced");
	}

	// It says nothing any more: its call is lost, and the next helper serves.
	private static void silentHelper() throws Exception {
		Rig rig = new Rig(Settings.of(1, 0, (helper) -> {
			helper.sayReady();
			if (helper.number == 0) {
				helper.run(helper.nextCall());
				while (helper.application.isOpen()) {
					Thread.sleep(1);
				}
				return;
			}
			helper.serveAll();
		}).times(Rig.LONG, Duration.ofMillis(50), PING));
		rig.start();
		rig.callers(0, 2);
		rig.end();
	}

	// Over the connection, between replies: each once, and in order.
	private static void logEvents() throws Exception {
		Rig rig = new Rig(Settings.of(2, 0, (helper) -> {
			helper.sayReady();
			while (true) {
				Request.Call call = helper.nextCall();
				int token = helper.run(call);
				helper.log(2 * helper.calls.get());
				helper.answer(call, token);
				helper.log(2 * helper.calls.get() + 1);
			}
		}).logging());
		rig.start();
		rig.callers(0, 3);
		rig.end();
		rig.requireReturned(0, 1, 2);
		List<String> lines = rig.logged.getOrDefault(0, List.of());
		Rig.require(lines.size() >= 5, "lines of the log are missing: " + lines);
		for (int i = 0; i < lines.size(); i++) {
			Rig.require(lines.get(i).equals("call " + (i + 2)), "lines of the log are not in order: " + lines);
		}
	}

	// By a race, perhaps: it is tried again while calls wait.
	private static void firstStartFails() throws Exception {
		Rig rig = new Rig(Settings.of(1, 1, SERVES).failFirst(1));
		rig.channel.start();
		rig.callers(0, 2);
		rig.awaitStarted();
		rig.end();
		rig.requireReturned(0, 1);
	}

	// The only helper ends while the application gives up its rights.
	private static void lost() throws Exception {
		Rig rig = new Rig(Settings.of(1, 0, (helper) -> {
			helper.sayReady();
			helper.run(helper.nextCall());
		}));
		rig.start();
		Thread dropping = new Thread(rig::dropRights, "dropping");
		dropping.start();
		rig.caller(0, Rig.LONG);
		dropping.join();
		rig.joinCallers();
		// another helper may have been started before, for one call
		rig.caller(1, Rig.LONG).join();
		long begin = System.nanoTime();
		rig.caller(2, Rig.LONG).join();
		Rig.require("unavailable".equals(rig.outcomes.get(2)), "a call of a channel that is lost: " + rig.outcomes);
		Rig.require(System.nanoTime() - begin < Rig.LONG.toNanos() / 2, "a call of a channel that is lost has waited");
		rig.end();
	}

	// With callers in the queue.
	private static void lostWithQueue() throws Exception {
		Rig rig = new Rig(Settings.of(1, 1, (helper) -> {
			helper.sayReady();
			Request.Call call = helper.nextCall();
			helper.answer(call, helper.run(call));
		}));
		rig.start();
		rig.dropRights();
		rig.callers(0, 4);
		rig.end();
		Rig.require(rig.helpers.size() == 2, "a helper was started that cannot be");
	}

	// A spare and the helper that serves end at once.
	private static void sparesEnd() throws Exception {
		Rig rig = new Rig(Settings.of(2, 1, (helper) -> {
			helper.sayReady();
			if (helper.number == 0) {
				helper.run(helper.nextCall());
				return;
			}
			if (helper.number == 1) {
				throw new IOException("ended");
			}
			helper.serveAll();
		}));
		rig.channel.start();
		rig.callers(0, 3);
		rig.end();
	}

}
