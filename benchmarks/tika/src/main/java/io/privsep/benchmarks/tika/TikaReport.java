package io.privsep.benchmarks.tika;

import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleFunction;

import org.apache.tika.Tika;

import io.privsep.benchmarks.Cpus;
import io.privsep.benchmarks.Quartiles;
import io.privsep.benchmarks.Results;

/**
 * Writes the results as Markdown.
 */
final class TikaReport {

	private static final String HEAD = "| | " + SandboxSubject.NAME + " | " + ForkSubject.NAME + " |";

	private final Results results;

	private final StringBuilder out = new StringBuilder();

	TikaReport(Results results) {
		this.results = results;
	}

	TikaReport machine(int rounds) throws IOException {
		this.out.append(String.format(Locale.ROOT, "Measured on %s: %d × %s, Linux %s, JDK %s, %s; %d rounds; %s.%n",
				LocalDate.now(ZoneOffset.UTC), Cpus.allowed().size(), Cpus.model(),
				System.getProperty("os.version").replaceAll("^(\\d+\\.\\d+).*", "$1"),
				System.getProperty("java.version"), Tika.getString(), rounds,
				"root".equals(System.getProperty("user.name")) ? "run by root" : "run by an ordinary user"));
		return this;
	}

	TikaReport documents(List<Document> documents) {
		this.out.append("\n### Documents\n\n" + HEAD + " ratio |\n|---|--:|--:|--:|\n");
		for (int callers = 1; callers <= Subject.AT_ONCE; callers++) {
			String by = (callers == 1) ? ", one caller" : ", " + callers + " callers";
			compare("documents a second" + by, Rounds.mix(callers), "rate");
			compare("p50 of all, ms" + by, Rounds.mix(callers), "p50");
			compare("p99 of all, ms" + by, Rounds.mix(callers), "p99");
		}
		for (Document document : documents) {
			compare("p50, ms: " + document.name() + " (" + Math.round(document.bytes().length / 1024.0) + " KiB)",
					document.name(), "p50");
		}
		compare("first document, without a process, ms", Rounds.START, "first");
		compare("each document in a fresh process, p50, ms", Rounds.FRESH, "p50");
		compare("documents a second, each in a fresh process, one caller", Rounds.FRESH, "rate");
		compare("memory of all processes (PSS), MiB", Rounds.MEMORY, "pss");
		return this;
	}

	private void compare(String what, String row, String measure) {
		line(what, text(SandboxSubject.NAME, row, measure, TikaReport::number),
				text(ForkSubject.NAME, row, measure, TikaReport::number),
				text(this.results.ratio("", row, SandboxSubject.NAME, ForkSubject.NAME, measure), TikaReport::ratio));
	}

	TikaReport mishaps() {
		this.out.append("\n### A document that takes all memory, or never ends\n\n" + HEAD + "\n|---|--:|--:|\n");
		mishap("all memory: ", Attempt.HEAP);
		mishap("endless loop: ", Attempt.LOOP);
		return this;
	}

	private void mishap(String which, Attempt attempt) {
		seconds(which + "its caller has an exception after, s", attempt, Mishaps.EXCEPTION);
		seconds(which + "its caller's next document is parsed after further, s", attempt, Mishaps.NEXT);
		seconds(which + "documents of another caller that fail", attempt, Mishaps.OTHER_FAILED);
		seconds(which + "the longest that one of these takes, s", attempt, Mishaps.OTHER_LONGEST);
	}

	private void seconds(String what, Attempt attempt, String measure) {
		DoubleFunction<String> format = measure.equals(Mishaps.OTHER_FAILED) ? TikaReport::count : TikaReport::ratio;
		line(what, text(SandboxSubject.NAME, attempt.name(), measure, format),
				text(ForkSubject.NAME, attempt.name(), measure, format));
	}

	TikaReport outcomes(List<Outcome> sandbox, List<Outcome> fork) {
		this.out.append("\n### What a hostile parser gets done\n\n" + HEAD + "\n|---|---|---|\n");
		for (int i = 0; i < sandbox.size(); i++) {
			line(sandbox.get(i).what(), sandbox.get(i).text(), fork.get(i).text());
		}
		return this;
	}

	private void line(String... cells) {
		this.out.append("| ").append(String.join(" | ", cells)).append(" |\n");
	}

	private String text(String subject, String row, String measure, DoubleFunction<String> format) {
		return text(this.results.quartiles("", row, subject, measure), format);
	}

	private static String text(Optional<Quartiles> quartiles, DoubleFunction<String> format) {
		return quartiles.map((value) -> value.text(format)).orElse("");
	}

	private static String number(double value) {
		return String.format(Locale.ROOT, (value >= 100) ? "%.0f" : "%.1f", value);
	}

	private static String ratio(double value) {
		return String.format(Locale.ROOT, "%.2f", value);
	}

	private static String count(double value) {
		return String.format(Locale.ROOT, "%.0f", value);
	}

	@Override
	public String toString() {
		return this.out.toString();
	}

}
