package io.privsep.autoconfigure.platform;

/**
 * The application has a Spring Boot that this does not work with.
 */
final class UnsupportedBootException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String version;

	UnsupportedBootException(String version) {
		super("privsep needs Spring Boot 4, and this is Spring Boot " + version);
		this.version = version;
	}

	String version() {
		return this.version;
	}

}
