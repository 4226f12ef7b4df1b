package io.privsep.autoconfigure.platform;

import io.privsep.command.ApplicationJvm;

/**
 * The application is a native image.
 */
final class NativeImageException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	NativeImageException() {
		super(ApplicationJvm.NATIVE_IMAGE);
	}

}
