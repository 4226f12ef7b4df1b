package io.privsep.benchmarks.tika;

/**
 * What came of an attempt.
 *
 * @param what what was attempted
 * @param done whether it was seen to be done
 * @param reason what the parser said, if not
 */
record Outcome(String what, boolean done, String reason) {

	private static final int LONGEST = 100;

	static Outcome of(String what, boolean done, String answer, String argument) {
		String reason = answer.startsWith(HostileParser.FAILED)
				? answer.substring(HostileParser.FAILED.length()).lines().findFirst().orElse("").strip() : "";
		// names of classes without their packages, and nothing of this machine
		reason = reason.replace(argument.isEmpty() ? "\n" : argument, "…")
			.replaceAll("\\b(?:[a-z]+\\.)+(?=[A-Z])", "")
			.replaceAll("[|\\p{Cntrl}]", " ");
		return new Outcome(what, done, (reason.length() > LONGEST) ? reason.substring(0, LONGEST) + " …" : reason);
	}

	String text() {
		return this.done ? "**allowed**" : "denied" + (this.reason.isEmpty() ? "" : ": " + this.reason);
	}

}
