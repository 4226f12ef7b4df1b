package io.privsep.demo.web;

import java.io.IOException;
import java.io.Reader;

/**
 * The text of a request, read only as far as it may be long.
 */
final class RequestText {

	private RequestText() {
	}

	/**
	 * Reads the text; what is longer than allowed is neither read nor kept.
	 * @param body the body of the request
	 * @param maxLength the longest text, in characters
	 * @return the text
	 * @throws IOException if the body cannot be read
	 * @throws BadRequestException if the text is blank or too long
	 */
	static String read(Reader body, int maxLength) throws IOException {
		char[] text = new char[maxLength + 1];
		int length = 0;
		int count;
		do {
			count = body.read(text, length, text.length - length);
			length += Math.max(count, 0);
		}
		while (count > 0 && length < text.length);
		if (length > maxLength) {
			throw new BadRequestException("The text must not be longer than " + maxLength + " characters");
		}
		String result = new String(text, 0, length);
		if (result.isBlank()) {
			throw new BadRequestException("The text must not be blank");
		}
		return result;
	}

}
