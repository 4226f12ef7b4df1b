package io.privsep.demo.privsep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The pages of a shop's handbook, and a way to read them that has a hole on purpose: a
 * name may lead to any file.
 */
public final class HandbookPages {

	/** Tells a model what the tool is for. */
	public static final String DESCRIPTION = "Reads a page of the shop's handbook: 'tea.txt' or 'delivery.txt'";

	private static final Map<String, String> PAGES = Map.of("tea.txt", "Tea comes in boxes of 20.", "delivery.txt",
			"We deliver on weekdays.");

	private HandbookPages() {
	}

	/**
	 * Reads a page.
	 * @param page name of the page, which is not checked
	 * @return the page
	 * @throws IOException if the pages cannot be stored
	 */
	public static String read(String page) throws IOException {
		Path directory = Files.createTempDirectory("handbook");
		try {
			for (Map.Entry<String, String> each : PAGES.entrySet()) {
				Files.writeString(directory.resolve(each.getKey()), each.getValue());
			}
			return read(directory.resolve(page));
		}
		finally {
			for (String each : PAGES.keySet()) {
				Files.deleteIfExists(directory.resolve(each));
			}
			Files.delete(directory);
		}
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			// unchecked: only the message of such an exception gets to the model
			throw new IllegalArgumentException("Cannot read '" + file.normalize() + "'", ex);
		}
	}

}
