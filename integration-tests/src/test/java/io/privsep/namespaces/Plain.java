package io.privsep.namespaces;

import java.nio.file.Files;
import java.nio.file.Path;

import io.privsep.PrivsepFunction;

/**
 * A function without capabilities.
 */
@PrivsepFunction("plain")
public class Plain {

	public boolean sees(Path file) {
		return Files.exists(file);
	}

}
