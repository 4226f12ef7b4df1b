package io.privsep.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

import io.privsep.benchmarks.load.Payload;

/**
 * Draws latency and throughput by the number of callers, as SVG.
 */
final class Plot {

	private static final int WIDTH = 420;

	private static final int HEIGHT = 300;

	private static final int LEFT = 60;

	private static final int TOP = 40;

	private static final int GAP = 90;

	private static final List<Line> LINES = List.of(new Line("c", false, "#888888"),
			new Line("channel", false, "#444444"), new Line("privsep", false, "#d62728"),
			new Line("privsep", true, "#ff9896"), new Line("oslo-sudo", false, "#1f77b4"),
			new Line("grpc-direct", false, "#2ca02c"), new Line("rmi", false, "#9467bd"));

	private final String jdk;

	private final Results results;

	private final StringBuilder out = new StringBuilder();

	Plot(String jdk, Results results) {
		this.jdk = jdk;
		this.results = results;
	}

	String svg() {
		int width = LEFT + 2 * WIDTH + GAP + 150;
		int height = TOP + HEIGHT + 60;
		this.out.append(String.format(Locale.ROOT,
				"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
						+ " font-size=\"12\">%n<rect width=\"%d\" height=\"%d\" fill=\"white\"/>%n",
				width, height, width, height));
		panel(LEFT, "p50 of a call with a small string, µs, " + this.jdk + ", all CPUs", "p50");
		panel(LEFT + WIDTH + GAP, "calls a second", "rate");
		int y = TOP + 10;
		for (Line line : LINES) {
			text(LEFT + 2 * WIDTH + GAP + 30, y + 4, "start", line.title());
			this.out.append(String.format(Locale.ROOT,
					"<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-width=\"3\"/>%n",
					LEFT + 2 * WIDTH + GAP + 5, y, LEFT + 2 * WIDTH + GAP + 25, y, line.color()));
			y += 20;
		}
		return this.out.append("</svg>\n").toString();
	}

	private void panel(int left, String title, String measure) {
		List<Double> values = LINES.stream()
			.flatMap((line) -> CallRows.CALLERS.stream().flatMap((callers) -> value(line, callers, measure).stream()))
			.toList();
		double low = Math.floor(Math.log10(values.stream().mapToDouble(Double::doubleValue).min().orElse(1)));
		double high = Math.ceil(Math.log10(values.stream().mapToDouble(Double::doubleValue).max().orElse(10)));
		text(left, TOP - 15, "start", title);
		for (double power = low; power <= high; power++) {
			double y = y(power, low, high);
			this.out.append(String.format(Locale.ROOT,
					"<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#dddddd\"/>%n", left, y, left + WIDTH,
					y));
			text(left - 6, y + 4, "end", String.format(Locale.ROOT, "%,.0f", Math.pow(10, power)));
		}
		for (int i = 0; i < CallRows.CALLERS.size(); i++) {
			text(x(left, i), TOP + HEIGHT + 18, "middle", CallRows.CALLERS.get(i).toString());
		}
		text(left + WIDTH / 2.0, TOP + HEIGHT + 40, "middle", "callers");
		for (Line line : LINES) {
			StringBuilder points = new StringBuilder();
			for (int i = 0; i < CallRows.CALLERS.size(); i++) {
				double x = x(left, i);
				value(line, CallRows.CALLERS.get(i), measure).ifPresent((value) -> points
					.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y(Math.log10(value), low, high))));
			}
			this.out.append(String.format(Locale.ROOT,
					"<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>%n",
					points.toString().strip(), line.color()));
		}
	}

	private Optional<Double> value(Line line, int callers, String measure) {
		Cell cell = new Cell(Payload.TEXT, callers, line.virtual(), false);
		return this.results.quartiles(this.jdk, cell.name(), line.subject(), measure).map(Quartiles::median);
	}

	private void text(double x, double y, String anchor, String text) {
		this.out.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n", x, y,
				anchor, text));
	}

	private static double x(int left, int index) {
		return left + WIDTH * (index + 0.5) / CallRows.CALLERS.size();
	}

	private static double y(double power, double low, double high) {
		return TOP + HEIGHT * (high - power) / (high - low);
	}

	/**
	 * What one line is of.
	 *
	 * @param subject the subject
	 * @param virtual whether its callers are virtual threads
	 * @param color colour of the line
	 */
	private record Line(String subject, boolean virtual, String color) {

		String title() {
			return this.subject + (this.virtual ? ", virtual threads" : "");
		}

	}

}
