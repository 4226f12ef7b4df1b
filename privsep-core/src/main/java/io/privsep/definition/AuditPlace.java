package io.privsep.definition;

import java.nio.file.Path;

/**
 * Where the calls of a helper are audited.
 */
public sealed interface AuditPlace {

	/**
	 * The place as a definition has it.
	 * @return {@code off}, {@code stderr} or an absolute path
	 */
	String text();

	/**
	 * The place without the name of the file.
	 * @return {@code off}, {@code stderr} or {@code file}
	 */
	default String kind() {
		return text();
	}

	/**
	 * Reads a place.
	 * @param text as {@link #text} has it
	 * @return the place
	 */
	static AuditPlace parse(String text) {
		if (text.startsWith("/")) {
			return new File(Path.of(text));
		}
		return switch (text) {
			case Off.TEXT -> new Off();
			case StandardError.TEXT -> new StandardError();
			default -> throw new IllegalArgumentException("'audit' must be '" + Off.TEXT + "', '" + StandardError.TEXT
					+ "' or an absolute path, not '" + text + "'");
		};
	}

	/** Calls are not audited. */
	record Off() implements AuditPlace {

		private static final String TEXT = "off";

		@Override
		public String text() {
			return TEXT;
		}

	}

	/** The helper's standard error. */
	record StandardError() implements AuditPlace {

		private static final String TEXT = "stderr";

		@Override
		public String text() {
			return TEXT;
		}

	}

	/**
	 * A file that exists.
	 *
	 * @param path an absolute path
	 */
	record File(Path path) implements AuditPlace {

		@Override
		public String text() {
			return this.path.toString();
		}

		@Override
		public String kind() {
			return "file";
		}

	}

}
