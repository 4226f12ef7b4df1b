package io.privsep.linux;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The programs that start a helper, by their absolute paths: the application's
 * {@code PATH} has no say in what runs with rights.
 */
public final class Tools {

	public static final String PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

	private Tools() {
	}

	public static Path find(String name) {
		return Stream.of(PATH.split(":"))
			.map((directory) -> Path.of(directory, name))
			.filter(Files::isExecutable)
			.findFirst()
			.orElseThrow(() -> new MissingToolException(List.of(name)));
	}

	public static boolean exists(String name) {
		return Stream.of(PATH.split(":")).anyMatch((directory) -> Files.isExecutable(Path.of(directory, name)));
	}

	public static void require(String... names) {
		List<String> missing = Stream.of(names).filter((name) -> !exists(name)).toList();
		if (!missing.isEmpty()) {
			throw new MissingToolException(missing);
		}
	}

}
