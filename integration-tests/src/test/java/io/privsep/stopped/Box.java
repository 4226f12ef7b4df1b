package io.privsep.stopped;

import io.privsep.PrivsepFunction;

/**
 * A function in a sandbox.
 */
@PrivsepFunction("box")
public class Box {

	public String echo(String text) {
		return text;
	}

}
