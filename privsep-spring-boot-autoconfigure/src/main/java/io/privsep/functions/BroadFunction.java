package io.privsep.functions;

import io.privsep.function.PrivilegedFunction;

/**
 * A function whose caller may choose more than it should.
 *
 * @param function the function
 * @param reason what the caller may choose
 * @param instead the narrower form
 */
public record BroadFunction(PrivilegedFunction function, String reason, String instead) {

	/**
	 * All of it, for people.
	 * @return sentences
	 */
	public String text() {
		return "'" + this.function.name() + "' " + this.reason + "; " + this.instead
				+ ", or say why not: @PrivsepFunction(broad = \"...\")";
	}

}
