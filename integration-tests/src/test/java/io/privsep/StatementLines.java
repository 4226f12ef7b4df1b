package io.privsep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
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

	private static final Pattern LITERAL = Pattern.compile("//.*|\"(\\\\.|[^\"\\\\])*\"|'(\\\\.|[^'\\\\])+'");

	private static final Pattern TYPE = Pattern.compile("^\\s+(?:[\\w]+ )*(?:class|interface|enum|record) (\\w+)");

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

	/**
	 * Counts those of classes. What stands in a nested class belongs to that one alone.
	 * @param classes their names, as the JVM has them
	 * @return how many there are
	 * @throws IOException if a source cannot be read
	 */
	static int of(Set<String> classes) throws IOException {
		int count = 0;
		Set<String> outer = new TreeSet<>();
		classes.forEach((name) -> outer.add(name.split("\\$")[0]));
		for (String name : outer) {
			Path file = MODULES.stream()
				.map((module) -> module.resolve("src/main/java").resolve(name.replace('.', '/') + ".java"))
				.filter(Files::exists)
				.findFirst()
				.orElseThrow();
			count += count(file, name, classes);
		}
		return count;
	}

	private static int count(Path file, String outer, Set<String> classes) throws IOException {
		int count = 0;
		int depth = 0;
		Deque<String> names = new ArrayDeque<>();
		Deque<Integer> depths = new ArrayDeque<>();
		String current = outer;
		for (String line : COMMENT.matcher(Files.readString(file)).replaceAll("").lines().toList()) {
			String code = LITERAL.matcher(line).replaceAll("");
			Matcher type = TYPE.matcher(code);
			if (type.find() && depth > 0) {
				names.push(current);
				depths.push(depth);
				current = current + "$" + type.group(1);
			}
			if (!NOTHING.matcher(line).matches() && classes.contains(current)) {
				count++;
			}
			depth += (int) (code.chars().filter((c) -> c == '{').count()
					- code.chars().filter((c) -> c == '}').count());
			if (!depths.isEmpty() && depth == depths.peek() && code.contains("}")) {
				depths.pop();
				current = names.pop();
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
