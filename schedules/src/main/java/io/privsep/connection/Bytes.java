package io.privsep.connection;

import java.nio.ByteBuffer;

/**
 * The bytes of one direction, until the end that writes them is closed. The {@link Pipe}
 * has a lock.
 */
final class Bytes {

	private final byte[] bytes;

	int count;

	boolean closed;

	boolean finished;

	Bytes(int capacity) {
		this.bytes = new byte[capacity];
	}

	boolean hasRoom() {
		return this.count < this.bytes.length;
	}

	int take(ByteBuffer target) {
		int taken = Math.min(target.remaining(), this.count);
		target.put(this.bytes, 0, taken);
		System.arraycopy(this.bytes, taken, this.bytes, 0, this.count - taken);
		this.count -= taken;
		return taken;
	}

	int put(ByteBuffer source) {
		int put = Math.min(source.remaining(), this.bytes.length - this.count);
		source.get(this.bytes, this.count, put);
		this.count += put;
		return put;
	}

}
