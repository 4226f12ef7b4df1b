package io.privsep.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.privsep.benchmarks.load.Payload;

/**
 * The rows {@code growth}, the latency of one pinned caller as contexts and functions get
 * more, and {@code allocation}, the bytes that a call allocates on both sides.
 */
final class CostRows {

	static final String GROWTH = "growth";

	static final String ALLOCATION = "allocation";

	private static final Duration LIMIT = Duration.ofSeconds(120);

	private static final int CALLS = 20_000;

	private static final int WARM_UP_SLICES = 10;

	private final Options options;

	private final Results results;

	CostRows(Options options, Results results) {
		this.options = options;
		this.results = results;
	}

	void run(Jdk jdk, Instant deadline) throws IOException {
		if (this.options.wants(ALLOCATION)) {
			System.err.printf("%s, allocation%n", jdk);
			allocation(jdk);
		}
		if (this.options.quick() && this.options.row().equals("*")) {
			this.results.skip(GROWTH, "not with --quick");
		}
		else if (this.options.wants(GROWTH)) {
			System.err.printf("%s, growth%n", jdk);
			growth(jdk, deadline);
		}
	}

	private void allocation(Jdk jdk) throws IOException {
		try (RunningSubject subject = start(jdk, "cost.AllocatingApplication", 1, List.of())) {
			subject.awaitReady();
			for (Payload payload : List.of(Payload.TEXT, Payload.RECORD, Payload.EXCEPTION)) {
				String command = "allocation " + payload + " " + (this.options.quick() ? CALLS / 4 : CALLS);
				// compiled code allocates less
				subject.ask(command, LIMIT);
				for (int round = 0; round < this.options.fewRounds(); round++) {
					this.results.add(jdk.toString(), ALLOCATION, payload.toString(), round,
							subject.ask(command, LIMIT));
				}
			}
		}
		catch (IOException ex) {
			this.results.skip(ALLOCATION + ", " + jdk, "FAILED: " + ex.getMessage());
		}
	}

	private void growth(Jdk jdk, Instant deadline) throws IOException {
		Map<String, RunningSubject> subjects = new LinkedHashMap<>();
		try {
			subjects.put("contexts-1", growing(jdk, 1, 1));
			subjects.put("contexts-10", growing(jdk, 10, 1));
			subjects.put("functions-10", growing(jdk, 1, 10));
			subjects.put("functions-100", growing(jdk, 1, 100));
			String cpu = Integer.toString(Cpus.allowed().get(Cpus.allowed().size() - 1));
			String work = Payload.TEXT + " 1 platform ";
			for (RunningSubject subject : subjects.values()) {
				subject.awaitReady();
				for (int i = 0; i < WARM_UP_SLICES; i++) {
					subject.ask(work + "0 " + CallRows.WARM_UP_SLICE.toMillis(), LIMIT);
				}
				subject.pin(cpu);
			}
			List<Map.Entry<String, RunningSubject>> turn = new ArrayList<>(subjects.entrySet());
			long slice = this.options.slice().toMillis();
			// short slices, so that there can be many: small differences count
			for (int round = 0; round < 4 * this.options.rounds()
					&& (round == 0 || Instant.now().isBefore(deadline)); round++) {
				for (Map.Entry<String, RunningSubject> subject : turn) {
					this.results.add(jdk.toString(), GROWTH, subject.getKey(), round,
							subject.getValue().ask(work + slice / 3 + " " + slice, LIMIT));
				}
				Collections.rotate(turn, 1);
			}
		}
		catch (IOException ex) {
			this.results.skip(GROWTH + ", " + jdk, "FAILED: " + ex.getMessage());
		}
		finally {
			subjects.values().forEach(RunningSubject::close);
		}
	}

	private RunningSubject growing(Jdk jdk, int contexts, int functions) throws IOException {
		return start(jdk, "cost.GrowingApplication", contexts,
				List.of(Integer.toString(contexts), Integer.toString(functions)));
	}

	private RunningSubject start(Jdk jdk, String main, int contexts, List<String> arguments) throws IOException {
		List<String> all = new ArrayList<>(arguments);
		all.addAll(SubjectType.privsepProperties("root".equals(System.getProperty("user.name")),
				IntStream.range(0, contexts).mapToObj((i) -> "c" + i).toList()));
		return RunningSubject.start(SubjectType.PRIVSEP, SubjectType.java(jdk, this.options.home(), main, all),
				this.options.results().resolve("subjects.log"));
	}

}
