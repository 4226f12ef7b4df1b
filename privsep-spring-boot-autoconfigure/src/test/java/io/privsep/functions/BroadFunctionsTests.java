package io.privsep.functions;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import jakarta.validation.constraints.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.privsep.PrivsepFunction;
import io.privsep.function.FunctionTable;

import static org.assertj.core.api.Assertions.assertThat;

class BroadFunctionsTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			Broad.write | takes a Path, 'where', that its caller chooses
			Broad.writeAll | takes a Path, 'places', that its caller chooses
			Broad.writeSome | takes a Path, 'places', that its caller chooses
			Broad.move | takes a Path, 'target', that its caller chooses
			Broad.fetch | takes a URI, 'from', that its caller chooses
			Broad.copy | takes a Path, 'target', that its caller chooses
			Broad.read | takes the text 'fileName', which reads like a file of its caller's choice
			Broad.remove | takes the text 'oldPaths', which reads like a file of its caller's choice
			Broad.run | takes the text 'commandLine', which reads like a command or options of its caller's choice
			Broad.half | takes the text 'script', which reads like a command or options of its caller's choice
			Broad.start | takes the text 'args', which reads like a command or options of its caller's choice
			Broad.set | takes a map, 'values', whose keys the caller chooses
			""")
	void findWhenArgumentsLetTheCallerChooseTells(String function, String reason) {
		assertThat(BroadFunctions.find(FunctionTable.of("broad", List.of(Broad.class))))
			.filteredOn((broad) -> broad.function().name().equals(function))
			.singleElement()
			.satisfies((broad) -> assertThat(broad.reason()).isEqualTo(reason))
			.satisfies((broad) -> assertThat(broad.text()).startsWith("'" + function + "' " + reason + "; ")
				.endsWith(", or say why not: @PrivsepFunction(broad = \"...\")"));
	}

	@Test
	void findWhenFunctionsAreNarrowOrSayWhyTheyAreNotFindsNothing() {
		assertThat(BroadFunctions.find(FunctionTable.of("narrow", List.of(Narrow.class)))).isEmpty();
	}

	@Test
	void findWhenTheClassSaysWhyFindsNothing() {
		assertThat(BroadFunctions.find(FunctionTable.of("meant", List.of(Meant.class)))).isEmpty();
	}

	/** What may be at one end. */
	sealed interface Place permits Copy, Named {

	}

	/** One of a sealed interface. */
	record Named(Path where) implements Place {
	}

	/** The other end of a record. */
	record Copy(int number, Optional<Path> target) implements Place {
	}

	/** What can be chosen from. */
	enum Option {

		ONE, TWO

	}

	/** With a text that is checked. */
	record CheckedName(@Pattern(regexp = "[a-z]+") String fileName) {
	}

	/** With a text that is checked, and another. */
	record HalfNamed(@Pattern(regexp = "[a-z]+") String name, String script) {
	}

	/** A constraint of the application's own. */
	@Pattern(regexp = "[a-z]+")
	@Target(ElementType.TYPE_USE)
	@Retention(RetentionPolicy.RUNTIME)
	@interface FileName {

	}

	@PrivsepFunction("broad")
	static class Broad {

		public void half(HalfNamed named) {
		}

		public void write(Path where, String text) {
		}

		public void writeAll(List<Path> places) {
		}

		public void writeSome(List<? extends Path> places) {
		}

		public void move(List<? extends Place> to) {
		}

		public void fetch(URI from) {
		}

		public void copy(Copy copy) {
		}

		public void read(String fileName) {
		}

		public void remove(List<String> oldPaths) {
		}

		public void run(String commandLine) {
		}

		public void start(List<String> args) {
		}

		public void set(Map<String, Integer> values) {
		}

	}

	@PrivsepFunction("narrow")
	static class Narrow {

		public void update(String message) {
		}

		public void profile(String user, String pathology, byte[] directive) {
		}

		public void publish(@Pattern(regexp = "[a-z]+") String reportFile,
				List<@Pattern(regexp = "[a-z]+") String> args, CheckedName named, @FileName String path) {
		}

		public void choose(Map<Option, Integer> options, Option file) {
		}

		@PrivsepFunction(value = "narrow", broad = "The operator's own tool, which chooses the file")
		public void write(Path where) {
		}

	}

	@PrivsepFunction(value = "meant", broad = "It is a file manager")
	static class Meant {

		public void write(Path where) {
		}

	}

}
