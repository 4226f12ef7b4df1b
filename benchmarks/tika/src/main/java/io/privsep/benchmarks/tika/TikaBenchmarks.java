package io.privsep.benchmarks.tika;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.privsep.benchmarks.Results;

/**
 * Compares a sandboxed context with Tika's fork parser, and prints what came of it.
 * Started by {@code tika.sh}.
 */
public final class TikaBenchmarks {

	private final Path directory;

	private final boolean quick;

	private final Results results = new Results();

	private final List<Document> documents;

	private TikaBenchmarks(Path directory, boolean quick, List<Document> documents) {
		this.directory = directory;
		this.quick = quick;
		this.documents = documents;
	}

	/**
	 * Runs it.
	 * @param args a directory of its own, and {@code --quick} or the name of the subject
	 * of an application that is to be killed
	 * @throws Exception if something cannot be measured
	 */
	public static void main(String[] args) throws Exception {
		Path directory = Path.of(args[0]);
		String option = (args.length > 1) ? args[1] : "";
		if (option.equals(SandboxSubject.NAME) || option.equals(ForkSubject.NAME)) {
			Survival.beKilled(option.equals(ForkSubject.NAME) ? new ForkSubject(-1) : new SandboxSubject());
		}
		new TikaBenchmarks(directory, option.equals("--quick"), Documents.all()).run();
		System.exit(0);
	}

	private void run() throws Exception {
		int rounds = this.quick ? 2 : 8;
		List<Outcome> sandboxOutcomes = new ArrayList<>();
		List<Outcome> forkOutcomes = new ArrayList<>();
		try (Subject sandbox = new SandboxSubject("standby=1"); Subject fork = new ForkSubject(-1)) {
			measure(new Rounds(List.of(sandbox, fork), this.documents, this.results), rounds);
			mishaps(List.of(sandbox, fork));
			say("Hostile documents");
			sandboxOutcomes.addAll(outcomes(sandbox));
			forkOutcomes.addAll(outcomes(fork));
		}
		// which has no other process to start at the same time
		try (Subject sandbox = new SandboxSubject(); Subject fork = new ForkSubject(-1)) {
			Rounds starts = new Rounds(List.of(sandbox, fork), this.documents, this.results);
			for (int round = 0; round < (this.quick ? 2 : 6); round++) {
				say("Start " + (round + 1));
				starts.start(round);
			}
		}
		try (Subject sandbox = new SandboxSubject("recycle.calls=1"); Subject fork = new ForkSubject(1)) {
			Rounds fresh = new Rounds(List.of(sandbox, fork), this.documents, this.results);
			for (int round = 0; round < (this.quick ? 1 : 3); round++) {
				say("Fresh processes " + (round + 1));
				fresh.fresh(round);
			}
			String what = "be there still for the next document, with a fresh process for each";
			sandboxOutcomes.add(Confinement.remembers(what, sandbox));
			forkOutcomes.add(Confinement.remembers(what, fork));
		}
		String markdown = new TikaReport(this.results).machine(rounds)
			.documents(this.documents)
			.mishaps()
			.outcomes(sandboxOutcomes, forkOutcomes)
			.toString();
		Files.writeString(this.directory.resolve("tika.md"), markdown);
		System.out.println(markdown);
	}

	private void measure(Rounds all, int rounds) throws Exception {
		all.compare();
		say("Both find the same in each document; warming up");
		all.warmUp(Duration.ofSeconds(this.quick ? 5 : 20));
		for (int round = 0; round < rounds; round++) {
			say("Round " + (round + 1) + " of " + rounds);
			all.run(round, Duration.ofMillis(this.quick ? 1000 : 3000));
		}
	}

	private void mishaps(List<Subject> subjects) throws Exception {
		Mishaps mishaps = new Mishaps(this.documents.get(0), this.results);
		for (Attempt attempt : List.of(Attempt.HEAP, Attempt.LOOP)) {
			for (int round = 0; round < (this.quick ? 1 : 3); round++) {
				for (Subject subject : subjects) {
					say(attempt + ", " + subject);
					mishaps.run(subject, attempt, round);
				}
			}
		}
	}

	private List<Outcome> outcomes(Subject subject) throws Exception {
		List<Outcome> outcomes = new ArrayList<>();
		try (Confinement confinement = new Confinement()) {
			outcomes.addAll(confinement.of(subject));
		}
		outcomes.add(Survival.of(subject.toString(), this.directory));
		return outcomes;
	}

	private static void say(String text) {
		System.err.println(text);
	}

}
