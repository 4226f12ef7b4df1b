package io.privsep.demo;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.jayway.jsonpath.JsonPath;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What documents that are attacks come to in the sandbox of the demo.
 */
@Tag("full")
@ParameterizedClass
@EnumSource
final class DocumentsIntegrationTests {

	private static final String HONEST = "3 × tea";

	private static RunningDemo demo;

	@Parameter
	private StartedBy startedBy;

	@BeforeParameterizedClassInvocation
	static void start(StartedBy startedBy) throws Exception {
		if (isRoot() && hasBubblewrap()) {
			demo = startedBy.start();
		}
	}

	@AfterParameterizedClassInvocation
	static void stop() throws Exception {
		if (demo != null) {
			demo.close();
			demo = null;
		}
	}

	@BeforeEach
	void requireDemo() {
		// for each test: what is skipped before all of them is in no report
		assumeTrue(isRoot(), "SKIPPED: only root can start the demo as other users");
		assumeTrue(hasBubblewrap(), "SKIPPED: bubblewrap is not installed");
	}

	@Test
	void documentCannotHaveAFileOfTheSystemRead() throws Exception {
		assertThat(Path.of("/etc/passwd")).isReadable();
		assertNoFileRead(read("passwd"), "/etc/passwd");
	}

	@Test
	void documentCannotHaveASecretOfTheApplicationRead() throws Exception {
		assertNoFileRead(read("secret"), "privsep-demo-secret-");
		assertThat(readByApplication("secret").get("order")).asString().contains("a secret of the application");
		assertThat(demo.directory().resolve("tmp").toFile().list())
			.noneMatch((name) -> name.startsWith("privsep-demo-secret"));
	}

	@Test
	void documentCannotHaveAnyoneCalled() throws Exception {
		Map<String, Object> outcome = read("call");
		assertThat(outcome).containsEntry("order", null).containsEntry("callers", 0).containsEntry("next", HONEST);
		assertHelperWasReplaced(outcome, this.startedBy.recycles());
		assertThat(readByApplication("call")).containsEntry("callers", 1)
			.extractingByKey("order")
			.asString()
			.contains("caller number ");
	}

	@Test
	void toolReadsNothingButItsPagesWhateverAModelCallsItWith() throws Exception {
		assertThat(call("honest")).containsEntry("arguments", "{\"page\": \"tea.txt\"}")
			.containsEntry("reply", "\"Tea comes in boxes of 20.\"");
		assertThat(call("passwd")).containsEntry("arguments", "{\"page\": \"../../../../../../etc/passwd\"}")
			.containsEntry("reply", "Cannot read '/etc/passwd'");
		assertThat(call("passwd/by-application").get("reply")).asString().contains("root:");
		assertThat(demo.directory().resolve("tmp").toFile().list()).noneMatch((name) -> name.startsWith("handbook"));
	}

	@Test
	@Tag("once")
	void documentThatTakesAllMemoryCostsItsHelperAlone() throws Exception {
		Map<String, Object> outcome = read("bomb");
		assertThat(outcome).containsEntry("order", null).containsEntry("next", HONEST);
		assertThat(outcome.get("failure")).asString().contains("the helper ended during 'Documents.unpack'");
		assertHelperWasReplaced(outcome, true);
	}

	@Test
	@Tag("once")
	void documentThatNeverEndsCostsItsHelperAlone() throws Exception {
		Map<String, Object> outcome = read("loop");
		assertThat(outcome).containsEntry("order", null).containsEntry("next", HONEST);
		assertThat(outcome.get("failure")).asString().contains("no reply to 'Documents.unpack' within 10s");
		assertHelperWasReplaced(outcome, true);
	}

	@Test
	void applicationItselfIsNotAttackedWithWhatWouldEndIt() throws Exception {
		for (String document : List.of("bomb", "loop")) {
			HttpResponse<String> response = demo.post("/api/documents/" + document + "/by-application", "");
			assertThat(response.statusCode()).isEqualTo(400);
			assertThat(response.body()).contains("The application itself does not read this one");
		}
	}

	@Test
	void helperThatEndsIsReplacedAlsoWithoutRoot() throws Exception {
		int before = awaitPid();
		HttpResponse<String> ended = demo.post("/api/helpers/documents/end", "");
		assertThat(ended.statusCode()).as(ended.body()).isEqualTo(200);
		assertThat(JsonPath.<Boolean>read(ended.body(), "$.last")).isFalse();
		Awaitility.await().until(() -> awaitPid() != before);
	}

	@Test
	void helperIsOfTheApplicationsUserAndHasNoneOfItsNamespaces() throws Exception {
		int pid = awaitPid();
		assertThat(ProcStatus.ofAllThreads(pid)).hasSizeGreaterThan(5)
			.allSatisfy((status) -> assertThat(status).containsEntry("Uid", (RunningDemo.USER + " ").repeat(4).strip())
				.containsEntry("CapEff", "0000000000000000")
				.containsEntry("CapBnd", "0000000000000000")
				.containsEntry("NoNewPrivs", "1"));
		for (String namespace : List.of("user", "mnt", "pid", "net", "ipc", "uts", "cgroup")) {
			assertThat(Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/" + namespace)))
				.isNotEqualTo(Files.readSymbolicLink(Path.of("/proc/" + demo.pid() + "/ns/" + namespace)));
		}
		List<Map<String, Object>> shown = JsonPath.read(demo.get("/api/overview").body(),
				"$.contexts[?(@.sandboxed == true)]");
		assertThat(shown).singleElement().extracting("name").isEqualTo("documents");
	}

	@Test
	void otherContextsServeAsEver() throws Exception {
		assertThat(demo.post("/api/parse", "item=tea\nquantity=3").body()).contains("\"item\":\"tea\"");
		assertThat(demo.post("/api/ports/8099/probe", "").statusCode()).isEqualTo(200);
		assertThat(demo.get("/api/motd").body()).isEqualTo("before");
		assertThat(demo.get("/actuator/health").statusCode()).isEqualTo(200);
	}

	private static boolean isRoot() {
		return "root".equals(System.getProperty("user.name"));
	}

	private static boolean hasBubblewrap() {
		return Files.isExecutable(Path.of("/usr/bin/bwrap"));
	}

	private void assertNoFileRead(Map<String, Object> outcome, String file) {
		assertThat(outcome).containsEntry("order", null).containsEntry("next", HONEST);
		assertThat(outcome.get("failure")).asString().contains(file, "No such file or directory");
		assertHelperWasReplaced(outcome, this.startedBy.recycles());
	}

	private static void assertHelperWasReplaced(Map<String, Object> outcome, boolean isReplaced) {
		assertThat(outcome.get("before")).isNotNull();
		// on a busy machine the next helper may start too late for the demo
		Object after = (outcome.get("after") != null) ? outcome.get("after") : awaitPid();
		assertThat(!after.equals(outcome.get("before"))).as(outcome.toString()).isEqualTo(isReplaced);
	}

	private static int awaitPid() {
		return Awaitility.await().until(() -> {
			List<Integer> pids = JsonPath.read(demo.get("/api/overview").body(),
					"$.contexts[?(@.name == 'documents')].pid");
			return pids.get(0);
		}, Objects::nonNull);
	}

	// On a busy machine a call may not be answered in time, and is made again. The one
	// that never ends is not answered, but the next document is read.
	private static Map<String, Object> read(String document) {
		return Awaitility.await()
			.atMost(Duration.ofMinutes(3))
			.until(() -> outcome(demo.post("/api/documents/" + document, "")),
					(outcome) -> HONEST.equals(outcome.get("next"))
							&& (document.equals("loop") || !isLate(outcome.get("failure"))));
	}

	private static boolean isLate(Object failure) {
		return String.valueOf(failure).contains("no reply to ");
	}

	private static Map<String, Object> readByApplication(String document) throws Exception {
		return outcome(demo.post("/api/documents/" + document + "/by-application", ""));
	}

	private static Map<String, Object> call(String call) {
		return Awaitility.await()
			.atMost(Duration.ofMinutes(3))
			.until(() -> outcome(demo.post("/api/tools/" + call, "")), (outcome) -> !isLate(outcome.get("reply")));
	}

	private static Map<String, Object> outcome(HttpResponse<String> response) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		return JsonPath.read(response.body(), "$");
	}

	/**
	 * Who has started the demo.
	 */
	enum StartedBy {

		/** Root, which the application gives up; one helper for all documents. */
		ROOT {

			@Override
			RunningDemo start() throws Exception {
				return RunningDemo.startWithoutRecyclingAndWithShortCalls();
			}

		},

		/** An ordinary user; a helper for each attack and the document after it. */
		USER {

			@Override
			RunningDemo start() throws Exception {
				return RunningDemo.startUnprivileged(RunningDemo.SHORT_CALLS);
			}

		};

		abstract RunningDemo start() throws Exception;

		boolean recycles() {
			return this == USER;
		}

	}

}
