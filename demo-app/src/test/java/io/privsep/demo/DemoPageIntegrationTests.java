package io.privsep.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import com.jayway.jsonpath.JsonPath;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.WebElement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests of the demo's page in a real browser, with real helpers behind it.
 */
@Tag("once")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class DemoPageIntegrationTests {

	private static final int WIDE = 1280;

	/**
	 * Pictures of whole pages, for those who look at the design.
	 */
	private static final Path SCREENSHOTS = Path.of("target/screenshots");

	/**
	 * Where those go to that the documentation shows.
	 */
	private static final Path DOCS = Path.of(System.getProperty("screenshots", SCREENSHOTS.toString()));

	private static RunningDemo demo;

	private static DemoPage page;

	@BeforeAll
	static void start(@TempDir Path profile) throws Exception {
		if (isRoot() && hasBrowser()) {
			demo = RunningDemo.startWithSpares(DemoContext.MOTD, 1);
			page = DemoPage.inBrowser(demo.origin(), profile);
		}
	}

	@AfterAll
	static void stop() throws Exception {
		if (page != null) {
			page.close();
		}
		if (demo != null) {
			demo.close();
		}
	}

	@BeforeEach
	void open() throws Exception {
		// for each test: what is skipped before all of them is in no report
		assumeTrue(isRoot(), "SKIPPED: only root can start helpers as other users; run the build as root");
		assumeTrue(hasBrowser(),
				"SKIPPED: 'chromium' or 'chromedriver' is missing (Debian: apt-get install chromium chromium-driver)");
		Files.writeString(demo.motd(), "Nothing new today.");
		page.open(WIDE, "light");
	}

	@AfterEach
	void nothingCameFromElsewhereAndNothingWasWrong() {
		if (page != null) {
			assertThat(page.run("return performance.getEntriesByType('resource').map((each) => each.name)"
					+ ".filter((name) => !name.startsWith(location.origin + '/')).join()"))
				.isEqualTo("");
			assertThat(page.complaints()).isEmpty();
		}
	}

	@Test
	void pageShowsEachContextAsKernelAndHealthHaveIt() throws Exception {
		Map<DemoContext, Long> pids = DemoIntegrationTests.helpers(demo);
		assertThat(page.elements(".helper h3")).extracting(WebElement::getText)
			.containsExactly("motd", "ports", "nobody", "documents");
		for (DemoContext context : DemoContext.values()) {
			assertThat(page.field(context, "state")).isEqualTo("RUNNING");
			assertThat(page.field(context, "pid")).isEqualTo(pids.get(context).toString());
			assertThat(page.field(context, "user")).isEqualTo(String.valueOf(context.user()));
		}
		assertThat(page.field(DemoContext.MOTD, "rights")).isEqualTo("dac_override (0x2)");
		assertThat(page.field(DemoContext.PORTS, "rights")).isEqualTo("net_bind_service (0x400)");
		assertThat(page.field(DemoContext.NOBODY, "rights")).isEqualTo("none");
		assertThat(page.text("[data-context=documents] [data-field=rights]")).isEqualTo("none, sandboxed");
		assertThat(page.text("[data-context=documents] [data-field=state]")).isEqualTo("RUNNING");
		assertThat(page.text("[data-context=documents] [data-field=user]")).isEqualTo(String.valueOf(RunningDemo.USER));
		assertThat(page.text("#application")).contains(String.valueOf(demo.pid()), String.valueOf(RunningDemo.USER),
				"none");
	}

	@Test
	void callsAndTheirTimesAreThoseOfTheTimerAndLookingMakesNone() throws Exception {
		page.press("#order button", "#order-result");
		Awaitility.await()
			.until(() -> page.text("[data-context=nobody] tbody")
				.lines()
				.anyMatch((row) -> row.matches("parse [1-9]\\d* \\d+(\\.\\d+)? \\d+(\\.\\d+)?")));
		List<Integer> before = counts();
		page.run("performance.clearResourceTimings()");
		Awaitility.await()
			.until(() -> page.run("return performance.getEntriesByType('resource').length > 1").equals("true"));
		assertThat(counts()).isEqualTo(before);
		assertThat(page.field(DemoContext.NOBODY, "count")).isEqualTo(sum("nobody"));
	}

	@Test
	void messageIsWrittenToFileAndReadBack() throws Exception {
		assertThat(page.value("#message")).isEqualTo("Nothing new today.");
		page.type("#message", "Tea at four, <b>in the kitchen</b>");
		assertThat(page.press("#motd [type=submit]", "#motd-result")).contains("Written",
				"user " + DemoContext.MOTD.user());
		assertThat(demo.motd()).hasContent("Tea at four, <b>in the kitchen</b>");
		Files.writeString(demo.motd(), "From outside");
		page.press("#read");
		Awaitility.await().until(() -> page.value("#message").equals("From outside"));
	}

	@Test
	void refusalsAreTheSystemsOwnAndSayWhoTried() throws Exception {
		assertThat(page.press("[data-who=application]", "#direct-result")).contains("Refused",
				demo.motd() + " (Permission denied)", "application itself, user " + RunningDemo.USER);
		assumeTrue(DemoIntegrationTests.unprivilegedPortStart() > 90,
				"SKIPPED: this system lets everyone bind low ports");
		assertThat(page.press("[data-who=motd]", "#wrong-result")).contains("Refused", "Permission denied",
				"helper of 'motd', user " + DemoContext.MOTD.user());
		// unless another program has the page's own port
		int port = demo.freeLowPort(82);
		page.run("document.querySelector('[data-who=ports]').dataset.attempt = '/api/ports/" + port + "/probe'");
		assertThat(port).isLessThan(DemoIntegrationTests.unprivilegedPortStart());
		assertThat(page.press("[data-who=ports]", "#right-result")).contains("Allowed", "Port " + port,
				"helper of 'ports', user " + DemoContext.PORTS.user());
		for (String result : List.of("#direct-result", "#wrong-result", "#right-result")) {
			assertThat(page.kind(result)).isEqualTo("good");
		}
		assertThat(demo.motd()).hasContent("Nothing new today.");
		page.picture(DOCS.resolve("demo-page-refused.png"), "[aria-labelledby=refused-heading]",
				"[aria-labelledby=refused-heading]");
	}

	@Test
	void documentsThatAreAttacksComeToNothingInTheHelperAndWorkInTheApplication() throws Exception {
		assertThat(page.press("[data-document=passwd]", "#passwd-result")).contains("The attack failed",
				"helper of 'documents', user " + RunningDemo.USER, "/etc/passwd (No such file or directory)",
				"was replaced by", "the next document: 3 × tea");
		assertThat(page.kind("#passwd-result")).isEqualTo("good");
		assertThat(page.press("[data-document=secret][data-by=application]", "#secret-result"))
			.contains("The attack worked", "a secret of the application", "itself, user " + RunningDemo.USER);
		assertThat(page.kind("#secret-result")).isEqualTo("bad");
		assertThat(page.press("[data-document=call]", "#call-result")).contains("The attack failed", "nobody came");
		// on a busy machine it may be known too late for its caller how the helper has
		// ended
		assertThat(Awaitility.await()
			.atMost(Duration.ofMinutes(3))
			.until(() -> page.press("[data-document=bomb]", "#bomb-result"), (text) -> text.contains("out of memory")))
			.contains("The attack failed",
					"the helper ended during 'Documents.unpack', out of memory: raise 'privsep.contexts.documents.jvm.max-heap'",
					"was replaced by", "the next document: 3 × tea");
		page.picture(DOCS.resolve("demo-page-documents.png"), "[aria-labelledby=documents-heading]",
				"[aria-labelledby=documents-heading]");
		assertThat(page.press("[data-document=call][data-by=application]", "#call-result"))
			.contains("The attack worked", "1 came");
	}

	@Test
	void toolThatAModelCallsReadsItsPageAndNoOtherFileInTheHelper() throws Exception {
		assertThat(page.press("[data-tool=honest]", "#tool-honest-result")).contains("A page",
				"helper of 'documents', user " + RunningDemo.USER,
				"readPage {\"page\": \"tea.txt\"} → \"Tea comes in boxes of 20.\"");
		assertThat(page.kind("#tool-honest-result")).isEqualTo("good");
		assertThat(page.press("[data-tool=passwd][data-by=documents]", "#tool-passwd-result"))
			.contains("The attack failed", "../etc/passwd\"} → Cannot read '/etc/passwd'");
		assertThat(page.kind("#tool-passwd-result")).isEqualTo("good");
		assertThat(page.press("[data-tool=passwd][data-by=application]", "#tool-passwd-result"))
			.contains("The attack worked", "itself, user " + RunningDemo.USER, "root:");
		assertThat(page.kind("#tool-passwd-result")).isEqualTo("bad");
	}

	@Test
	void lateAnswerDoesNotTakeThePlaceOfANewerOneInItsRow() throws Exception {
		page.run("window.kinds = []; const row = document.getElementById('secret-result');"
				+ "new MutationObserver(() => window.kinds.push(row.dataset.kind)).observe(row, {childList: true})");
		// the answer to the first comes when the test wants it
		page.run("const real = window.fetch; window.fetch = (...request) => {"
				+ " if (!request[0].includes('/documents/secret')) { return real(...request); }"
				+ " window.fetch = real; const answer = real(...request); answer.catch(() => {});"
				+ " return new Promise((resolve) => { window.release = () => resolve(answer); }); }");
		int before = recycled();
		page.press("[data-document=secret][data-by=documents]");
		// the helper that has read the secret is replaced, and so is the one after it
		Awaitility.await().until(() -> recycled() >= before + 2);
		assertThat(page.press("[data-document=secret][data-by=application]", "#secret-result"))
			.contains("The attack worked", "the application itself");
		page.run("window.release()");
		Awaitility.await().until(() -> page.elements("[aria-disabled]").isEmpty());
		assertThat(page.text("#secret-result")).contains("The attack worked", "the application itself");
		assertThat(page.run("return window.kinds.join()")).isEqualTo("pending,pending,bad");
		// once superseded, the first can be asked for again
		assertThat(page.press("[data-document=secret][data-by=documents]", "#secret-result"))
			.contains("The attack failed", "helper of 'documents'");
	}

	@Test
	void somethingMovesWhileADocumentIsRead() throws Exception {
		page.run("window.moving = []; const row = document.getElementById('honest-result');"
				+ "new MutationObserver(() => window.moving.push(row.dataset.kind + ' '"
				+ " + row.getAnimations({subtree: true}).length + ' ' + row.innerText.split('\\n').join(' ')))"
				+ ".observe(row, {childList: true})");
		page.press("[data-document=honest]", "#honest-result");
		assertThat(String.valueOf(page.run("return window.moving[0]"))).startsWith("pending 1 Running")
			.contains("helper of 'documents'");
		assertThat(String.valueOf(page.run("return window.moving[1]"))).startsWith("good 0 An order");
	}

	@Test
	void orderThatIsWrongIsRejectedInWordsOfTheHelper() {
		page.type("#text", "item=tea");
		assertThat(page.press("#order button", "#order-result")).contains("Rejected", "'item' and 'quantity'");
		page.type("#text", "item=tea\nquantity=3");
		page.press("#order button");
		Awaitility.await().until(() -> page.text("#order-result").contains("3 × tea"));
	}

	@Test
	void helperThatIsEndedIsReplacedBeforeTheEyesOfTheUser() throws Exception {
		page.run("window.loaded = 'once'");
		String before = page.field(DemoContext.MOTD, "pid");
		assertThat(page.field(DemoContext.MOTD, "restarts")).isEqualTo("0");
		assertThat(page.field(DemoContext.MOTD, "spares")).isEqualTo("1 ready");
		assertThat(page.press("[data-end=motd]", "#end-result")).contains("Ended", "Context 'motd'");
		Awaitility.await().until(() -> page.field(DemoContext.MOTD, "restarts").equals("1"));
		String after = DemoIntegrationTests.helpers(demo).get(DemoContext.MOTD).toString();
		assertThat(after).isNotEqualTo(before);
		Awaitility.await().until(() -> !ProcStatus.isRunning(Long.parseLong(before)));
		Awaitility.await().until(() -> page.field(DemoContext.MOTD, "pid").equals(after));
		assertThat(page.field(DemoContext.MOTD, "state")).isEqualTo("RUNNING");
		assertThat(page.field(DemoContext.MOTD, "spares")).isEqualTo("0 ready");
		assertThat(page.text("#log")).contains("RUNNING " + before).contains("RUNNING " + after);
		assertThat(page.run("return window.loaded")).isEqualTo("once");
	}

	@ParameterizedTest
	@CsvSource({ "1280, light", "1280, dark", "390, light", "320, light" })
	void pageIsAccessible(int width, String scheme) throws Exception {
		page.open(width, scheme);
		page.press("[data-who=application]", "#direct-result");
		page.press("[data-who=motd]", "#wrong-result");
		page.press("[data-who=ports]", "#right-result");
		page.press("#order button", "#order-result");
		page.press("#motd [type=submit]", "#motd-result");
		page.press("[data-document=secret][data-by=application]", "#secret-result");
		page.press("[data-tool=honest]", "#tool-honest-result");
		page.press("[data-tool=passwd][data-by=application]", "#tool-passwd-result");
		assertThat(page.accessibilityViolations()).isEmpty();
		assertThat(page.run("return document.documentElement.scrollWidth")).isEqualTo(String.valueOf(width));
		page.picture(SCREENSHOTS.resolve("whole-" + scheme + "-" + width + ".png"), "body > header", "footer");
		if (width == WIDE) {
			page.picture(DOCS.resolve(scheme.equals("dark") ? "demo-page-dark.png" : "demo-page.png"), "body > header",
					"#helpers");
		}
	}

	@Test
	void everythingCanBeReachedAndIsNamedWithoutAMouse() {
		assertThat(page.elements("h1")).hasSize(1);
		assertThat(page.element("html").getDomAttribute("lang")).isEqualTo("en");
		int controls = page.elements("a, button, textarea").size();
		assertThat(page.tab(controls)).hasSize(controls)
			.doesNotHaveDuplicates()
			.allMatch((name) -> !name.isBlank())
			.contains("Message", "Write", "Read again", "Order", "Parse", "Try to write", "Try port 81",
					"Have passwd read", "Without the helper, the secret", "Call the tool",
					"Without the helper, the tool", "End the helper of motd");
	}

	// the last one: the helper of ports has no spare, and does not come back
	@Test
	@Order(Integer.MAX_VALUE)
	void pageSaysToRestartTheDemoWhenNoHelperIsLeft() throws Exception {
		assertThat(page.field(DemoContext.PORTS, "failure")).isEmpty();
		assertThat(page.press("[data-end=ports]", "#end-result")).contains("Ended", "Restart the demo");
		Awaitility.await().until(() -> page.field(DemoContext.PORTS, "failure").contains("Restart the demo"));
		assertThat(page.field(DemoContext.PORTS, "failure")).contains("No helper is left").doesNotContain("setpriv");
		assertThat(page.field(DemoContext.MOTD, "failure")).isEmpty();
		page.press("[data-end=ports]");
		Awaitility.await().until(() -> page.text("#end-result").startsWith("Rejected"));
		assertThat(page.text("#end-result")).contains("context 'ports'", "Restart the demo");
		assertThat(page.accessibilityViolations()).isEmpty();
	}

	private static int recycled() throws Exception {
		List<Integer> recycled = JsonPath.read(demo.get("/api/overview").body(),
				"$.contexts[?(@.name == 'documents')].recycled");
		return recycled.get(0);
	}

	private static boolean isRoot() {
		return "root".equals(System.getProperty("user.name"));
	}

	private static boolean hasBrowser() {
		return DemoPage.program("chromium").isPresent() && DemoPage.program("chromedriver").isPresent();
	}

	private static String sum(String context) throws Exception {
		List<Integer> counts = JsonPath.read(demo.get("/api/overview").body(),
				"$.contexts[?(@.name == '" + context + "')].calls[*].count");
		return String.valueOf(counts.stream().mapToInt(Integer::intValue).sum());
	}

	private static List<Integer> counts() throws Exception {
		return JsonPath.read(demo.get("/api/overview").body(), "$.contexts[*].calls[*].count");
	}

}
