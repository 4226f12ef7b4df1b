package io.privsep.demo;

import java.nio.file.Path;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests of the demo's page where the demo does not run as root.
 */
@Tag("full")
final class DemoPageUnprivilegedIntegrationTests {

	private static RunningDemo demo;

	private static DemoPage page;

	@BeforeAll
	static void start(@TempDir Path profile) throws Exception {
		if (isRoot() && hasBrowser()) {
			demo = RunningDemo.startUnprivileged();
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
	void open() {
		// for each test: what is skipped before all of them is in no report
		assumeTrue(isRoot(), "SKIPPED: only root can start the demo as another user");
		assumeTrue(hasBrowser(),
				"SKIPPED: 'chromium' or 'chromedriver' is missing (Debian: apt-get install chromium chromium-driver)");
		page.open(1280, "light");
	}

	@ParameterizedTest
	@ValueSource(ints = { 1280, 390 })
	void pageSaysWhatIsNotSeparatedAndWhatIsConfinedAllTheSame(int width) throws Exception {
		page.open(width, "light");
		assertThat(page.text("#unprivileged")).contains("not running as root", "documents");
		// the file is root's, and so is the low port
		page.press("[data-who=application]", "#direct-result");
		assertThat(page.press("[data-who=ports]", "#right-result")).contains("Refused",
				"helper of 'ports', user " + RunningDemo.USER);
		assertThat(page.kind("#right-result")).isEqualTo("bad");
		assertThat(page.press("[data-document=passwd]", "#passwd-result")).contains("The attack failed",
				"helper of 'documents', user " + RunningDemo.USER, "/etc/passwd (No such file or directory)");
		assertThat(page.kind("#passwd-result")).isEqualTo("good");
		assertThat(page.press("[data-document=secret][data-by=application]", "#secret-result"))
			.contains("The attack worked", "the application itself, user " + RunningDemo.USER);
		assertThat(page.press("[data-document=secret][data-by=documents]", "#secret-result"))
			.contains("The attack failed", "(No such file or directory)");
		assertThat(page.kind("#secret-result")).isEqualTo("good");
		assertThat(page.accessibilityViolations()).isEmpty();
		assertThat(page.run("return document.documentElement.scrollWidth")).isEqualTo(String.valueOf(width));
		assertThat(page.complaints()).isEmpty();
		page.picture(Path.of("target/screenshots/unprivileged-" + width + ".png"), "body > header", "footer");
	}

	@ParameterizedTest
	@ValueSource(strings = {
			"Context 'documents': no reply to 'Documents.parse' within 2s (helper RUNNING, 1/1 calls running, 0 waiting)",
			"The order is not XML: The entity name must immediately follow the '&' in the entity reference.",
			"/etc/passwd (Permission denied)" })
	void failureOtherThanThatOfAFileThatIsNotThereIsNoSuccessOfTheSandbox(String failure) {
		page.run("const real = window.fetch; window.fetch = (...request) => request[0].includes('/documents/')"
				+ " ? Promise.resolve(Response.json({ order: null, failure: \"" + failure + "\", callers: 0,"
				+ " before: 1, after: 2, next: '3 × tea' })) : real(...request)");
		for (String document : new String[] { "passwd", "secret" }) {
			String result = "#" + document + "-result";
			assertThat(page.press("[data-document=" + document + "][data-by=documents]", result))
				.contains("Failed", failure, "the next document: 3 × tea")
				.doesNotContain("The attack");
			assertThat(page.kind(result)).isEqualTo("bad");
		}
		// no file is read in this one
		assertThat(page.press("[data-document=loop]", "#loop-result")).contains("The attack failed", failure);
		assertThat(page.kind("#loop-result")).isEqualTo("good");
	}

	@Test
	void messageThatIsTypedWhileItIsReadAgainIsKept() {
		// the answer comes when the test wants it
		page.run("const real = window.fetch; window.fetch = (...request) => {"
				+ " if (request[0] !== 'api/motd') { return real(...request); }"
				+ " return new Promise((resolve) => { window.release = () => resolve(real(...request)); }); }");
		page.press("#read");
		page.type("#message", "Mine");
		page.run("window.release()");
		assertThat(page.result("#motd-result")).contains("Read", "is kept");
		assertThat(page.value("#message")).isEqualTo("Mine");
		page.press("#read");
		page.run("window.release()");
		Awaitility.await().until(() -> !page.value("#message").equals("Mine"));
		assertThat(page.result("#motd-result")).doesNotContain("is kept");
	}

	private static boolean isRoot() {
		return "root".equals(System.getProperty("user.name"));
	}

	private static boolean hasBrowser() {
		return DemoPage.program("chromium").isPresent() && DemoPage.program("chromedriver").isPresent();
	}

}
