package io.privsep.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import tools.jackson.databind.JsonNode;

import io.privsep.benchmarks.load.Payload;

/**
 * The rows that measure calls. All subjects of a JDK run at once, and are idle but for
 * the one that is measured: so a round takes them in turn, and each cell sees all of them
 * within a second or two.
 */
final class CallRows {

	static final List<Integer> CALLERS = List.of(1, 4, 8, 64);

	static final Duration WARM_UP_SLICE = Duration.ofMillis(500);

	private static final int WARM_UP_SLICES = 10;

	private static final int WARM_UP_CALLS = 60_000;

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private final Options options;

	private final Results results;

	CallRows(Options options, Results results) {
		this.options = options;
		this.results = results;
	}

	/**
	 * All cells that are wanted; those of one pinning stand together.
	 * @param jdk the JDK that they are measured with
	 * @return the cells
	 */
	List<Cell> cells(Jdk jdk) {
		return cells().stream()
			.filter((cell) -> this.options.wants(cell.name()) && (!cell.virtual() || jdk.hasVirtualThreads())
					&& (!this.options.quick() || isTelling(cell, jdk)))
			.toList();
	}

	static List<Cell> cells() {
		List<Cell> cells = new ArrayList<>();
		for (boolean pinned : new boolean[] { true, false }) {
			for (Payload payload : Payload.values()) {
				for (int callers : CALLERS) {
					cells.add(new Cell(payload, callers, false, pinned));
					cells.add(new Cell(payload, callers, true, pinned));
				}
			}
		}
		return cells;
	}

	// With little time: what the targets name, and the same by many callers.
	private boolean isTelling(Cell cell, Jdk jdk) {
		if (!this.options.row().equals("*")) {
			return true;
		}
		boolean text = cell.payload() == Payload.TEXT;
		if (!jdk.equals(this.options.mainJdk())) {
			return text && !cell.virtual() && cell.callers() == (cell.pinned() ? 1 : 8);
		}
		if (cell.pinned()) {
			return cell.callers() == 1 && (text
					|| !cell.virtual() && (cell.payload() == Payload.RECORD || cell.payload() == Payload.MIB_1));
		}
		return text && cell.callers() > 1 && !cell.virtual();
	}

	void run(Jdk jdk, Instant deadline) throws IOException {
		List<Cell> cells = cells(jdk);
		if (!jdk.hasVirtualThreads()) {
			this.results.skip("rows with virtual threads, " + jdk, "it has none");
		}
		if (cells.isEmpty()) {
			return;
		}
		List<RunningSubject> subjects = new ArrayList<>();
		try {
			start(jdk, cells, subjects);
			warmUp(cells, subjects, deadline);
			for (int round = 0; round < this.options.rounds()
					&& (round == 0 || Instant.now().isBefore(deadline)); round++) {
				System.err.printf("%s, round %d of %d%n", jdk, round + 1, this.options.rounds());
				round(jdk, round, cells, subjects, (round > 0) ? deadline : Instant.MAX);
			}
		}
		finally {
			subjects.forEach(RunningSubject::close);
		}
	}

	private void start(Jdk jdk, List<Cell> cells, List<RunningSubject> subjects) throws IOException {
		Path log = this.options.results().resolve("subjects.log");
		Files.createDirectories(this.options.results());
		boolean root = "root".equals(System.getProperty("user.name"));
		List<RunningSubject> starting = new ArrayList<>();
		for (SubjectType type : SubjectType.values()) {
			if (cells.stream().anyMatch((cell) -> type.takesPart(cell, this.options.quick()))
					&& (type != SubjectType.GRPC || !this.options.quick() || jdk.equals(this.options.mainJdk()))) {
				starting.add(RunningSubject.start(type, type.command(jdk, this.options.home(), root), log));
			}
		}
		for (RunningSubject subject : starting) {
			try {
				subject.awaitReady();
				subjects.add(subject);
			}
			catch (IOException ex) {
				this.results.skip("all rows, " + subject.type() + ", " + jdk,
						ex.getMessage() + " before it was ready; see " + log);
				subject.close();
			}
		}
	}

	// Lets the compilers of the Java subjects do their work; while they do, they take a
	// pinned subject's one CPU from it. A payload is repeated until it gets no faster,
	// and the small string so often that there should be nothing more to compile.
	private void warmUp(List<Cell> cells, List<RunningSubject> subjects, Instant deadline) {
		System.err.println("Warming up");
		for (RunningSubject subject : subjects) {
			if (!subject.type().isJava() || subject.type() == SubjectType.SUDO) {
				continue;
			}
			Set<String> done = new HashSet<>();
			for (Cell cell : cells) {
				if (subject.type().takesPart(cell, this.options.quick()) && Instant.now().isBefore(deadline)
						&& done.add(cell.payload() + " " + cell.virtual())) {
					warmUp(cell, subject);
				}
			}
		}
	}

	private void warmUp(Cell cell, RunningSubject subject) {
		String work = cell.payload() + " 2 " + cell.threads() + " 0 " + WARM_UP_SLICE.toMillis();
		long enough = (cell.payload() == Payload.TEXT) ? WARM_UP_CALLS : WARM_UP_CALLS / 10;
		long calls = 0;
		try {
			double before = Double.MAX_VALUE;
			for (int i = 0; i < WARM_UP_SLICES; i++) {
				JsonNode answer = subject.ask(work, LIMIT);
				double now = answer.path("p90").asDouble(0);
				calls += answer.path("count").asLong(0);
				if (now > 0.9 * before && (calls > enough || cell.payload().bytes() >= 1 << 16)) {
					return;
				}
				before = now;
			}
		}
		catch (IOException ex) {
			this.results.skip("warm-up of " + cell.payload() + ", " + subject.type(), "FAILED: " + ex.getMessage());
		}
	}

	private void round(Jdk jdk, int round, List<Cell> cells, List<RunningSubject> subjects, Instant deadline)
			throws IOException {
		List<RunningSubject> turn = new ArrayList<>(subjects);
		Collections.rotate(turn, round);
		Boolean pinned = null;
		for (Cell cell : cells) {
			if (Instant.now().isAfter(deadline)) {
				return;
			}
			if (pinned == null || pinned != cell.pinned()) {
				pinned = cell.pinned();
				pin(subjects, pinned);
			}
			for (RunningSubject subject : turn) {
				if (subject.isAlive() && subject.type().takesPart(cell, this.options.quick())) {
					this.results.add(jdk.toString(), cell.name(), subject.type().toString(), round,
							measure(subject, cell));
				}
			}
		}
	}

	private JsonNode measure(RunningSubject subject, Cell cell) {
		long duration = cell.slice(this.options.slice()).toMillis();
		long warmUp = duration / 3;
		String work = (subject.type() == SubjectType.C)
				? cell.payload().bytes() + " " + cell.callers() + " " + warmUp + " " + duration
				: cell.payload() + " " + cell.callers() + " " + cell.threads() + " " + warmUp + " " + duration;
		try {
			return subject.ask(work, LIMIT);
		}
		catch (IOException ex) {
			return Report.error(ex);
		}
	}

	private static void pin(List<RunningSubject> subjects, boolean pinned) throws IOException {
		List<Integer> cpus = Cpus.allowed();
		String where = pinned ? cpus.get(cpus.size() - 1).toString()
				: String.join(",", cpus.stream().map(String::valueOf).toList());
		for (RunningSubject subject : subjects) {
			subject.pin(where);
		}
	}

}
