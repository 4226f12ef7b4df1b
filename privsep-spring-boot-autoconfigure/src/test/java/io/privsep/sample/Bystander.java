package io.privsep.sample;

import io.privsep.PrivsepFunction;

/**
 * Functions of another context, which nothing is the matter with.
 */
@PrivsepFunction("bystander")
public class Bystander {

	public long pid() {
		return ProcessHandle.current().pid();
	}

}
