package io.privsep.helper.audit;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;

/**
 * Standard error as an audit: in one piece between the lines that are logged, and with
 * the failures that a {@link PrintStream} keeps to itself.
 */
final class AuditStream extends OutputStream {

	private final PrintStream stream;

	AuditStream(PrintStream stream) {
		this.stream = stream;
	}

	@Override
	public void write(int value) throws IOException {
		write(new byte[] { (byte) value }, 0, 1);
	}

	@Override
	public void write(byte[] line, int offset, int length) throws IOException {
		this.stream.write(line, offset, length);
		if (this.stream.checkError()) {
			throw new IOException("standard error cannot be written any more");
		}
	}

}
