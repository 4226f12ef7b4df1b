package io.privsep.benchmarks.soak;

import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

import io.privsep.benchmarks.soak.Soak.Sample;

/**
 * What came of a soak.
 *
 * @param duration how long it took
 * @param outcomes what came of the calls
 * @param kills how many helpers were killed
 * @param stops how many were stopped, so that they give no heartbeat
 * @param reloads how often the application context was stopped and started
 * @param restarts how often another helper has taken the place of one that ended
 * @param application the application's resources at the start and at the end
 * @param helper those of the helper at the start, and of another one at the end
 * @param samples latencies over time
 * @param stuck whether a caller has not come back
 * @param left how many helpers were left that had been replaced
 */
record SoakReport(Duration duration, Outcomes outcomes, int kills, int stops, int reloads, int restarts,
		List<Resources> application, List<Resources> helper, List<Sample> samples, boolean stuck, long left) {

	private static final int WIDTH = 900;

	private static final int HEIGHT = 240;

	private static final int LEFT = 70;

	private static final int TOP = 40;

	/** As noise, in heap and in descriptors that come and go with helpers. */
	private static final long HEAP_GROWTH = 8 << 20;

	private static final long DESCRIPTOR_GROWTH = 10;

	/**
	 * What should not be.
	 * @return sentences
	 */
	List<String> problems() {
		List<String> problems = new ArrayList<>();
		if (this.stuck) {
			problems.add("A caller has not come back");
		}
		if (this.left > 0) {
			problems.add("Of the helpers that were replaced, " + this.left + " have not ended");
		}
		if (this.outcomes.countLost() != 0) {
			problems.add(this.outcomes.countLost() + " calls were lost without a trace");
		}
		this.outcomes.all()
			.keySet()
			.stream()
			.filter((outcome) -> outcome.startsWith("unexpected"))
			.forEach((outcome) -> problems.add("Calls ended with what is " + outcome));
		addGrowth(problems, "application", this.application);
		addGrowth(problems, "helper", this.helper);
		return problems;
	}

	private static void addGrowth(List<String> problems, String whose, List<Resources> resources) {
		if (resources.get(1).heap() > resources.get(0).heap() + HEAP_GROWTH) {
			problems.add("The heap of the " + whose + " has grown");
		}
		if (resources.get(1).descriptors() > resources.get(0).descriptors() + DESCRIPTOR_GROWTH) {
			problems.add("The " + whose + " has more descriptors than at the start");
		}
	}

	String markdown() {
		StringBuilder out = new StringBuilder();
		out.append(String.format(Locale.ROOT,
				"A soak of %s on %s: JDK %s, %d processors.%n%n| | |%n|---|--:|%n| calls made | %d |%n", text(),
				LocalDate.now(), Runtime.version(), Runtime.getRuntime().availableProcessors(),
				this.outcomes.countMade()));
		this.outcomes.all()
			.forEach((outcome, count) -> out.append(String.format(Locale.ROOT, "| %s | %d |%n", outcome, count)));
		out.append(String.format(Locale.ROOT,
				"| **lost without a trace** | **%d** |%n| helpers killed | %d |%n| helpers stopped (SIGSTOP) | %d |%n"
						+ "| application context stopped and started | %d |%n| helpers replaced | %d |%n%n",
				this.outcomes.countLost(), this.kills, this.stops, this.reloads, this.restarts));
		out.append("| | application, start | end | helper, start | another one, end |\n|---|--:|--:|--:|--:|\n");
		line(out, "heap in use, MiB", (each) -> each.heap() / 1048576.0);
		line(out, "RSS, MiB", (each) -> each.rss() / 1024.0);
		line(out, "descriptors", Resources::descriptors);
		line(out, "threads", Resources::threads);
		for (String problem : problems()) {
			out.append("\n**").append(problem).append("**\n");
		}
		return out.toString();
	}

	private String text() {
		return (this.duration.toSeconds() % 60 == 0) ? this.duration.toMinutes() + " min"
				: this.duration.toSeconds() + " s";
	}

	private void line(StringBuilder out, String what, ToDoubleFunction<Resources> value) {
		out.append("| ").append(what);
		for (Resources each : List.of(this.application.get(0), this.application.get(1), this.helper.get(0),
				this.helper.get(1))) {
			out.append(String.format(Locale.ROOT, " | %.0f", value.applyAsDouble(each)));
		}
		out.append(" |\n");
	}

	/**
	 * A plot of the latency over time.
	 * @return the text of an SVG file
	 */
	String svg() {
		double top = Math.log10(this.samples.stream().mapToDouble(Sample::p99).max().orElse(10) + 10);
		StringBuilder out = new StringBuilder(String.format(Locale.ROOT,
				"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %1$d %2$d\" font-family=\"sans-serif\""
						+ " font-size=\"12\">%n<rect width=\"%1$d\" height=\"%2$d\" fill=\"white\"/>%n",
				LEFT + WIDTH + 30, TOP + HEIGHT + 50));
		text(out, LEFT, TOP - 15, "start", "latency of small calls in each second, µs: p50 (red), p99 (grey)");
		for (int power = 0; power <= top; power++) {
			double y = y(power, top);
			out.append(String.format(Locale.ROOT,
					"<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#dddddd\"/>%n", LEFT, y, LEFT + WIDTH,
					y));
			text(out, LEFT - 6, y + 4, "end", String.format(Locale.ROOT, "%,.0f", Math.pow(10, power)));
		}
		text(out, LEFT + WIDTH / 2.0, TOP + HEIGHT + 35, "middle", "seconds, to " + this.samples.size());
		polyline(out, "#bbbbbb", top, Sample::p99);
		polyline(out, "#d62728", top, Sample::p50);
		return out.append("</svg>\n").toString();
	}

	private void polyline(StringBuilder out, String color, double top, ToDoubleFunction<Sample> value) {
		StringBuilder points = new StringBuilder();
		for (Sample sample : this.samples) {
			if (sample.calls() > 0) {
				points.append(String.format(Locale.ROOT, "%.1f,%.1f ",
						LEFT + (double) WIDTH * sample.second() / this.samples.size(),
						y(Math.log10(Math.max(1, value.applyAsDouble(sample))), top)));
			}
		}
		out.append(String.format(Locale.ROOT,
				"<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"/>%n",
				points.toString().strip(), color));
	}

	private static void text(StringBuilder out, double x, double y, String anchor, String text) {
		out.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n", x, y,
				anchor, text));
	}

	private static double y(double power, double top) {
		return TOP + HEIGHT * (top - power) / top;
	}

}
