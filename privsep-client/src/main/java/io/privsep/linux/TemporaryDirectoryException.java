package io.privsep.linux;

import java.io.IOException;
import java.util.List;

/**
 * There is no place for temporary files that are needed to start helpers.
 */
public final class TemporaryDirectoryException extends IOException {

	private static final long serialVersionUID = 1L;

	private final boolean isForCode;

	TemporaryDirectoryException(List<String> problems, boolean isForCode) {
		super((isForCode ? "the native library of jffi can be unpacked nowhere: "
				: "there is no directory for the connection of a helper: ") + String.join(", ", problems));
		this.isForCode = isForCode;
	}

	/**
	 * What to do about it.
	 * @return sentences
	 */
	public String action() {
		return "Mount a directory that the application can write to, such as a tmpfs or an emptyDir, and start the"
				+ " application with '-Djava.io.tmpdir=<directory>'."
				+ (this.isForCode
						? " It must not be mounted noexec; or start the application on JDK 22 or later, where nothing is"
								+ " unpacked. '-Djffi.extract.dir=<directory>' names a directory for this library alone."
						: "");
	}

}
