package io.privsep;

import java.io.EOFException;
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
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jakarta.annotation.PreDestroy;
import jakarta.validation.constraints.NotBlank;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import io.privsep.definition.AuditPlace;
import io.privsep.function.FunctionTable;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.Reply;
import io.privsep.wire.Request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

/**
 * How much code a helper loads until it is ready and idle, of the JDK's and of ours. Each
 * stream, lambda, regular expression and {@code String.format} on its way is counted
 * here.
 */
class HelperSizeTests {

	private static final boolean IS_JDK_17 = Runtime.version().feature() < 22;

	private static final Pattern ROW = Pattern.compile("\\| (?:wing: )?([a-z ]+) \\| (\\d+) \\|");

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
		idle = idle(Texts.class, "");
		Set<String> base = NotedHelper.ours(idle);
		Set<String> call = wing("first call", called(Texts.class, "", NO_AUDIT, false), base);
		Set<String> logs = called(Logging.class, "", NO_AUDIT, false);
		// where the platform keeps standard error
		logs.addAll(Set.of("io.privsep.helper.ConnectionLog", "io.privsep.helper.ConnectionLog$Threads"));
		Set<String> log = wing("logs", logs, base, call);
		Set<String> records = wing("structured values", called(Records.class, "", NO_AUDIT, false), base, call, log);
		wing("sealed interfaces", called(Parts.class, "", NO_AUDIT, false), base, call, log, records);
		wing("single values", called(Values.class, "", NO_AUDIT, false), base, call, log);
		wing("later results", called(Later.class, "", NO_AUDIT, false), base, call, log);
		Set<String> audit = called(Texts.class, "", new AuditPlace.File(Files.createFile(directory.resolve("log"))),
				false);
		audit.addAll(called(Texts.class, "", new AuditPlace.StandardError(), false));
		wing("audit", audit, base, call, log);
		wing("constraints", called(Constrained.class, "validat|jboss|classmate", NO_AUDIT, false), base, call, log);
		Set<String> failures = wing("failures", failed(), base, call, log, records);
		wing("end", ended(), base, call, log, failures);
		Set<String> names = wing("names of capabilities", Set.of("io.privsep.rights.Capability"));
		if (OS.LINUX.isCurrentOs()) {
			wing("system calls", called(Texts.class, "", NO_AUDIT, true), base, call, log, names);
		}
		// by hand: not every system has sandboxes, and only root can have a context file
		// that passes
		wing("sandbox", Set.of("io.privsep.helper.sandbox.SandboxCheck", "io.privsep.definition.Sandbox",
				"io.privsep.definition.JarClassPath"));
		wing("installation", Set.of("io.privsep.helper.check.ContextFile", "io.privsep.definition.DefinitionText",
				"io.privsep.definition.HelperDefinition$Installation"));
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
		List<String> loaded = idle(Records.class, "jackson");
		System.out.println("measured: classes of an idle helper with records: " + loaded.size());
		assertThat(loaded).hasSizeLessThanOrEqualTo(IS_JDK_17 ? 1250 : 1450);
		assertThat(loaded).noneMatch((line) -> line.contains("jackson"));
		assertThat(NotedHelper.ours(loaded)).contains("io.privsep.value.RecordCodec");
	}

	@Test
	void baseHasFewStatements() throws IOException {
		int lines = StatementLines.of(NotedHelper.ours(idle));
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
		counted.put("base", NotedHelper.ours(idle));
		assertThat(said.keySet()).isEqualTo(counted.keySet());
		for (Map.Entry<String, Integer> row : said.entrySet()) {
			assertThat(row.getValue()).as(row.getKey())
				.isCloseTo(StatementLines.of(counted.get(row.getKey())), within(10));
		}
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void eachClassOfTheHelperIsInTheBaseOrInAWing() {
		Set<String> counted = new HashSet<>(NotedHelper.ours(idle));
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

	private static Set<String> called(Class<?> functions, String libraries, AuditPlace audit, boolean seccomp)
			throws IOException {
		try (NotedHelper helper = new NotedHelper(directory, functions, libraries, audit, seccomp)) {
			String first = FunctionTable.of("net", List.of(functions)).functions().get(0).method().getName();
			return helper.await(Reply.Ready.class).call(first).await(Reply.Returned.class).ours();
		}
	}

	private static List<String> idle(Class<?> functions, String libraries) throws IOException {
		try (NotedHelper helper = new NotedHelper(directory, functions, libraries, NO_AUDIT, false)) {
			return helper.await(Reply.Ready.class).ping().await(Reply.Pong.class).loaded();
		}
	}

	private static Set<String> failed() throws IOException {
		Set<String> failed;
		try (NotedHelper helper = new NotedHelper(directory, Failing.class, "", NO_AUDIT, false)) {
			failed = helper.await(Reply.Ready.class)
				.call("fail")
				.await(Reply.Threw.class)
				.send(Request.Call.write(new FrameWriter(4096), 2, 99, (out) -> {
				}))
				.await(Reply.Refused.class)
				.ours();
		}
		try (NotedHelper helper = new NotedHelper(directory, Unsupported.class, "", NO_AUDIT, false)) {
			assertThatExceptionOfType(EOFException.class).isThrownBy(() -> helper.await(Reply.Ready.class));
			failed.addAll(helper.ours());
		}
		return failed;
	}

	private static Set<String> ended() throws IOException {
		NotedHelper helper = new NotedHelper(directory, Ending.class, "jakarta.annotation", NO_AUDIT, false);
		try (helper) {
			helper.await(Reply.Ready.class)
				.call("await")
				.send(new Request.Cancel(1).write(new FrameWriter(4096)))
				.await(Reply.Cancelled.class)
				.await(Reply.Threw.class);
		}
		return helper.ours();
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

	@PrivsepFunction("net")
	static class Failing {

		public void fail(String text) throws DetailsException {
			throw new DetailsException(text, new Details(text));
		}

	}

	record Details(String text) {
	}

	static class DetailsException extends Exception {

		private static final long serialVersionUID = 1L;

		private final transient Details details;

		DetailsException(String message, Details details) {
			super(message, new IOException(message));
			this.details = details;
		}

		public Details details() {
			return this.details;
		}

	}

	@PrivsepFunction("net")
	static class Unsupported {

		public void take(Thread thread) {
		}

	}

	@PrivsepFunction("net")
	static class Ending {

		public void await(String text) throws InterruptedException {
			Thread.sleep(60_000);
		}

		@PreDestroy
		void end() {
		}

	}

	@PrivsepFunction("net")
	static class Later {

		public CompletableFuture<String> echo(String text) {
			return CompletableFuture.completedFuture(text);
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
