package io.privsep.wire;

/**
 * Where a call stands in a distributed trace, with which one finds what its function
 * logs. The fields are those of a {@code traceparent} (W3C Trace Context, level 1).
 *
 * @param high first half of the trace id
 * @param low second half of the trace id
 * @param span the id of the caller's span
 * @param sampled whether the trace is recorded
 */
public record Trace(long high, long low, long span, boolean sampled) {

	/** In no trace: calls of untraced callers have this very one. */
	public static final Trace NONE = new Trace(0, 0, 0, false);

	private static final int LONG_DIGITS = 16;

	private static final int HEX = 16;

	/**
	 * Makes one from its texts.
	 * @param traceId 16 or 32 hexadecimal digits
	 * @param spanId 16 hexadecimal digits
	 * @param sampled whether the trace is recorded
	 * @return the trace; {@link #NONE} if the texts are others
	 */
	public static Trace of(String traceId, String spanId, boolean sampled) {
		int start = traceId.length() - LONG_DIGITS;
		if (start != 0 && start != LONG_DIGITS || spanId.length() != LONG_DIGITS) {
			return NONE;
		}
		try {
			return new Trace((start == 0) ? 0 : Long.parseUnsignedLong(traceId, 0, start, HEX),
					Long.parseUnsignedLong(traceId, start, start + LONG_DIGITS, HEX),
					Long.parseUnsignedLong(spanId, 0, LONG_DIGITS, HEX), sampled);
		}
		catch (NumberFormatException ex) {
			return NONE;
		}
	}

	static Trace read(FrameBody in) {
		return new Trace(in.getLong(), in.getLong(), in.getLong(), in.getBoolean());
	}

	void write(FrameWriter out) {
		out.putLong(this.high).putLong(this.low).putLong(this.span).putBoolean(this.sampled);
	}

	/**
	 * The number of the trace.
	 * @return 32 hexadecimal digits
	 */
	public String traceId() {
		return hex(this.high) + hex(this.low);
	}

	/**
	 * The number of the span that the call is a part of.
	 * @return 16 hexadecimal digits
	 */
	public String spanId() {
		return hex(this.span);
	}

	private static String hex(long value) {
		String digits = Long.toHexString(value);
		return "0".repeat(LONG_DIGITS - digits.length()).concat(digits);
	}

}
