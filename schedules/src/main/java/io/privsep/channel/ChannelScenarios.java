package io.privsep.channel;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.privsep.scenario.Scenario;
import io.privsep.wire.Request;

/**
 * Callers, helpers that end, and a channel that is closed.
 */
public final class ChannelScenarios {

	private static final Rig.Script SERVES = (helper) -> {
		helper.sayReady();
		helper.serveAll();
	};

	private ChannelScenarios() {
	}

	/**
	 * Adds all of them.
	 * @param all scenarios by their names
	 */
	public static void addTo(Map<String, Scenario> all) {
		all.put("reversed", ChannelScenarios::reversed);
		all.put("leaderLeaves", ChannelScenarios::leaderLeaves);
		all.put("timeoutCrossesReply", ChannelScenarios::timeoutCrossesReply);
		all.put("interrupted", ChannelScenarios::interrupted);
		all.put("helperEnds", ChannelScenarios::helperEnds);
		all.put("helperEndsWithQueue", ChannelScenarios::helperEndsWithQueue);
		all.put("closeWithQueue", ChannelScenarios::closeWithQueue);
		all.put("closeDuringStart", ChannelScenarios::closeDuringStart);
		all.put("closeDuringReplacement", ChannelScenarios::closeDuringReplacement);
		all.put("ignoredCancel", ChannelScenarios::ignoredCancel);
		all.put("recycle", ChannelScenarios::recycle);
		all.put("freshForEach", ChannelScenarios::freshForEach);
		all.put("allFail", ChannelScenarios::allFail);
		all.put("startAgain", ChannelScenarios::startAgain);
		all.put("smallPipe", ChannelScenarios::smallPipe);
		all.put("busyCrossesGrant", ChannelScenarios::busyCrossesGrant);
		all.put("queueAndReplacement", ChannelScenarios::queueAndReplacement);
	}

	/**
	 * Initializes classes, with one thread after the other.
	 * @throws Exception if a promise is broken
	 */
	public static void warmUp() throws Exception {
		Rig rig = new Rig(Settings.of(1, 1, SERVES).logging());
		rig.start();
		for (int i = 0; i < 3; i++) {
			rig.caller(i, Rig.LONG).join();
		}
		rig.end();
		// The pool of asynchronous calls, with ThreadLocalRandom: Fray gives others the
		// turn while a class is initialized, and does not see that they wait for that.
		CompletableFuture.runAsync(() -> {
		}).join();
	}

	// Two callers, whose replies come in the other order.
	private static void reversed() throws Exception {
		Rig rig = new Rig(Settings.of(2, 0, (helper) -> {
			helper.sayReady();
			while (true) {
				Request.Call first = helper.nextCall();
				Request.Call second = helper.nextCall();
				int one = helper.run(first);
				helper.answer(second, helper.run(second));
				helper.answer(first, one);
			}
		}));
		rig.start();
		rig.callers(0, 2);
		rig.end();
		rig.requireReturned(0, 1);
	}

	// Whoever reads gets its reply first, or last; none may be left alone.
	private static void leaderLeaves() throws Exception {
		Rig rig = new Rig(Settings.of(3, 0, SERVES));
		rig.start();
		rig.callers(0, 3);
		rig.end();
		rig.requireReturned(0, 1, 2);
	}

	// The reply comes when the caller gives up; another waits for the slot.
	private static void timeoutCrossesReply() throws Exception {
		Rig rig = new Rig(Settings.of(1, 0, slow(2)));
		rig.start();
		rig.caller(0, Duration.ofMillis(2));
		rig.caller(1, Rig.LONG);
		rig.end();
		rig.requireReturned(1);
	}

	// Call 0 takes so long.
	private static Rig.Script slow(long millis) {
		return (helper) -> {
			helper.sayReady();
			while (true) {
				Request.Call call = helper.nextCall();
				int token = helper.run(call);
				if (token == 0) {
					Thread.sleep(millis);
				}
				helper.answer(call, token);
			}
		};
	}

	// One of three: in the queue, while it sends, reads or waits.
	private static void interrupted() throws Exception {
		Rig rig = new Rig(Settings.of(2, 0, SERVES));
		rig.start();
		Thread first = rig.caller(0, Rig.LONG);
		rig.callers(1, 2);
		first.interrupt();
		rig.end();
		rig.requireReturned(1, 2);
	}

	// After it has read one call of two; the next one serves.
	private static void helperEnds() throws Exception {
		Rig rig = new Rig(Settings.of(2, 0, (helper) -> {
			helper.sayReady();
			if (helper.number == 0) {
				helper.run(helper.nextCall());
				return;
			}
			helper.serveAll();
		}));
		rig.start();
		rig.callers(0, 2);
		rig.end();
	}

	// After it has replied to one call, with callers in the queue.
	private static void helperEndsWithQueue() throws Exception {
		Rig rig = new Rig(Settings.of(1, 0, (helper) -> {
			helper.sayReady();
			if (helper.number == 0) {
				Request.Call call = helper.nextCall();
				helper.answer(call, helper.run(call));
				return;
			}
			helper.serveAll();
		}));
		rig.start();
		rig.callers(0, 3);
		rig.end();
	}

	private static void closeWithQueue() throws Exception {
		Rig rig = new Rig(Settings.of(1, 0, SERVES));
		rig.start();
		rig.callers(0, 3);
		rig.close();
	}

	private static void closeDuringStart() throws Exception {
		Rig rig = new Rig(Settings.of(1, 0, SERVES));
		rig.channel.start();
		rig.callers(0, 1);
		rig.close();
	}

	private static void closeDuringReplacement() throws Exception {
		Rig rig = new Rig(Settings.of(1, 1, (helper) -> {
			helper.sayReady();
			if (helper.number == 0) {
				helper.run(helper.nextCall());
				return;
			}
			helper.serveAll();
		}));
		rig.start();
		Thread first = rig.caller(0, Rig.LONG);
		rig.callers(1, 1);
		first.join();
		rig.close();
	}

	// With another call in flight and one in the queue.
	private static void ignoredCancel() throws Exception {
		Rig rig = new Rig(Settings.of(2, 1, (helper) -> {
			helper.sayReady();
			while (true) {
				Request.Call call = helper.nextCall();
				int token = helper.run(call);
				if (token != 0) {
					helper.answer(call, token);
				}
			}
		}).times(Rig.LONG, Duration.ofMillis(3), Duration.ZERO));
		rig.start();
		rig.caller(0, Duration.ofMillis(2));
		rig.callers(1, 2);
		rig.end();
		Rig.require("timeout".equals(rig.outcomes.get(0)), "the call that was cancelled: " + rig.outcomes);
	}

	private static void recycle() throws Exception {
		Rig rig = new Rig(Settings.of(2, 1, SERVES).recycleAfter(2));
		rig.start();
		rig.callers(0, 5);
		rig.end();
		rig.requireReturned(0, 1, 2, 3, 4);
		requireNoMoreCalls(rig, 2);
	}

	private static void requireNoMoreCalls(Rig rig, int calls) {
		for (FakeHelper helper : rig.helpers) {
			Rig.require(helper.calls.get() <= calls, "helper " + helper.number + " has got " + helper.calls + " calls");
		}
	}

	// One call a helper; closed in the middle of it.
	private static void freshForEach() throws Exception {
		Rig rig = new Rig(Settings.of(2, 1, SERVES).recycleAfter(1));
		rig.start();
		Thread first = rig.caller(0, Rig.LONG);
		rig.callers(1, 3);
		first.join();
		rig.close();
		requireNoMoreCalls(rig, 1);
	}

	// The first two helpers end at once.
	private static void allFail() throws Exception {
		Rig rig = new Rig(Settings.of(2, 0, (helper) -> {
			helper.sayReady();
			if (helper.number >= 2) {
				helper.serveAll();
			}
		}));
		rig.channel.start();
		rig.callers(0, 4);
		rig.end();
	}

	private static void startAgain() throws Exception {
		Rig rig = new Rig(Settings.of(1, 0, SERVES));
		rig.start();
		rig.callers(0, 2);
		rig.channel.close();
		rig.channel.start();
		rig.caller(2, Rig.LONG);
		rig.end();
		rig.requireReturned(2);
	}

	// What is sent out of the queue has a rest.
	private static void smallPipe() throws Exception {
		Rig rig = new Rig(Settings.of(3, 0, SERVES).take(20));
		rig.start();
		rig.callers(0, 6);
		rig.end();
		rig.requireReturned(0, 1, 2, 3, 4, 5);
	}

	// Callers give up in the queue when they get a slot.
	private static void busyCrossesGrant() throws Exception {
		Rig rig = new Rig(Settings.of(1, 0, slow(1)).times(Duration.ofMillis(2), Duration.ofMillis(50), Duration.ZERO));
		rig.start();
		rig.callers(0, 4);
		rig.end();
	}

	// A function that is late goes on just when its helper is replaced, with a line.
	private static void queueAndReplacement() throws Exception {
		Rig rig = new Rig(Settings.of(1, 1, slow(4)).times(Rig.LONG, Duration.ofMillis(1), Duration.ZERO));
		rig.start();
		rig.caller(0, Duration.ofMillis(2));
		rig.callers(1, 2);
		rig.end();
	}

}
