package io.privsep.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The programs that start a helper, by their absolute paths: the application's
 * {@code PATH} has no say in what runs with rights.
 */
final class Tools {

	static final String PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

	private Tools() {
	}

	static Path find(String name) {
		return Stream.of(PATH.split(":"))
			.map((directory) -> Path.of(directory, name))
			.filter(Files::isExecutable)
			.findFirst()
			.orElseThrow(() -> new MissingToolException(List.of(name)));
	}

	static boolean exists(String name) {
		return Stream.of(PATH.split(":")).anyMatch((directory) -> Files.isExecutable(Path.of(directory, name)));
	}

	static void require(String... names) {
		List<String> missing = Stream.of(names).filter((name) -> !exists(name)).toList();
		if (!missing.isEmpty()) {
			throw new MissingToolException(missing);
		}
	}

}
