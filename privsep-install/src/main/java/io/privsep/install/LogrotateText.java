package io.privsep.install;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What has logrotate rotate the files in which helpers audit their calls.
 */
final class LogrotateText {

	private LogrotateText() {
	}

	/**
	 * The configuration.
	 * @param application name of the application
	 * @param files the files
	 * @return the text
	 */
	static String of(String application, List<Path> files) {
		// a helper uses the new file within a second, and the old one is left alone for a
		// day or more
		return """
				# Written by the installation of application '%s'.
				%s {
					daily
					maxsize 100M
					rotate 30
					missingok
					notifempty
					create
					compress
					delaycompress
				}
				""".formatted(application,
				files.stream().map((file) -> '"' + file.toString() + '"').collect(Collectors.joining(" ")));
	}

}
