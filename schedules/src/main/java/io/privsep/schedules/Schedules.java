package io.privsep.schedules;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

import kotlin.Unit;
import org.pastalab.fray.core.TestRunner;
import org.pastalab.fray.core.command.Configuration;
import org.pastalab.fray.core.command.ExecutionInfo;
import org.pastalab.fray.core.command.LambdaExecutor;
import org.pastalab.fray.core.command.NetworkDelegateType;
import org.pastalab.fray.core.command.SystemTimeDelegateType;
import org.pastalab.fray.core.observers.TimelineCoverageType;
import org.pastalab.fray.core.randomness.ControlledRandom;
import org.pastalab.fray.core.randomness.Randomness;
import org.pastalab.fray.core.scheduler.POSScheduler;
import org.pastalab.fray.core.scheduler.RandomScheduler;
import org.pastalab.fray.core.scheduler.Scheduler;

import io.privsep.channel.ChannelScenarios;
import io.privsep.channel.MoreChannelScenarios;
import io.privsep.connection.ConnectionScenarios;
import io.privsep.helper.HelperScenarios;
import io.privsep.scenario.Scenario;

/**
 * Runs one scenario under Fray with one schedule after the other, each chosen by a seed:
 * {@code Schedules <scenario> <schedules> <seconds> <random|pos> <seed> <report>}. A
 * schedule that breaks a promise is printed with its seed, which runs it again. There is
 * no result if Fray itself fails.
 */
public final class Schedules {

	/** Virtual time passes by as much with each step, in nanoseconds. */
	private static final long STEP = 1000;

	private Schedules() {
	}

	private static Map<String, Scenario> all() {
		Map<String, Scenario> all = new LinkedHashMap<>();
		ConnectionScenarios.addTo(all);
		ChannelScenarios.addTo(all);
		MoreChannelScenarios.addTo(all);
		HelperScenarios.addTo(all);
		return all;
	}

	/**
	 * Runs it.
	 * @param args as above; or {@code list}
	 * @throws Exception if it cannot be run
	 */
	public static void main(String[] args) throws Exception {
		Map<String, Scenario> all = all();
		if (args[0].equals("list")) {
			all.keySet().forEach(System.out::println);
			return;
		}
		Scenario scenario = all.get(args[0]);
		if (scenario == null) {
			throw new IllegalArgumentException("There is no scenario '" + args[0] + "'");
		}
		long seed = Long.parseLong(args[4]);
		// classes are initialized before the first schedule, which would be another else
		ChannelScenarios.warmUp();
		Configuration configuration = configuration(scenario, Integer.parseInt(args[1]), Integer.parseInt(args[2]),
				args[3].equals("pos"), seed, Path.of(args[5]));
		Throwable failure = new TestRunner(configuration).run();
		int schedules = configuration.getCurrentIteration();
		if (failure == null) {
			System.out.println(args[0] + ", " + args[3] + ": " + schedules + " schedules, ok");
			System.exit(0);
		}
		failure.printStackTrace(System.out);
		if (isOfFray(failure)) {
			System.out.println("This is a fault of Fray itself");
			System.exit(2);
		}
		System.out.println(args[0] + ", " + args[3] + ": FAILED with seed " + (seed + schedules) + ", after "
				+ schedules + " schedules: " + failure);
		System.exit(1);
	}

	// On a busy machine, in one run of some hundred, Fray 0.9.2 loses its count of a
	// thread whose wait(time) ends while it is being notified: it fails, or hangs.
	private static boolean isOfFray(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof ClassCastException && cause.getStackTrace().length > 0
					&& cause.getStackTrace()[0].getClassName().startsWith("org.pastalab.fray.")) {
				return true;
			}
		}
		return false;
	}

	private static Configuration configuration(Scenario scenario, int schedules, int seconds, boolean isPos, long seed,
			Path report) {
		Seeds seeds = new Seeds(seed);
		Scheduler scheduler = isPos ? new POSScheduler(seeds.next()) : new RandomScheduler(seeds.next());
		ExecutionInfo execution = new ExecutionInfo(new LambdaExecutor(() -> {
			try {
				scenario.run();
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
			return Unit.INSTANCE;
		}), false, false, -1);
		return new Configuration(execution, report, schedules, seconds, scheduler, seeds::next, true, false, true,
				false, false, false, NetworkDelegateType.NONE, SystemTimeDelegateType.MOCK, STEP, false, false, false,
				false, false, false, TimelineCoverageType.NONE);
	}

	/** One seed after the other, one for each schedule. */
	private static final class Seeds {

		private long next;

		Seeds(long first) {
			this.next = first;
		}

		Randomness next() {
			return new ControlledRandom(new ArrayList<>(), new ArrayList<>(), new Random(this.next++));
		}

	}

}
