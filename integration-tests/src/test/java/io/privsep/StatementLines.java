package io.privsep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Counts the lines of what runs with rights that say something: without imports, comments
 * and lone braces.
 */
final class StatementLines {

	private static final List<Path> MODULES = List.of(Path.of("../privsep-core"), Path.of("../privsep-helper"));

	private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/", Pattern.DOTALL);

	private static final Pattern NOTHING = Pattern.compile("\\s*|\\s*(//|import |package ).*|[\\s{}()\\[\\];,]+");

	private StatementLines() {
	}

	/**
	 * Counts them.
	 * @param name of a class or a package below {@code io.privsep}
	 * @return how many there are; 0 if there is no such class or package
	 * @throws IOException if a source cannot be read
	 */
	static int of(String name) throws IOException {
		int count = 0;
		for (Path module : MODULES) {
			Path path = module.resolve("src/main/java/io/privsep").resolve(name.replace('.', '/'));
			Path file = path.resolveSibling(path.getFileName() + ".java");
			if (Files.exists(file)) {
				count += count(file);
			}
			else if (Files.isDirectory(path)) {
				try (Stream<Path> files = Files.list(path)) {
					for (Path each : files.filter(StatementLines::isSource).toList()) {
						count += count(each);
					}
				}
			}
		}
		return count;
	}

	private static boolean isSource(Path file) {
		String name = file.getFileName().toString();
		return name.endsWith(".java") && !name.equals("package-info.java");
	}

	private static int count(Path file) throws IOException {
		return (int) COMMENT.matcher(Files.readString(file))
			.replaceAll("")
			.lines()
			.filter((line) -> !NOTHING.matcher(line).matches())
			.count();
	}

}
