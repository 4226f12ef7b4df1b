package io.privsep.wire;

import org.jspecify.annotations.Nullable;

/**
 * What a call tells of the place that it was made at.
 *
 * @param logLevel the least severe level that the application logs now of the functions,
 * as SLF4J numbers them: 0 for {@code TRACE}, 20 for {@code INFO}; what is read is no
 * more than that
 * @param principal on whose behalf the application claims to call; {@code null} if it
 * does not say
 * @param trace where it stands in a distributed trace, or {@link Trace#NONE}
 */
public record Caller(int logLevel, @Nullable String principal, Trace trace) {

	/** The most characters of a principal, before it is cut. */
	public static final int MAX_PRINCIPAL = 128;

	/** Somewhere in an application that logs at {@code INFO}. */
	public static final Caller UNKNOWN = new Caller(20, null, Trace.NONE);

	public Caller {
		principal = (principal != null) ? LogLine.printable(principal, MAX_PRINCIPAL) : null;
	}

	boolean isTraced() {
		return this.trace != Trace.NONE;
	}

	void write(FrameWriter out) {
		out.putByte(this.logLevel).putNullableString(this.principal);
		if (isTraced()) {
			this.trace.write(out);
		}
	}

	static Caller read(FrameBody in, boolean isTraced) {
		// an application must not hide what functions warn of
		return new Caller(Math.min(in.getByte(), UNKNOWN.logLevel), in.getNullableText(MAX_PRINCIPAL),
				isTraced ? Trace.read(in) : Trace.NONE);
	}

}
