package io.privsep.benchmarks.application;

import io.privsep.PrivsepFunction;

/**
 * Functions whose values are texts and bytes.
 */
@PrivsepFunction("text")
class TextFunctions {

	public String echo(String text) {
		return text;
	}

	public byte[] echoBytes(byte[] bytes) {
		return bytes;
	}

	public void fail(String message) {
		throw new IllegalStateException(message);
	}

}
