package io.privsep.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * The page of a running demo, in a browser that this system has.
 */
final class DemoPage implements AutoCloseable {

	private final ChromeDriver browser;

	private final String origin;

	private final Path profile;

	private DemoPage(ChromeDriver browser, String origin, Path profile) {
		this.browser = browser;
		this.origin = origin;
		this.profile = profile;
	}

	static Optional<Path> program(String name) {
		return Stream.of(System.getenv("PATH").split(":"))
			.map((directory) -> Path.of(directory, name))
			.filter(Files::isExecutable)
			.findFirst();
	}

	/**
	 * Starts the browser.
	 * @param origin where the demo is
	 * @param profile an empty directory for what the browser writes
	 * @return the browser, with an empty page
	 */
	static DemoPage inBrowser(String origin, Path profile) {
		// both are named, so that Selenium has nothing to look for
		ChromeDriverService service = new ChromeDriverService.Builder()
			.usingDriverExecutable(program("chromedriver").orElseThrow().toFile())
			.usingAnyFreePort()
			.build();
		ChromeOptions options = new ChromeOptions().setBinary(program("chromium").orElseThrow().toFile())
			.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
					"--disable-background-networking", "--disable-component-update", "--disable-sync",
					"--hide-scrollbars", "--user-data-dir=" + profile);
		LoggingPreferences logs = new LoggingPreferences();
		logs.enable(LogType.BROWSER, Level.ALL);
		options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
		return new DemoPage(new ChromeDriver(service, options), origin, profile);
	}

	/**
	 * Loads the page anew and waits until it shows what is going on.
	 * @param width width of the window, in CSS pixels
	 * @param scheme {@code light} or {@code dark}
	 */
	void open(int width, String scheme) {
		this.browser.executeCdpCommand("Emulation.setDeviceMetricsOverride",
				Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
		this.browser.executeCdpCommand("Emulation.setEmulatedMedia",
				Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
		this.browser.get(this.origin + "/");
		Awaitility.await().until(() -> !elements(".helper").isEmpty() && !value("#message").isEmpty());
	}

	WebElement element(String selector) {
		return this.browser.findElement(By.cssSelector(selector));
	}

	List<WebElement> elements(String selector) {
		return this.browser.findElements(By.cssSelector(selector));
	}

	String text(String selector) {
		return element(selector).getText();
	}

	String field(DemoContext context, String field) {
		return text("[data-context=" + context.id() + "] [data-field=" + field + "]");
	}

	String value(String selector) {
		return String.valueOf(element(selector).getDomProperty("value"));
	}

	void press(String selector) {
		element(selector).sendKeys(Keys.ENTER);
	}

	void type(String selector, String text) {
		element(selector).clear();
		element(selector).sendKeys(text);
	}

	/**
	 * Presses the button of a form and waits for what it says.
	 * @param button selector of the button
	 * @param result selector of the place for the result
	 * @return the result
	 */
	String press(String button, String result) {
		press(button);
		return result(result);
	}

	/**
	 * Waits until nothing is pending in a place for results.
	 * @param result selector of the place
	 * @return what it says
	 */
	String result(String result) {
		Awaitility.await().until(() -> !Set.of("", "pending").contains(kind(result)));
		return text(result);
	}

	/**
	 * Whether a result is as it must be, as its colour says.
	 * @param result selector of the place
	 * @return {@code good}, {@code bad}, {@code wait} for a mistake of the user,
	 * {@code pending}, or nothing where there is none
	 */
	String kind(String result) {
		return Objects.requireNonNullElse(element(result).getDomAttribute("data-kind"), "");
	}

	/**
	 * What the key Tab leads to, one after the other.
	 * @param count how many times it is pressed
	 * @return the accessible names
	 */
	List<String> tab(int count) {
		List<String> names = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			this.browser.switchTo().activeElement().sendKeys(Keys.TAB);
			names.add(this.browser.switchTo().activeElement().getAccessibleName());
		}
		return names;
	}

	Object run(String script) {
		return String.valueOf(this.browser.executeScript(script));
	}

	/**
	 * Asks axe what is not accessible.
	 * @return a line for each violation, with the elements
	 */
	@SuppressWarnings("unchecked")
	List<String> accessibilityViolations() throws IOException {
		String axe = new String(
				DemoPage.class.getResourceAsStream("/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js")
					.readAllBytes());
		this.browser.executeScript(axe);
		return (List<String>) this.browser.executeAsyncScript("const done = arguments[0];"
				+ "axe.run().then((found) => done(found.violations.map((each) => each.id + ' '"
				+ " + each.nodes.map((node) => node.target + ' ' + node.failureSummary).join('; '))))");
	}

	/**
	 * What the browser has complained about since it was asked last, but for answers that
	 * refuse something.
	 * @return the messages
	 */
	List<String> complaints() {
		return this.browser.manage()
			.logs()
			.get(LogType.BROWSER)
			.getAll()
			.stream()
			.filter((entry) -> entry.getLevel().equals(Level.SEVERE))
			.map(LogEntry::getMessage)
			.filter((message) -> !message.matches(".* status of 40[03] .*"))
			.toList();
	}

	/**
	 * Takes a picture.
	 * @param file where it goes to
	 * @param top selector of the first element in it
	 * @param bottom selector of the last one
	 */
	void picture(Path file, String top, String bottom) throws IOException {
		String clip = "const top = document.querySelector(arguments[0]).getBoundingClientRect().top + scrollY;"
				+ "const bottom = document.querySelector(arguments[1]).getBoundingClientRect().bottom + scrollY;"
				+ "document.activeElement.blur();"
				+ "return {x: 0, y: Math.max(top - 40, 0), width: document.documentElement.clientWidth,"
				+ " height: bottom - top + 56, scale: 1}";
		Map<String, Object> taken = this.browser.executeCdpCommand("Page.captureScreenshot", Map.of("format", "png",
				"captureBeyondViewport", true, "clip", this.browser.executeScript(clip, top, bottom)));
		Files.createDirectories(file.toAbsolutePath().getParent());
		Files.write(file, Base64.getDecoder().decode((String) taken.get("data")));
	}

	@Override
	public void close() {
		this.browser.quit();
		// it may write for a moment more
		Awaitility.await()
			.until(() -> ProcessHandle.allProcesses()
				.noneMatch((process) -> process.info().commandLine().orElse("").contains(this.profile.toString())));
	}

}
