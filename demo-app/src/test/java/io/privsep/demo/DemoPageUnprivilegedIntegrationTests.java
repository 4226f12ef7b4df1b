package io.privsep.demo;

import java.nio.file.Path;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests of the demo's page where the demo does not run as root.
 */
@Tag("once")
final class DemoPageUnprivilegedIntegrationTests {

	@Test
	void pageSaysWhatIsNotSeparatedAndWhatIsConfinedAllTheSame(@TempDir Path profile) throws Exception {
		assumeTrue("root".equals(System.getProperty("user.name")),
				"SKIPPED: only root can start the demo as another user");
		assumeTrue(DemoPage.program("chromium").isPresent() && DemoPage.program("chromedriver").isPresent(),
				"SKIPPED: 'chromium' or 'chromedriver' is missing (Debian: apt-get install chromium chromium-driver)");
		try (RunningDemo demo = RunningDemo.startUnprivileged();
				DemoPage page = DemoPage.inBrowser(demo.origin(), profile)) {
			for (int width : new int[] { 1280, 390 }) {
				page.open(width, "light");
				assertThat(page.text("#unprivileged")).contains("not running as root", "documents");
				// the file is root's, and so is the low port
				page.press("[data-who=application]", "#direct-result");
				assertThat(page.press("[data-who=ports]", "#right-result")).contains("Refused",
						"helper of 'ports', user " + RunningDemo.USER);
				assertThat(page.kind("#right-result")).isEqualTo("bad");
				assertThat(page.press("[data-document=passwd]", "#passwd-result")).contains("The attack failed",
						"helper of 'documents', user " + RunningDemo.USER);
				assertThat(page.press("[data-document=secret][data-by=application]", "#secret-result"))
					.contains("The attack worked", "the application itself, user " + RunningDemo.USER);
				assertThat(page.accessibilityViolations()).isEmpty();
				assertThat(page.run("return document.documentElement.scrollWidth")).isEqualTo(String.valueOf(width));
				assertThat(page.complaints()).isEmpty();
				page.picture(Path.of("target/screenshots/unprivileged-" + width + ".png"), "body > header", "footer");
			}
		}
	}

}
