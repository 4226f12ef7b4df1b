package io.privsep.ai;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.method.MethodToolCallbackProvider;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tools that are functions in a sandbox, a fresh one for each call, as a model calls
 * them.
 */
@Tag("once")
class ToolsIntegrationTests {

	private static final int CALLS = 60;

	private static final int CLIENTS = 4;

	private static final Duration TIMEOUT = Duration.ofMinutes(5);

	@TempDir
	private Path directory;

	@BeforeEach
	void shareDirectory() throws Exception {
		Files.setPosixFilePermissions(this.directory, PosixFilePermissions.fromString("rwxrwxrwx"));
	}

	@Test
	void serverOnStandardInputServesSixtyCallsEachInAFreshProcess() throws Exception {
		ServerParameters server = ServerParameters
			.builder(Path.of(System.getProperty("java.home"), "bin", "java").toString())
			.args(command())
			.build();
		StdioClientTransport transport = new StdioClientTransport(server, McpJsonDefaults.getMapper());
		try (McpSyncClient client = client(transport)) {
			assertThat(client.listTools().tools()).extracting(Tool::name).containsExactlyInAnyOrder("append", "read");
			long start = System.nanoTime();
			for (int i = 1; i <= CALLS; i++) {
				assertThat(append(client, "stdio.txt", "line " + i)).as("call " + i)
					.isEqualTo(Map.of("lines", i, "calls", 1));
			}
			System.out.println("A call took " + Duration.ofNanos(System.nanoTime() - start).dividedBy(CALLS).toMillis()
					+ " ms, one after the other");
			assertThat(text(client, "read", Map.of("file", "/etc/passwd"))).contains("There is no file '/etc/passwd'");
		}
		assertThat(this.directory.resolve("stdio.txt")).content().hasLineCount(CALLS);
	}

	@Test
	void serverOverHttpServesFourClientsEachCallInAFreshProcess() throws Exception {
		try (ConfigurableApplicationContext context = start(WebApplicationType.SERVLET)) {
			String url = "http://localhost:" + context.getEnvironment().getProperty("local.server.port");
			List<CompletableFuture<Void>> clients = new ArrayList<>();
			for (int i = 0; i < CLIENTS; i++) {
				String file = "client" + i + ".txt";
				clients.add(CompletableFuture.runAsync(() -> call(url, file), (task) -> new Thread(task).start()));
			}
			CompletableFuture.allOf(clients.toArray(CompletableFuture[]::new)).get(10, TimeUnit.MINUTES);
		}
		for (int i = 0; i < CLIENTS; i++) {
			assertThat(this.directory.resolve("client" + i + ".txt")).content().hasLineCount(CALLS / CLIENTS / 2);
		}
	}

	@Test
	void toolsOfAModelAreFunctionsWithSchemas() throws Exception {
		try (ConfigurableApplicationContext context = start(WebApplicationType.NONE)) {
			ToolCallback append = tool(context, "append");
			assertThat(append.getToolDefinition().inputSchema()).contains("\"file\"").contains("\"line\"");
			assertThat(append.call("{\"note\": {\"file\": \"tool.txt\", \"line\": \"x\"}}")).contains("\"lines\":1");
			assertThat(Files.readString(this.directory.resolve("tool.txt"))).isEqualTo("x\n");
			assertThatException().isThrownBy(() -> tool(context, "read").call("{\"file\": \"/etc/passwd\"}"))
				.withStackTraceContaining("There is no file '/etc/passwd'");
		}
	}

	private void call(String url, String file) {
		try (McpSyncClient client = client(HttpClientStreamableHttpTransport.builder(url).build())) {
			IntStream.rangeClosed(1, CALLS / CLIENTS / 2)
				.forEach(
						(i) -> assertThat(append(client, file, "line " + i)).isEqualTo(Map.of("lines", i, "calls", 1)));
		}
	}

	private static ToolCallback tool(ConfigurableApplicationContext context, String name) {
		for (ToolCallback each : MethodToolCallbackProvider.builder()
			.toolObjects(context.getBean(Workspace.class))
			.build()
			.getToolCallbacks()) {
			if (each.getToolDefinition().name().equals(name)) {
				return each;
			}
		}
		throw new AssertionError("There is no tool '" + name + "'");
	}

	private static McpSyncClient client(McpClientTransport transport) {
		McpSyncClient client = McpClient.sync(transport).requestTimeout(TIMEOUT).initializationTimeout(TIMEOUT).build();
		client.initialize();
		return client;
	}

	private static Object append(McpSyncClient client, String file, String line) {
		CallToolResult result = client.callTool(CallToolRequest.builder("append")
			.arguments(Map.of("note", Map.of("file", file, "line", line)))
			.build());
		assertThat(result.isError()).as(result.toString()).isNotEqualTo(true);
		try {
			return McpJsonDefaults.getMapper().readValue(text(result), new TypeRef<Map<String, Object>>() {
			});
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String text(McpSyncClient client, String tool, Map<String, Object> arguments) {
		return text(client.callTool(CallToolRequest.builder(tool).arguments(arguments).build()));
	}

	private static String text(CallToolResult result) {
		return ((TextContent) result.content().get(0)).text();
	}

	private List<String> command() {
		List<String> words = new ArrayList<>(List.of("-cp", System.getProperty("java.class.path"),
				ToolsApplication.class.getName(), "--spring.ai.mcp.server.stdio=true",
				"--spring.main.web-application-type=none", "--spring.main.banner-mode=off",
				"--logging.pattern.console=", "--logging.file.name=" + this.directory.resolve("server.log")));
		properties().forEach((property) -> words.add("--" + property));
		return words;
	}

	private List<String> properties() {
		return List.of("workspace=" + this.directory, "privsep.mode=unprivileged",
				"privsep.contexts.workspace.queue-timeout=5m", "privsep.contexts.workspace.start-timeout=2m");
	}

	private ConfigurableApplicationContext start(WebApplicationType type) {
		return new SpringApplicationBuilder(ToolsApplication.class).web(type)
			.properties(properties().toArray(String[]::new))
			.properties("server.port=0", "spring.main.banner-mode=off")
			.run();
	}

}
