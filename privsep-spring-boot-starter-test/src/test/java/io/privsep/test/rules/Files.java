package io.privsep.test.rules;

import java.nio.file.Path;

import io.privsep.PrivsepFunction;

/**
 * Functions some of which are broad.
 */
@PrivsepFunction("files")
public class Files {

	public void write(Path where, int what) {
	}

	public void publish(int report) {
	}

	@PrivsepFunction(value = "files", broad = "It is checked against a list")
	public void mount(Path device) {
	}

}
