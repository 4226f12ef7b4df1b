package io.privsep;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jakarta.validation.constraints.NotBlank;
import org.jspecify.annotations.Nullable;
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
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.function.FunctionTable;
import io.privsep.function.PrivilegedFunction;
import io.privsep.launch.ChildHelper;
import io.privsep.launch.DirectLauncher;
import io.privsep.launch.HelperProcess;
import io.privsep.rights.Capabilities;
import io.privsep.rights.Capability;
import io.privsep.rights.ThreadRights;
import io.privsep.value.ValueWriter;
import io.privsep.wire.FrameReader;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.Reply;
import io.privsep.wire.Request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * How much code a helper loads until it is ready and idle, of the JDK's and of ours. Each
 * stream, lambda, regular expression and {@code String.format} on its way is counted
 * here.
 */
class HelperSizeTests {

	private static final boolean IS_JDK_17 = Runtime.version().feature() < 22;

	private static final int MAX_LENGTH = 1 << 16;

	private static final Pattern OURS = Pattern.compile("(io\\.privsep\\.[\\w.$]+) source: (file|jar):");

	private static final Pattern ROW = Pattern.compile("\\| (?:wing: )?([a-z ]+) \\| (\\d+) \\|");

	/** So that the helper has rights to look at, and can read whatever this test can. */
	private static final @Nullable Rights RIGHTS = (OS.LINUX.isCurrentOs()
			&& "root".equals(System.getProperty("user.name")))
					? new Rights(0, 0, List.of(), Capabilities.of(List.of(Capability.DAC_OVERRIDE))) : null;

	/** Those of a function whose helper does nothing but to serve it. */
	private static final AuditPlace NO_AUDIT = new AuditPlace.Off();

	@TempDir
	static Path directory;

	/** The classes of an idle helper whose functions take texts, and nothing else. */
	private static List<String> idle;

	/** Those of ours that come with one thing more, by what that is. */
	private static final Map<String, Set<String>> WINGS = new LinkedHashMap<>();

	@BeforeAll
	static void load() throws IOException {
		idle = loaded(Texts.class, "", NO_AUDIT, false, false);
		Set<String> base = ours(idle);
		Set<String> call = wing("first call", ours(loaded(Texts.class, "", NO_AUDIT, false, true)), base);
		Set<String> logs = ours(loaded(Logging.class, "", NO_AUDIT, false, true));
		// where the platform keeps standard error
		logs.addAll(Set.of("io.privsep.helper.ConnectionLog", "io.privsep.helper.ConnectionLog$Threads"));
		Set<String> log = wing("logs", logs, base, call);
		Set<String> records = wing("structured values", ours(loaded(Records.class, "", NO_AUDIT, false, true)), base,
				call, log);
		wing("sealed interfaces", ours(loaded(Parts.class, "", NO_AUDIT, false, true)), base, call, log, records);
		wing("single values", ours(loaded(Values.class, "", NO_AUDIT, false, true)), base, call, log);
		Set<String> audit = ours(
				loaded(Texts.class, "", new AuditPlace.File(Files.createFile(directory.resolve("log"))), false, true));
		audit.addAll(ours(loaded(Texts.class, "", new AuditPlace.StandardError(), false, true)));
		wing("audit", audit, base, call, log);
		wing("constraints", ours(loaded(Constrained.class, "validat|jboss|classmate", NO_AUDIT, false, true)), base,
				call, log);
		Set<String> names = wing("names of capabilities", Set.of("io.privsep.rights.Capability"));
		if (OS.LINUX.isCurrentOs()) {
			wing("system calls", ours(loaded(Texts.class, "", NO_AUDIT, true, true)), base, call, log, names);
		}
		// by hand: not every system has sandboxes, only root can have a context file that
		// passes, and calls that end badly each load a part of their wing
		wing("sandbox", Set.of("io.privsep.helper.sandbox.SandboxCheck", "io.privsep.definition.Sandbox",
				"io.privsep.definition.JarClassPath"));
		wing("installation", Set.of("io.privsep.helper.check.ContextFile", "io.privsep.definition.DefinitionText",
				"io.privsep.definition.HelperDefinition$Installation"));
		wing("failures",
				Set.of("io.privsep.helper.Failure", "io.privsep.wire.Thrown", "io.privsep.wire.Thrown$StackFrame",
						"io.privsep.function.DetailedException", "io.privsep.wire.Reply$Threw",
						"io.privsep.wire.Reply$Refused", "io.privsep.value.UnsupportedTypeException",
						"io.privsep.helper.check.RefusalException"));
		wing("end", Set.of("io.privsep.helper.Cancellation", "io.privsep.helper.OrderlyEnd",
				"io.privsep.helper.check.StartedPrograms", "io.privsep.wire.Reply$Cancelled"));
		wing("later results", Set.of("io.privsep.helper.later.LaterResult"));
	}

	@SafeVarargs
	private static Set<String> wing(String name, Set<String> classes, Set<String>... without) {
		Set<String> further = new HashSet<>(classes);
		for (Set<String> each : without) {
			further.removeAll(each);
		}
		WINGS.put(name, further);
		return further;
	}

	@Test
	void idleHelperOfTextsLoadsFewClasses() {
		System.out.println("measured: classes of an idle helper: " + idle.size());
		assertThat(idle).hasSizeLessThanOrEqualTo(IS_JDK_17 ? 1000 : 1200);
	}

	@Test
	void idleHelperLooksForNoServiceOnTheClassPath() {
		assertThat(idle).noneMatch((line) -> line.contains("java.util.ServiceLoader"));
	}

	@Test
	void idleHelperOfRecordsLoadsFewClassesMoreAndNoneOfJacksons() throws IOException {
		List<String> loaded = loaded(Records.class, "jackson", NO_AUDIT, false, false);
		System.out.println("measured: classes of an idle helper with records: " + loaded.size());
		assertThat(loaded).hasSizeLessThanOrEqualTo(IS_JDK_17 ? 1250 : 1450);
		assertThat(loaded).noneMatch((line) -> line.contains("jackson"));
		assertThat(ours(loaded)).contains("io.privsep.value.RecordCodec");
	}

	@Test
	void baseHasFewStatements() throws IOException {
		int lines = StatementLines.of(ours(idle));
		System.out.println("measured: statement lines of an idle helper: " + lines);
		assertThat(lines).isBetween(1000, 2000);
	}

	@Test
	void eachWingHasFewStatements() throws IOException {
		for (Map.Entry<String, Set<String>> wing : WINGS.entrySet()) {
			int lines = StatementLines.of(wing.getValue());
			System.out.println("measured: statement lines of the wing " + wing.getKey() + ": " + lines);
			assertThat(lines).as(wing.getKey()).isBetween(10, 350);
		}
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void pageSaysHowManyStatementsThereAre() throws IOException {
		Map<String, Integer> said = new HashMap<>();
		for (String line : Files.readAllLines(Path.of("../docs/architecture.md"))) {
			Matcher row = ROW.matcher(line);
			if (row.matches()) {
				said.put(row.group(1), Integer.valueOf(row.group(2)));
			}
		}
		Map<String, Set<String>> counted = new HashMap<>(WINGS);
		counted.put("base", ours(idle));
		assertThat(said.keySet()).isEqualTo(counted.keySet());
		for (Map.Entry<String, Integer> row : said.entrySet()) {
			assertThat(row.getValue()).as(row.getKey())
				.isCloseTo(StatementLines.of(counted.get(row.getKey())), within(10));
		}
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void eachClassOfTheHelperIsInTheBaseOrInAWing() {
		Set<String> counted = new HashSet<>(ours(idle));
		WINGS.values().forEach(counted::addAll);
		// runs in the application, where there are no processes
		counted.add("io.privsep.helper.InProcess");
		assertThat(new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
			.withImportOption((location) -> !location.contains("-tests.jar"))
			.importPackages("io.privsep.helper")).extracting(JavaClass::getName)
			.hasSizeGreaterThan(30)
			.filteredOn((name) -> !name.matches(".*(\\.package-info|\\$\\d+)"))
			.isSubsetOf(counted);
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
				new HelperDefinition.Code(List.of(functions.getName()), null), RIGHTS, ownUid(),
				new HelperDefinition.Calls(2, 4096, 1000), new HelperDefinition.Logging("INFO", audit),
				new HelperDefinition.Confinement(0, seccomp, null), null);
		JavaCommand all = JavaCommand.ofThisApplication(64 << 20, List.of("-Xlog:class+load:file=" + log));
		Pattern needed = Pattern.compile("privsep-(core|helper)/|privsep-(core|helper)-[^/]*\\.jar|slf4j-api|"
				+ "integration-tests/target/test-classes" + (libraries.isEmpty() ? "" : "|" + libraries));
		JavaCommand java = all
			.withClassPath(all.classPath().stream().filter((path) -> needed.matcher(path + "/").find()).toList());
		HelperProcess helper = ChildHelper.start("net",
				DirectLauncher.chain(java, RIGHTS, definition.confinement(), Map.of(), 0).command(), Map.of(),
				DefinitionFrame.write(definition));
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

	private static int ownUid() throws IOException {
		return OS.LINUX.isCurrentOs() ? ThreadRights.ofThisProcess().uids().get(1) : -1;
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
