package io.privsep.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

import io.privsep.definition.AuditPlace;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.launch.AuditFiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * That a helper audits its calls where the application cannot reach it.
 */
class AuditIntegrationTests {

	private static final Rights RIGHTS = RealHelper.rights(61221);

	private static final int APPLICATION = 61222;

	@RegisterExtension
	static final CodeCopy code = new CodeCopy();

	@Test
	void callsAreAuditedOutOfReachOfTheApplication() throws Exception {
		Path file = make("calls");
		try (RealHelper helper = RealHelper.start(code, RIGHTS, new AuditPlace.File(file))) {
			assertThat(helper.call("echo", "secret")).isEqualTo("secret");
			assertThat(helper.call("write", "/nowhere/at all")).isNotNull();
			List<JsonNode> lines = lines(file);
			assertThat(outcomes(lines)).containsExactly("1 STARTED", "1 SUCCESS", "2 STARTED", "2 SUCCESS");
			assertThat(lines).allSatisfy((line) -> {
				assertThat(line.get("helper").asLong()).isEqualTo(helper.pid());
				assertThat(line.get("peer")).hasToString("{\"uid\":0}");
			});
			assertThat(file).content().doesNotContain("secret");
			assertThat(lines.get(3).get("arguments")).hasToString("{\"file\":\"/nowhere/at all\"}");
		}
		String text = Files.readString(file);
		assertThat(as(APPLICATION, "cat " + file)).isNotZero();
		assertThat(as(APPLICATION, "echo forged >> " + file)).isNotZero();
		assertThat(as(APPLICATION, ": > " + file)).isNotZero();
		assertThat(as(APPLICATION, "mv " + file + " " + file + ".x")).isNotZero();
		assertThat(as(APPLICATION, "touch " + file + ".x")).isNotZero();
		// nor may the helper itself put another in its place
		assertThat(as(RIGHTS.uid(), "mv " + file + " " + file + ".x")).isNotZero();
		assertThat(file).hasContent(text);
		assertThat(Files.readAttributes(file, "unix:uid,mode")).containsEntry("uid", RIGHTS.uid())
			.containsEntry("mode", 0100600);
	}

	@Test
	void callOfAnApplicationThatHangsUpIsAudited() throws Exception {
		Path file = make("hangs-up");
		try (RealHelper helper = RealHelper.start(code, RIGHTS, new AuditPlace.File(file))) {
			helper.send("sleep", 20_000L);
			awaitLines(file, 1);
			helper.endConnection();
			assertThat(helper.awaitEnd().exitCode()).isZero();
		}
		// it was interrupted, and may have had the time to end by that
		assertThat(outcomes(lines(file))).hasSize(2).startsWith("1 STARTED").last().isIn("1 UNFINISHED", "1 ERROR");
	}

	@Test
	void callOfAHelperThatIsKilledHasBeenAuditedBefore() throws Exception {
		Path file = make("killed");
		try (RealHelper helper = RealHelper.start(code, RIGHTS, new AuditPlace.File(file))) {
			helper.send("sleep", 20_000L);
			awaitLines(file, 1);
			ProcessHandle.of(helper.pid()).orElseThrow().destroyForcibly();
			assertThat(helper.awaitEnd().exitCode()).isEqualTo(128 + 9);
		}
		assertThat(outcomes(lines(file))).containsExactly("1 STARTED");
	}

	@Test
	void callThatCannotBeAuditedDoesNotRun() throws Exception {
		Path directory = code.createDirectory("rwxr-xr-x", 0);
		assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=64k,mode=755", "privsep-test", directory.toString()) == 0,
				"SKIPPED: tmpfs cannot be mounted here");
		try {
			Path file = directory.resolve("attempts.log");
			AuditFiles.make(file, RIGHTS);
			try (RealHelper helper = RealHelper.start(code, RIGHTS, new AuditPlace.File(file))) {
				assertThat(helper.call("sleep", 0L)).isEqualTo(true);
				assertThat(as(0, "cat /dev/zero > " + directory + "/filler")).isNotZero();
				// there may be room in the last page of the file
				assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> {
					for (int i = 0; i < 100; i++) {
						helper.call("sleep", 0L);
					}
				}).withMessageContaining("the audit cannot be written: ");
				// the last line is cut
				long started = Files.readAllLines(file)
					.stream()
					.filter((line) -> line.endsWith("\"STARTED\"}"))
					.count();
				Files.delete(directory.resolve("filler"));
				assertThat(helper.call("sleeping")).isEqualTo((int) started);
			}
		}
		finally {
			assertThat(run("umount", directory.toString())).isZero();
		}
	}

	@Test
	void standardErrorHasTheCallsToo() throws Exception {
		try (RealHelper helper = RealHelper.start(code, RIGHTS, new AuditPlace.StandardError())) {
			assertThat(helper.call("echo", "x")).isEqualTo("x");
			helper.endConnection();
			assertThat(helper.awaitEnd().stderr().lines().map(AuditIntegrationTests::parse).toList()).hasSize(2)
				.last()
				.satisfies((line) -> assertThat(line.get("outcome").asString()).isEqualTo("SUCCESS"));
		}
	}

	@Test
	void helperWhoseFileIsMissingOrAnothersRefusesToServe() throws Exception {
		Path missing = make("missing");
		Files.delete(missing);
		assertRefuses(missing, "NoSuchFile");
		Path of = make("others");
		Files.setAttribute(of, "unix:uid", APPLICATION);
		assertRefuses(of, "belongs to another user");
	}

	@Test
	void directoryThatOthersCouldChangeIsRefused() throws Exception {
		Path directory = code.createDirectory("rwxr-xr-x", APPLICATION);
		assertThatIOException().isThrownBy(() -> AuditFiles.make(directory.resolve("a.log"), RIGHTS))
			.withMessageContaining("has to be a directory that nobody but root can change");
		assertThat(AuditFiles.problem(directory.resolve("a.log"), RIGHTS.uid())).contains("nobody but root");
		assertThat(directory).isEmptyDirectory();
	}

	private static void assertRefuses(Path file, String reason) throws IOException {
		try (RealHelper helper = RealHelper.launch(RealHelper.words(code, RIGHTS), Path.of("/"),
				RealHelper.definition(RIGHTS, 0, new AuditPlace.File(file)))) {
			RealHelper.End end = helper.awaitEnd();
			assertThat(end.exitCode()).isEqualTo(78);
			assertThat(end.stderr()).contains("its audit cannot be written", file.toString()).contains(reason);
		}
	}

	private static Path make(String name) throws IOException {
		Path file = code.createDirectory("rwxr-xr-x", 0).resolve("audit").resolve(name + ".log");
		AuditFiles.make(file, RIGHTS);
		assertThat(AuditFiles.problem(file, RIGHTS.uid())).isNull();
		return file;
	}

	private static void awaitLines(Path file, int count) {
		Awaitility.await().atMost(2, TimeUnit.MINUTES).until(() -> lines(file).size() == count);
	}

	private static List<JsonNode> lines(Path file) throws IOException {
		List<JsonNode> lines = new ArrayList<>();
		for (String line : Files.readAllLines(file)) {
			lines.add(parse(line));
		}
		return lines;
	}

	private static JsonNode parse(String line) {
		return new ObjectMapper().readTree(line);
	}

	private static List<String> outcomes(List<JsonNode> lines) {
		return lines.stream().map((line) -> line.get("sequence") + " " + line.get("outcome").asString()).toList();
	}

	private static int as(int user, String script) throws Exception {
		return run(Command.as(user, "/bin/sh", "-c", script).toArray(String[]::new));
	}

	private static int run(String... words) throws Exception {
		Process process = new ProcessBuilder(words).redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.start();
		assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
		return process.exitValue();
	}

}
