package io.privsep.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * All that is installed below a prefix.
 */
final class Installations {

	private Installations() {
	}

	/**
	 * Reads what is installed.
	 * @param prefix the prefix
	 * @return the installations, by the names of their applications
	 * @throws IOException if the directory cannot be read
	 */
	static List<InstallationRecord> all(Path prefix) throws IOException {
		Path directory = prefix.resolve("usr/lib/privsep");
		List<InstallationRecord> records = new ArrayList<>();
		if (!Files.isDirectory(directory)) {
			return records;
		}
		try (Stream<Path> applications = Files.list(directory)) {
			for (Path application : applications.sorted().toList()) {
				Path current = application.resolve("current");
				if (Files.isDirectory(current)) {
					records.add(InstallationRecord.read(current.toRealPath()));
				}
			}
		}
		return records;
	}

	static String toText(List<InstallationRecord> records) {
		if (records.isEmpty()) {
			return "Nothing is installed\n";
		}
		StringBuilder text = new StringBuilder();
		for (InstallationRecord record : records) {
			text.append("%s: launcher %s, for user %s, %s, started from %s%n".formatted(record.application(),
					record.launcher(), record.appUser(), record.java(), record.jar()));
			for (InstallationRecord.InstalledContext context : record.contexts()) {
				text.append("  context %s: user %s, capabilities %s%n".formatted(context.name(), context.user(),
						context.capabilities()));
				context.functions().forEach((function) -> text.append("    ").append(function).append('\n'));
			}
		}
		return text.toString();
	}

}
