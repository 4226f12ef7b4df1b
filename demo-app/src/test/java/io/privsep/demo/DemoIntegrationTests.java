package io.privsep.demo;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.privsep.demo.RunningDemo.Layout;
import io.privsep.trust.CodeTrust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests of the demo with real helpers, real users and real capabilities.
 */
@ParameterizedClass
@EnumSource(Layout.class)
final class DemoIntegrationTests {

	private static final Duration END = Duration.ofMinutes(2);

	private static final String NO_CAPABILITIES = "0000000000000000";

	private static RunningDemo demo;

	@Parameter
	private Layout layout;

	@BeforeParameterizedClassInvocation
	static void start(Layout layout) throws Exception {
		if (isRoot()) {
			demo = RunningDemo.start(layout);
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
	void writeMotd() throws IOException {
		// for each test: what is skipped before all of them is in no report
		assumeTrue(isRoot(), "SKIPPED: only root can start helpers as other users; run the build as root");
		Files.writeString(demo.motd(), "before");
	}

	@Test
	void motdIsReadAndReplacedInFileOfRoot() throws Exception {
		assertThat(demo.get("/api/motd").body()).isEqualTo("before");
		assertThat(demo.put("/api/motd", "Grüße").statusCode()).isEqualTo(204);
		assertThat(demo.motd()).hasContent("Grüße");
		assertThat(Files.getAttribute(demo.motd(), "unix:uid")).isEqualTo(0);
		assertThat(demo.get("/api/motd").body()).isEqualTo("Grüße");
	}

	@Test
	void motdWhenBlankOrTooLongIsRejected() throws Exception {
		assertProblem(demo.put("/api/motd", " "), 400);
		assertProblem(demo.put("/api/motd", "x".repeat(4097)), 400);
		assertThat(demo.motd()).hasContent("before");
	}

	@Test
	void applicationItselfMayNotWriteFile() throws Exception {
		HttpResponse<String> response = demo.post("/api/attempts/direct-write", "");
		assertProblem(response, 403);
		assertThat(JsonPath.<String>read(response.body(), "$.detail")).contains("Permission denied");
		assertThat(demo.motd()).hasContent("before");
	}

	@Test
	void lowPortIsBoundByContextPortsAlone() throws Exception {
		assumeTrue(unprivilegedPortStart() > 90, "SKIPPED: this system lets everyone bind low ports");
		int port = demo.freeLowPort(89);
		assertThat(port).isLessThan(unprivilegedPortStart());
		HttpResponse<String> probe = demo.post("/api/ports/" + port + "/probe", "");
		assertThat(probe.statusCode()).isEqualTo(200);
		assertThat(JsonPath.<Boolean>read(probe.body(), "$.bindable")).isTrue();
		HttpResponse<String> attempt = demo.post("/api/attempts/motd-binds-port", "");
		assertProblem(attempt, 403);
		assertThat(JsonPath.<String>read(attempt.body(), "$.detail")).contains("Permission denied");
	}

	@Test
	void portWhenInvalidIsRejected() throws Exception {
		assertProblem(demo.post("/api/ports/0/probe", ""), 400);
		assertProblem(demo.post("/api/ports/65536/probe", ""), 400);
		assertProblem(demo.post("/api/ports/http/probe", ""), 400);
	}

	@Test
	void orderIsParsedByContextNobody() throws Exception {
		HttpResponse<String> response = demo.post("/api/parse", "item=tea\nquantity=3");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).isEqualTo("{\"item\":\"tea\",\"quantity\":3}");
		assertProblem(demo.post("/api/parse", "tea"), 400);
	}

	@Test
	void contextsSayThemselvesWhatTheyAreConfiguredToBe() throws Exception {
		String body = demo.get("/api/contexts").body();
		Map<DemoContext, Long> pids = helpers(demo);
		for (DemoContext context : DemoContext.values()) {
			Map<String, Object> shown = JsonPath.read(body, "$[" + context.ordinal() + "]");
			assertThat(shown).containsEntry("name", context.id()).containsEntry("user", String.valueOf(context.user()));
			Map<String, Object> helper = JsonPath.read(body, "$[" + context.ordinal() + "].helper");
			assertThat(helper).containsEntry("pid", pids.get(context).intValue())
				.containsEntry("uid", context.user())
				.containsEntry("gid", context.user())
				.containsEntry("effective", context.mask())
				.containsEntry("bounding", context.mask())
				.containsEntry("noNewPrivs", true);
		}
	}

	@Test
	void everyThreadOfApplicationIsUnprivileged() throws Exception {
		String ids = ids(RunningDemo.USER);
		assertThat(ProcStatus.ofAllThreads(demo.pid())).hasSizeGreaterThan(10)
			.allSatisfy((status) -> assertThat(status).containsEntry("Uid", ids)
				.containsEntry("Gid", ids)
				.containsEntry("CapInh", NO_CAPABILITIES)
				.containsEntry("CapPrm", NO_CAPABILITIES)
				.containsEntry("CapEff", NO_CAPABILITIES)
				.containsEntry("CapAmb", NO_CAPABILITIES)
				.extractingByKey("Groups")
				.isIn("", String.valueOf(RunningDemo.USER)));
	}

	@Test
	void everyThreadOfEachHelperHasExactlyRightsOfItsContext() throws Exception {
		Map<DemoContext, Long> pids = helpers(demo);
		for (DemoContext context : DemoContext.values()) {
			assertThat(ProcStatus.ofAllThreads(pids.get(context))).as(context.id())
				.hasSizeGreaterThan(5)
				.allSatisfy((status) -> assertThat(status).containsEntry("Uid", ids(context.user()))
					.containsEntry("Gid", ids(context.user()))
					.containsEntry("Groups", "")
					.containsEntry("CapInh", context.mask())
					.containsEntry("CapPrm", context.mask())
					.containsEntry("CapEff", context.mask())
					.containsEntry("CapBnd", context.mask())
					.containsEntry("CapAmb", context.mask())
					.containsEntry("NoNewPrivs", "1"));
		}
	}

	@Test
	void callsAreTimed() throws Exception {
		assertThat(demo.get("/api/motd").statusCode()).isEqualTo(200);
		HttpResponse<String> response = demo.get("/actuator/metrics/privsep.calls?tag=privsep.context:motd");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(JsonPath.<List<String>>read(response.body(), "$.availableTags[*].tag")).contains("privsep.function",
				"outcome");
	}

	@Test
	void prometheusMayScrapeWhatTheRulesAskFor() throws Exception {
		assertThat(demo.get("/api/motd").statusCode()).isEqualTo(200);
		HttpResponse<String> response = demo.get("/actuator/prometheus");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).contains(
				"outcome=\"SUCCESS\",privsep_context=\"motd\",privsep_function=\"Motd.read\"",
				"privsep_helper_up{privsep_context=\"motd\"} 1.0");
		Set<String> rules = names(Files.readString(Path.of("../docs/alerts.yml")));
		// a series that is there only where a context has spares
		rules.remove("privsep_helper_spares");
		assertThat(rules).hasSizeGreaterThan(3).isSubsetOf(names(response.body()));
	}

	@Test
	void helpersRunFromOneCopyOfAnExecutableJarWhichOnlyRootCanChange() throws Exception {
		Set<Path> classPaths = new TreeSet<>();
		for (long pid : helpers(demo).values()) {
			List<String> words = List.of(Files.readString(Path.of("/proc", Long.toString(pid), "cmdline")).split("\0"));
			classPaths.add(Path.of(words.get(words.indexOf("-cp") + 1)));
		}
		assertThat(classPaths).hasSize(1);
		Path copy = classPaths.iterator().next();
		if (this.layout == Layout.EXTRACTED) {
			assertThat(copy).startsWith(demo.directory());
			return;
		}
		assertThat(copy.getParent().getParent()).isEqualTo(Path.of("/run"));
		assertThat(new CodeTrust().classPath(List.of(copy)).problems()).isEmpty();
	}

	@Test
	void applicationWhenKilledTakesHelpersWithIt() throws Exception {
		try (RunningDemo killed = RunningDemo.start(this.layout)) {
			Map<DemoContext, Long> pids = helpers(killed);
			killed.kill();
			assertAllEnded(pids);
		}
	}

	@Test
	void applicationWhenEndedLeavesNoHelperAndNoFileOutsideItsDirectory() throws Exception {
		try (RunningDemo ended = RunningDemo.start(this.layout)) {
			Map<DemoContext, Long> pids = helpers(ended);
			assertThat(ended.get("/api/contexts").statusCode()).isEqualTo(200);
			ended.stop();
			assertAllEnded(pids);
			assertThat(ended.left()).isEmpty();
			for (String directory : List.of("/tmp", "/var/tmp", "/dev/shm", "/run", "/var/lib")) {
				assertThat(filesOfDemo(Path.of(directory))).isEmpty();
			}
		}
	}

	static Map<DemoContext, Long> helpers(RunningDemo demo) throws Exception {
		HttpResponse<String> response = demo.get("/actuator/health");
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		Map<DemoContext, Long> pids = new EnumMap<>(DemoContext.class);
		for (DemoContext context : DemoContext.values()) {
			Number pid = JsonPath.read(response.body(),
					"$.components.privsep.components." + context.id() + ".details.pid");
			pids.put(context, pid.longValue());
		}
		assertThat(pids.values()).doesNotHaveDuplicates().doesNotContain(demo.pid());
		return pids;
	}

	// bounded for what it must not be, which is for ever; how long it takes is printed
	private static void assertAllEnded(Map<DemoContext, Long> pids) throws Exception {
		long start = System.nanoTime();
		List<DemoContext> running = running(pids);
		while (!running.isEmpty() && System.nanoTime() - start < END.toNanos()) {
			TimeUnit.MILLISECONDS.sleep(10);
			running = running(pids);
		}
		assertThat(running).as("helpers that still run after " + END).isEmpty();
		System.out.println("measured: end of all helpers after their application's: "
				+ Duration.ofNanos(System.nanoTime() - start).toMillis() + " ms");
	}

	private static List<DemoContext> running(Map<DemoContext, Long> pids) throws IOException {
		List<DemoContext> running = new ArrayList<>();
		for (Map.Entry<DemoContext, Long> helper : pids.entrySet()) {
			if (ProcStatus.isRunning(helper.getValue())) {
				running.add(helper.getKey());
			}
		}
		return running;
	}

	private static Set<String> names(String text) {
		return Pattern.compile("privsep_(?:calls|helper)_[a-z_]+")
			.matcher(text)
			.results()
			.map(MatchResult::group)
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static void assertProblem(HttpResponse<String> response, int status) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
	}

	private static List<Path> filesOfDemo(Path top) throws IOException {
		List<Path> found = new ArrayList<>();
		collectFilesOfDemo(top, 3, found);
		return found;
	}

	// by hand: Files.walk ends at the first file that another process deletes meanwhile
	private static void collectFilesOfDemo(Path directory, int depth, List<Path> found) throws IOException {
		String[] names = directory.toFile().list();
		for (String name : (names != null) ? names : new String[0]) {
			Path path = directory.resolve(name);
			if (name.startsWith("privsep-it-") || !Files.exists(path) || Files.isSymbolicLink(path)) {
				continue;
			}
			if (isOfDemo(path)) {
				found.add(path);
			}
			if (depth > 1 && Files.isDirectory(path)) {
				collectFilesOfDemo(path, depth - 1, found);
			}
		}
	}

	private static boolean isOfDemo(Path path) throws IOException {
		try {
			int owner = (int) Files.getAttribute(path, "unix:uid");
			return owner >= RunningDemo.USER && owner <= DemoContext.NOBODY.user();
		}
		catch (IOException ex) {
			if (Files.exists(path)) {
				throw ex;
			}
			return false;
		}
	}

	private static String ids(int id) {
		return String.join(" ", Collections.nCopies(4, String.valueOf(id)));
	}

	static int unprivilegedPortStart() throws IOException {
		// by lines: readString asks for a single byte first, and such a file answers but
		// once
		return Integer
			.parseInt(Files.readAllLines(Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start")).get(0).strip());
	}

	private static boolean isRoot() throws IOException {
		return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
	}

}
