package io.privsep.demo.web;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the controllers other than {@link MotdController}.
 */
@SpringBootTest(properties = { "privsep.mode=in-process",
		"management.endpoint.health.group.readiness.include=readinessState,privsep",
		"management.endpoint.health.group.writing.include=privsep/motd" })
@AutoConfigureMockMvc
final class DemoControllersTests {

	@TempDir
	private static Path directory;

	private final MockMvcTester mvc;

	DemoControllersTests(@Autowired MockMvcTester mvc) {
		this.mvc = mvc;
	}

	@DynamicPropertySource
	static void file(DynamicPropertyRegistry registry) {
		registry.add("privsep.contexts.motd.settings.file", () -> file().toString());
	}

	@BeforeEach
	void writeFile() throws IOException {
		Files.writeString(file(), "before");
	}

	@Test
	void probeWhenPortIsFreeSaysSo() throws IOException {
		int port;
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			port = socket.getLocalPort();
		}
		assertThat(post("/api/ports/" + port + "/probe")).hasStatusOk()
			.bodyJson()
			.isStrictlyEqualTo("{\"port\":" + port + ",\"bindable\":true,\"reason\":null}");
	}

	@Test
	void probeWhenPortIsTakenGivesReasonOfSystem() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			MvcTestResult result = post("/api/ports/" + socket.getLocalPort() + "/probe");
			assertThat(result).hasStatusOk();
			assertThat(result).bodyJson().extractingPath("$.bindable").isEqualTo(false);
			assertThat(result).bodyJson().extractingPath("$.reason").asString().contains("in use");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "-1", "65536", "99999999999", "http" })
	void probeWhenPortIsInvalidIsRejected(String port) {
		assertThat(post("/api/ports/" + port + "/probe")).hasStatus(HttpStatus.BAD_REQUEST)
			.hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
	}

	@Test
	void directWriteWhenAllowedSaysSoAndLeavesContent() {
		// in the same JVM, and with a file of its own, the application may
		assertThat(post("/api/attempts/direct-write")).hasStatusOk().bodyText().contains("may write");
		assertThat(file()).hasContent("before");
	}

	@Test
	void directWriteWhenRefusedIsForbiddenWithMessageOfSystem() throws IOException {
		// a directory cannot be opened for writing, whoever tries
		Files.delete(file());
		Files.createDirectory(file());
		MvcTestResult result = post("/api/attempts/direct-write");
		Files.delete(file());
		assertThat(result).hasStatus(HttpStatus.FORBIDDEN).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
		assertThat(result).bodyJson().extractingPath("$.detail").asString().contains(file().toString());
	}

	@Test
	void directWriteWhenFileIsMissingIsNotFoundAndMakesNone() throws IOException {
		Files.delete(file());
		assertThat(post("/api/attempts/direct-write")).hasStatus(HttpStatus.NOT_FOUND);
		assertThat(file()).doesNotExist();
	}

	@Test
	void contextsShowsConfigurationAndWhatHelpersSay() {
		MvcTestResult result = this.mvc.get().uri("/api/contexts").exchange();
		assertThat(result).hasStatusOk();
		assertThat(result).bodyJson()
			.extractingPath("$[*].name")
			.asArray()
			.containsExactly("motd", "ports", "nobody", "documents");
		assertThat(result).bodyJson()
			.extractingPath("$[*].user")
			.asArray()
			.containsExactly("61002", "61003", "61004", null);
		assertThat(result).bodyJson()
			.extractingPath("$[*].capabilities[*]")
			.asArray()
			.containsExactly("dac_override", "net_bind_service");
		assertThat(result).bodyJson().extractingPath("$[0].helper.pid").isEqualTo((int) ProcessHandle.current().pid());
	}

	@Test
	void parseReturnsOrder() {
		assertThat(parse("item=tea\nquantity = 3\n")).hasStatusOk()
			.bodyJson()
			.isStrictlyEqualTo("{\"item\":\"tea\",\"quantity\":3}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "item=tea", "item=tea\nquantity=0", "item=tea\nquantity=1\nquantity=2", "tea",
			"item=\nquantity=1", "item=tea\nquantity=1\ncolour=red" })
	void parseWhenOrderIsMalformedIsRejected(String order) {
		assertThat(parse(order)).hasStatus(HttpStatus.BAD_REQUEST).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
	}

	@Test
	void healthShowsEachContext() {
		MvcTestResult result = this.mvc.get().uri("/actuator/health").exchange();
		assertThat(result).hasStatusOk();
		assertThat(result).bodyJson()
			.extractingPath("$.components.privsep.components")
			.asMap()
			.containsOnlyKeys("motd", "ports", "nobody", "documents");
	}

	@Test
	void healthGroupMayHaveAllContextsOrOne() {
		assertThat(get("/actuator/health/readiness")).hasStatusOk()
			.bodyJson()
			.extractingPath("$.components.privsep.components")
			.asMap()
			.containsOnlyKeys("motd", "ports", "nobody", "documents");
		assertThat(get("/actuator/health/writing")).hasStatusOk()
			.bodyJson()
			.extractingPath("$.components.privsep.components")
			.asMap()
			.containsOnlyKeys("motd");
	}

	@Test
	void overviewShowsEachContextWithItsFunctionsAndAsksNoHelper() {
		MvcTestResult before = get("/api/overview");
		assertThat(before).hasStatusOk();
		assertThat(before).bodyJson().extractingPath("$.application.pid").isEqualTo(pid());
		assertThat(before).bodyJson()
			.extractingPath("$.contexts[*].name")
			.asArray()
			.containsExactly("motd", "ports", "nobody", "documents");
		assertThat(before).bodyJson()
			.extractingPath("$.contexts[0]")
			.asMap()
			.containsEntry("state", "RUNNING")
			.containsEntry("mode", "in-process")
			.containsEntry("capabilities", List.of())
			.containsEntry("pid", pid())
			.containsEntry("restarts", 0);
		assertThat(before).bodyJson().extractingPath("$.contexts[0].helper.pid").isEqualTo(pid());
		assertThat(before).bodyJson()
			.extractingPath("$.contexts[0].calls[*].function")
			.asArray()
			.contains("Motd.read", "Motd.update");
		assertThat(count(get("/api/overview"), "OrderParser.parse", "none"))
			.isEqualTo(count(before, "OrderParser.parse", "none"));
	}

	@Test
	void overviewCountsAndTimesCallsByTheirEnd() {
		int read = count(get("/api/overview"), "OrderParser.parse", "none");
		int rejected = count(get("/api/overview"), "OrderParser.parse", "IllegalArgumentException");
		parse("item=tea\nquantity=3");
		parse("tea");
		parse("tea");
		MvcTestResult after = get("/api/overview");
		assertThat(count(after, "OrderParser.parse", "none")).isEqualTo(read + 1);
		assertThat(count(after, "OrderParser.parse", "IllegalArgumentException")).isEqualTo(rejected + 2);
		assertThat(after).bodyJson()
			.extractingPath("$.contexts[2].calls[?(@.function == 'OrderParser.parse')].p99")
			.asArray()
			.hasSize(2)
			.allSatisfy((time) -> assertThat((Double) time).isPositive());
	}

	@Test
	void endWhenThereIsNoHelperIsRejected() {
		assertThat(post("/api/helpers/motd/end")).hasStatus(HttpStatus.BAD_REQUEST)
			.bodyJson()
			.extractingPath("$.detail")
			.isEqualTo("There is no helper to end in mode 'in-process'");
		assertThat(post("/api/helpers/other/end")).hasStatus(HttpStatus.BAD_REQUEST)
			.bodyJson()
			.extractingPath("$.detail")
			.isEqualTo("There is no context 'other'");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "honest", "bomb", "loop", "other", "BOMB", "bomb/by-application", "honest/by-application" })
	void documentWhenNoHelperIsConfinedIsNotRead(String document) {
		assertThat(post("/api/documents/" + document)).hasStatus(HttpStatus.BAD_REQUEST)
			.hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
	}

	@ParameterizedTest
	@ValueSource(strings = { "honest", "passwd", "other", "other/by-application" })
	void toolWhenNoHelperIsConfinedIsNotCalled(String call) {
		assertThat(post("/api/tools/" + call)).hasStatus(HttpStatus.BAD_REQUEST)
			.hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
	}

	@Test
	void toolOfTheApplicationItselfReadsWhateverFileItIsCalledFor() {
		assertThat(post("/api/tools/honest/by-application")).hasStatusOk()
			.bodyJson()
			.isStrictlyEqualTo("{\"tool\": \"readPage\", \"arguments\": \"{\\\"page\\\": \\\"tea.txt\\\"}\","
					+ " \"reply\": \"\\\"Tea comes in boxes of 20.\\\"\"}");
		assertThat(post("/api/tools/passwd/by-application")).hasStatusOk()
			.bodyJson()
			.extractingPath("$.reply")
			.asString()
			.contains("root:");
	}

	@ParameterizedTest
	@CsvSource({ "/, text/html", "/demo.js, text/javascript", "/demo.css, text/css", "/favicon.svg, image/svg+xml" })
	void pageLoadsNothingFromElsewhere(String path, String type) {
		MvcTestResult result = get(path);
		assertThat(result).hasStatusOk();
		assertThat(result.getResponse().getHeader("Content-Security-Policy")).startsWith("default-src 'none'; ")
			.doesNotContain("unsafe", "http", "*");
		if (!path.equals("/")) {
			assertThat(result).hasContentTypeCompatibleWith(MediaType.valueOf(type));
		}
	}

	private static int pid() {
		return (int) ProcessHandle.current().pid();
	}

	private static int count(MvcTestResult overview, String function, String error) {
		String body = new String(overview.getResponse().getContentAsByteArray(), StandardCharsets.UTF_8);
		List<Integer> counts = JsonPath.read(body,
				"$.contexts[*].calls[?(@.function == '" + function + "' && @.error == '" + error + "')].count");
		return counts.stream().mapToInt(Integer::intValue).sum();
	}

	private static Path file() {
		return directory.resolve("motd");
	}

	private MvcTestResult get(String uri) {
		return this.mvc.get().uri(uri).exchange();
	}

	private MvcTestResult post(String uri) {
		return this.mvc.post().uri(uri).exchange();
	}

	private MvcTestResult parse(String order) {
		return this.mvc.post().uri("/api/parse").contentType(MediaType.TEXT_PLAIN).content(order).exchange();
	}

}
