package io.privsep;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import jakarta.validation.constraints.NotBlank;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import io.privsep.command.JavaCommand;
import io.privsep.definition.AuditPlace;
import io.privsep.definition.DefinitionFrame;
import io.privsep.definition.HelperDefinition;
import io.privsep.function.FunctionTable;
import io.privsep.function.PrivilegedFunction;
import io.privsep.launch.ChildHelper;
import io.privsep.launch.DirectLauncher;
import io.privsep.launch.HelperProcess;
import io.privsep.value.ValueWriter;
import io.privsep.wire.FrameReader;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.Reply;
import io.privsep.wire.Request;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How much code a helper loads until it is ready and idle, of the JDK's and of ours. Each
 * stream, lambda, regular expression and {@code String.format} on its way is counted
 * here.
 */
class HelperSizeTests {

	private static final boolean IS_JDK_17 = Runtime.version().feature() < 22;

	private static final int MAX_LENGTH = 1 << 16;

	private static final Pattern OURS = Pattern.compile("(io\\.privsep\\.[\\w.$]+) source: (file|jar):");

	@TempDir
	static Path directory;

	/** The classes of an idle helper whose functions take texts, and nothing else. */
	private static List<String> idle;

	/** Those of ours after a call as well. */
	private static Set<String> called;

	/** What a function that logs has besides. */
	private static Set<String> logging;

	@BeforeAll
	static void loadBase() throws IOException {
		idle = loaded(Texts.class, "", new AuditPlace.Off(), false, false);
		called = ours(loaded(Texts.class, "", new AuditPlace.Off(), false, true));
		logging = ours(loaded(Logging.class, "", new AuditPlace.Off(), false, true));
		logging.removeAll(called);
	}

	@Test
	void idleHelperOfTextsLoadsFewClasses() {
		assertThat(idle).hasSizeLessThanOrEqualTo(IS_JDK_17 ? 1000 : 1200);
	}

	@Test
	void idleHelperLooksForNoServiceOnTheClassPath() {
		assertThat(idle).noneMatch((line) -> line.contains("java.util.ServiceLoader"));
	}

	@Test
	void idleHelperOfRecordsLoadsFewClassesMoreAndNoneOfJacksons() throws IOException {
		List<String> loaded = loaded(Records.class, "jackson", new AuditPlace.Off(), false, false);
		assertThat(loaded).hasSizeLessThanOrEqualTo(IS_JDK_17 ? 1250 : 1450);
		assertThat(loaded).noneMatch((line) -> line.contains("jackson"));
		assertThat(ours(loaded)).contains("io.privsep.value.RecordCodec");
	}

	@Test
	void baseHasFewStatements() throws IOException {
		System.out.println("measured: statement lines of an idle helper: " + StatementLines.of(ours(idle))
				+ ", after a call: " + StatementLines.of(called));
		assertThat(StatementLines.of(ours(idle))).isBetween(1000, 2000);
	}

	@Test
	void wingForStructuredValuesHasFewStatements() throws IOException {
		assertFew("records", loaded(Records.class, "", new AuditPlace.Off(), false, true));
	}

	@Test
	void wingForSealedInterfacesHasFewStatements() throws IOException {
		Set<String> classes = ours(loaded(Parts.class, "", new AuditPlace.Off(), false, true));
		classes.removeAll(ours(loaded(Records.class, "", new AuditPlace.Off(), false, true)));
		assertFew("sealed", classes);
	}

	@Test
	void wingForOtherSingleValuesHasFewStatements() throws IOException {
		assertFew("values", loaded(Values.class, "", new AuditPlace.Off(), false, true));
	}

	@Test
	void wingForTheAuditHasFewStatements() throws IOException {
		Path file = Files.createFile(directory.resolve("audit.log"));
		Set<String> classes = ours(loaded(Texts.class, "", new AuditPlace.File(file), false, true));
		classes.addAll(ours(loaded(Texts.class, "", new AuditPlace.StandardError(), false, true)));
		assertFew("audit", classes);
	}

	@Test
	void wingForConstraintsHasFewStatements() throws IOException {
		assertFew("validation",
				loaded(Constrained.class, "validat|jboss|classmate", new AuditPlace.Off(), false, true));
	}

	@Test
	void wingForLogsHasFewStatements() throws IOException {
		Set<String> classes = new HashSet<>(logging);
		// where the platform keeps standard error
		classes.add("io.privsep.helper.ConnectionLog");
		assertFew("log", StatementLines.of(classes));
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void wingForSystemCallsHasFewStatements() throws IOException {
		assertFew("seccomp", loaded(Texts.class, "", new AuditPlace.Off(), true, true));
	}

	// by hand, as not every system has sandboxes
	@Test
	void wingForSandboxesHasFewStatements() throws IOException {
		assertFew("sandbox", Set.of("io.privsep.helper.sandbox.SandboxCheck", "io.privsep.definition.Sandbox",
				"io.privsep.definition.JarClassPath"));
	}

	@Test
	void wingForTheFirstCallHasFewStatements() throws IOException {
		Set<String> classes = new HashSet<>(called);
		classes.removeAll(ours(idle));
		assertFew("first call", StatementLines.of(classes));
	}

	@Test
	void wingForWhatFunctionsThrowHasFewStatements() throws IOException {
		assertFew("failures", Set.of("io.privsep.helper.Failure", "io.privsep.wire.Thrown",
				"io.privsep.wire.Thrown$StackFrame", "io.privsep.function.DetailedException"));
	}

	@Test
	void wingForWhatIsCancelledOrEndsHasFewStatements() throws IOException {
		assertFew("end", Set.of("io.privsep.helper.Cancellation", "io.privsep.helper.OrderlyEnd",
				"io.privsep.helper.check.StartedPrograms"));
	}

	// by hand, as only root can have a context file that passes
	@Test
	void wingForInstalledHelpersHasFewStatements() throws IOException {
		assertFew("installed", Set.of("io.privsep.helper.check.ContextFile", "io.privsep.definition.DefinitionText",
				"io.privsep.definition.HelperDefinition$Installation"));
	}

	private static void assertFew(String wing, List<String> loaded) throws IOException {
		assertFew(wing, ours(loaded));
	}

	private static void assertFew(String wing, Set<String> classes) throws IOException {
		Set<String> further = new HashSet<>(classes);
		further.removeAll(called);
		further.removeAll(logging);
		assertFew(wing, StatementLines.of(further));
	}

	private static void assertFew(String wing, int lines) {
		System.out.println("measured: statement lines of the wing " + wing + ": " + lines);
		assertThat(lines).isBetween(50, 350);
	}

	private static Set<String> ours(List<String> loaded) {
		Set<String> ours = new HashSet<>();
		for (String line : loaded) {
			Matcher matcher = OURS.matcher(line);
			if (matcher.find() && !matcher.group(1).startsWith(HelperSizeTests.class.getName())) {
				ours.add(matcher.group(1));
			}
		}
		return ours;
	}

	private static List<String> loaded(Class<?> functions, String libraries, AuditPlace audit, boolean seccomp,
			boolean call) throws IOException {
		Path log = Files.createTempFile(directory, "classes", ".log");
		HelperDefinition definition = new HelperDefinition("net",
				new HelperDefinition.Code(List.of(functions.getName()), null), null, -1,
				new HelperDefinition.Calls(2, 4096, 1000), new HelperDefinition.Logging("INFO", audit),
				new HelperDefinition.Confinement(0, seccomp, null), null);
		JavaCommand all = JavaCommand.ofThisApplication(64 << 20, List.of("-Xlog:class+load:file=" + log));
		Pattern needed = Pattern.compile("privsep-(core|helper)/|privsep-(core|helper)-[^/]*\\.jar|slf4j-api|"
				+ "integration-tests/target/test-classes" + (libraries.isEmpty() ? "" : "|" + libraries));
		JavaCommand java = all
			.withClassPath(all.classPath().stream().filter((path) -> needed.matcher(path + "/").find()).toList());
		HelperProcess helper = ChildHelper.start("net",
				DirectLauncher.chain(java, null, new HelperDefinition.Confinement(0, false, null), Map.of(), 0)
					.command(),
				Map.of(), DefinitionFrame.write(definition));
		try {
			FrameReader reader = new FrameReader(helper.connection(), MAX_LENGTH);
			assertThat(Reply.read(Objects.requireNonNull(reader.next()))).isInstanceOf(Reply.Ready.class);
			FrameWriter writer = new FrameWriter(MAX_LENGTH);
			helper.connection().write(new Request.Ping().write(writer).toBytes());
			assertThat(Reply.read(Objects.requireNonNull(reader.next()))).isInstanceOf(Reply.Pong.class);
			if (call) {
				PrivilegedFunction function = FunctionTable.of("net", List.of(functions)).functions().get(0);
				Object[] arguments = Stream.generate(() -> (Object) "text")
					.limit(function.parameters().size())
					.toArray();
				helper.connection()
					.write(Request.Call
						.write(writer, 1, 0, (out) -> ValueWriter.write(function.parameters(), arguments, out, 100))
						.toBytes());
				assertThat(Reply.read(Objects.requireNonNull(reader.next()))).isInstanceOf(Reply.Returned.class);
			}
			List<String> lines = Files.readAllLines(log);
			return lines.stream().filter((line) -> line.contains(" source: ")).toList();
		}
		finally {
			helper.end();
		}
	}

	@PrivsepFunction("net")
	static class Texts {

		public String echo(String text) {
			return text;
		}

	}

	@PrivsepFunction("net")
	static class Records {

		public List<Item> items(String text) {
			Item item = new Item(1, text, List.of(text), Map.of(text, 1), Set.of(text), Optional.of(text),
					new String[] { text }, Kind.LEAF);
			return List.of(item);
		}

		public String take(Item item) {
			return item.text();
		}

	}

	@PrivsepFunction("net")
	static class Parts {

		public Part part(String text) {
			return new Branch(List.of(Kind.LEAF));
		}

	}

	record Item(int count, String text, List<String> texts, Map<String, Integer> counts, Set<String> names,
			Optional<String> note, String[] array, Kind kind) {
	}

	sealed interface Part permits Kind, Branch {

	}

	enum Kind implements Part {

		LEAF

	}

	record Branch(List<Part> parts) implements Part {
	}

	@PrivsepFunction("net")
	static class Values {

		public String last(String text) {
			return text;
		}

		public Instant time(UUID id, int[] numbers, Path path, InetAddress address) {
			return Instant.EPOCH;
		}

	}

	@PrivsepFunction("net")
	static class Constrained {

		public String echo(@NotBlank String text) {
			return text;
		}

	}

	@PrivsepFunction("net")
	static class Logging {

		public String log(String text) {
			LoggerFactory.getLogger(Logging.class).info("Logs {}", text);
			return text;
		}

	}

}
