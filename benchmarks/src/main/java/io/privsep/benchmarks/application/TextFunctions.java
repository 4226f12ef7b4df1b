package io.privsep.benchmarks.application;

import io.privsep.PrivsepFunction;

/**
 * Functions whose values are written directly: their helper needs no Jackson.
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
