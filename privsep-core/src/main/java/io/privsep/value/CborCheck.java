package io.privsep.value;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

import io.privsep.wire.MalformedFrameException;

/**
 * Checks CBOR (RFC 8949) before Jackson reads it.
 * <p>
 * Jackson's reader takes more than its writer writes: overlong UTF-8 (in which
 * {@code C0 AF} is a slash), unpaired surrogates, numbers as keys, tags that make values
 * of another type. Here only what is written passes.
 */
final class CborCheck {

	private static final int UNSIGNED = 0;

	private static final int NEGATIVE = 1;

	private static final int BYTES = 2;

	private static final int TEXT = 3;

	private static final int ARRAY = 4;

	private static final int MAP = 5;

	private static final int SIMPLE = 7;

	/** Additional information of something that ends with a break. */
	private static final int INDEFINITE = 31;

	private static final int BREAK = 0xff;

	/**
	 * The most things in one value. An empty list is a byte here and some 50 in memory,
	 * so that the size of a message alone bounds too little.
	 */
	private static final int MAX_ITEMS = 250_000;

	private final ByteBuffer in;

	private int items;

	private CborCheck(ByteBuffer in) {
		this.in = in;
	}

	/**
	 * Checks that bytes are one value.
	 * @param bytes the bytes
	 * @param maxDepth how deep it may be nested
	 * @throws MalformedFrameException if they are not
	 */
	static void check(ByteBuffer bytes, int maxDepth) {
		CborCheck check = new CborCheck(bytes);
		check.value(check.head(), maxDepth);
		if (bytes.hasRemaining()) {
			throw malformed("bytes are left after the value");
		}
	}

	private void value(int head, int depth) {
		if (++this.items > MAX_ITEMS) {
			throw malformed("more than " + MAX_ITEMS + " things in one value");
		}
		int info = head & 0x1f;
		switch (head >> 5) {
			case UNSIGNED, NEGATIVE -> argument(info);
			case BYTES -> skip(length(info));
			case TEXT -> text(info);
			case ARRAY -> items(info, false, depth - 1);
			case MAP -> items(info, true, depth - 1);
			case SIMPLE -> simple(info);
			default -> throw malformed("a tag");
		}
	}

	private void items(int info, boolean keys, int depth) {
		if (depth < 0) {
			throw malformed("a value that is nested too deep");
		}
		if (info == INDEFINITE) {
			for (int head = head(); head != BREAK; head = head()) {
				item(head, keys, depth);
			}
			return;
		}
		// each takes a byte at least, so that a count without its items ends soon
		for (int count = length(info); count > 0; count--) {
			item(head(), keys, depth);
		}
	}

	private void item(int head, boolean key, int depth) {
		if (key) {
			if (head >> 5 != TEXT) {
				throw malformed("a key that is not a text");
			}
			if (text(head & 0x1f) > CborMapper.MAX_KEY_LENGTH) {
				throw malformed("a key of more than " + CborMapper.MAX_KEY_LENGTH + " characters");
			}
			value(head(), depth);
		}
		else {
			value(head, depth);
		}
	}

	// returns the number of its characters
	private int text(int info) {
		if (info != INDEFINITE) {
			return utf8(length(info));
		}
		int characters = 0;
		for (int head = head(); head != BREAK; head = head()) {
			if (head >> 5 != TEXT) {
				throw malformed("a text with something else in it");
			}
			characters += utf8(length(head & 0x1f));
		}
		return characters;
	}

	private int utf8(int length) {
		ByteBuffer text = this.in.slice(this.in.position(), length);
		skip(length);
		boolean ascii = true;
		for (int i = 0; i < length; i++) {
			ascii &= text.get(i) >= 0;
		}
		if (ascii) {
			return length;
		}
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(text).length();
		}
		catch (CharacterCodingException ex) {
			throw malformed("a text that is not UTF-8");
		}
	}

	private void simple(int info) {
		switch (info) {
			// false, true, null
			case 20, 21, 22 -> {
			}
			case 26 -> skip(Float.BYTES);
			case 27 -> skip(Double.BYTES);
			default -> throw malformed("a simple value that is not written");
		}
	}

	private int length(int info) {
		long length = argument(info);
		if (length < 0 || length > this.in.remaining()) {
			throw malformed("a length beyond its end");
		}
		return (int) length;
	}

	private long argument(int info) {
		return switch (info) {
			case 24 -> require(1).get() & 0xff;
			case 25 -> require(Short.BYTES).getShort() & 0xffff;
			case 26 -> require(Integer.BYTES).getInt() & 0xffffffffL;
			case 27 -> require(Long.BYTES).getLong();
			default -> {
				if (info > 27) {
					throw malformed("a length that is not known");
				}
				yield info;
			}
		};
	}

	private int head() {
		return require(1).get() & 0xff;
	}

	private void skip(int bytes) {
		require(bytes).position(this.in.position() + bytes);
	}

	private ByteBuffer require(int bytes) {
		if (this.in.remaining() < bytes) {
			throw malformed("an early end");
		}
		return this.in;
	}

	private static MalformedFrameException malformed(String what) {
		return new MalformedFrameException("Not CBOR as it is written here: " + what);
	}

}
