package io.privsep.demo;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;

import com.jayway.jsonpath.JsonPath;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Spare helpers of an application that has given up root, and can start none any more.
 */
final class StandbyIntegrationTests {

	@Tag("full")
	@Test
	void spareTakesThePlaceOfAHelperThatEndsAfterTheApplicationHasGivenUpRoot() throws Exception {
		assumeTrue("root".equals(System.getProperty("user.name")),
				"SKIPPED: only root can start helpers as other users");
		try (RunningDemo demo = RunningDemo.startWithSpares(DemoContext.MOTD, 1)) {
			Map<String, Object> before = motd(demo);
			assertThat(before).containsEntry("spares", 1);
			kill(before);
			assertThat(demo.put("/api/motd", "written by the spare").statusCode()).isLessThan(300);
			assertThat(demo.motd()).hasContent("written by the spare");
			Map<String, Object> after = motd(demo);
			assertThat(after.get("pid")).isNotEqualTo(before.get("pid"));
			assertThat(after).containsEntry("spares", 0).containsEntry("state", "RUNNING");
			kill(after);
			Awaitility.await().until(() -> "LOST".equals(motd(demo).get("state")));
			assertThat((String) motd(demo).get("lastFailure"))
				.startsWith("no helper is left, and none can be started, as the application has dropped root;"
						+ " restart the application.");
			assertThat(demo.put("/api/motd", "x").statusCode()).isEqualTo(503);
			String contexts = demo.get("/api/contexts").body();
			assertThat(JsonPath.<Object>read(contexts, "$[0].helper")).isNull();
			assertThat(JsonPath.<String>read(contexts, "$[0].failure")).startsWith("Context 'motd': ");
			assertThat(JsonPath.<List<Integer>>read(contexts, "$[1:].helper.pid")).hasSize(3);
			assertThat(demo.get("/actuator/health").statusCode()).isEqualTo(503);
			assertThat(demo.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
		}
	}

	private static Map<String, Object> motd(RunningDemo demo) throws Exception {
		HttpResponse<String> health = demo.get("/actuator/health");
		return JsonPath.read(health.body(), "$.components.privsep.components.motd.details");
	}

	private static void kill(Map<String, Object> helper) {
		ProcessHandle process = ProcessHandle.of(((Number) helper.get("pid")).longValue()).orElseThrow();
		process.destroyForcibly();
		process.onExit().join();
	}

}
