package io.privsep.benchmarks;

import java.util.Collection;
import java.util.List;
import java.util.function.DoubleFunction;

/**
 * The middle of some values.
 *
 * @param q1 a quarter of the values is not larger
 * @param median half of the values is not larger
 * @param q3 three quarters of the values are not larger
 * @param count how many values there are
 */
public record Quartiles(double q1, double median, double q3, int count) {

	public static Quartiles of(Collection<Double> values) {
		List<Double> sorted = values.stream().sorted().toList();
		return new Quartiles(quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75), sorted.size());
	}

	/**
	 * The median, and the quartiles where there is more than one value.
	 * @param format writes a number
	 * @return the text
	 */
	public String text(DoubleFunction<String> format) {
		return format.apply(this.median)
				+ ((this.count > 1) ? " (" + format.apply(this.q1) + "–" + format.apply(this.q3) + ")" : "");
	}

	private static double quantile(List<Double> sorted, double quantile) {
		double position = quantile * (sorted.size() - 1);
		int below = (int) position;
		int above = Math.min(below + 1, sorted.size() - 1);
		return sorted.get(below) + (position - below) * (sorted.get(above) - sorted.get(below));
	}

}
