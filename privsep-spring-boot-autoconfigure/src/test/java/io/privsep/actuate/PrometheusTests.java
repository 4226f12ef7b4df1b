package io.privsep.actuate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.yaml.snakeyaml.Yaml;

import io.privsep.autoconfigure.PrivsepAutoConfiguration;
import io.privsep.autoconfigure.PrivsepMetricsAutoConfiguration;
import io.privsep.autoconfigure.PrivsepObservationAutoConfiguration;
import io.privsep.sample.Sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What Prometheus scrapes, and that dashboard and alerts ask for nothing else.
 */
class PrometheusTests {

	private static final Pattern METRIC = Pattern.compile("privsep_(?:calls|helper)_[a-z_]+");

	private static final Pattern LABEL = Pattern.compile("privsep_(?:context|function)|outcome");

	@Test
	void scrapeHasMetricsOfCallsAndHelpers() {
		String scrape = scrape();
		assertThat(scrape).contains("privsep_calls_seconds_count{",
				"outcome=\"SUCCESS\",privsep_context=\"sample\",privsep_function=\"Sample.echo\"} 1",
				"privsep_helper_up{privsep_context=\"sample\"} 1.0",
				"privsep_helper_restarts_total{privsep_context=\"sample\"} 0.0",
				"privsep_helper_start_seconds_count{privsep_context=\"sample\"} 2",
				"privsep_helper_memory_bytes{privsep_context=\"sample\"} ",
				"privsep_helper_spares{privsep_context=\"sample\"} 1.0",
				"privsep_calls_queued{privsep_context=\"sample\"} 0.0");
	}

	@ParameterizedTest
	@ValueSource(strings = { "grafana-dashboard.json", "alerts.yml" })
	void namesThatAreAskedForAreScraped(String file) throws IOException {
		String scrape = scrape();
		String asking = Files.readString(Path.of("../docs", file));
		Set<String> metrics = find(METRIC, asking);
		assertThat(metrics).hasSizeGreaterThan(4).isSubsetOf(find(METRIC, scrape));
		assertThat(find(LABEL, asking)).isSubsetOf(find(LABEL, scrape));
		Set<String> outcomes = find(Pattern.compile("(?<=outcome!?=\\\\?\")[A-Z]+"), asking);
		assertThat(outcomes).isNotEmpty().isSubsetOf("SUCCESS", "ERROR", "TIMEOUT", "UNAVAILABLE", "REJECTED");
	}

	@Test
	void alertsAreWhatPrometheusReads() throws Exception {
		assumeTrue(
				Stream.of(System.getenv("PATH").split(":"))
					.anyMatch((directory) -> Files.isExecutable(Path.of(directory, "promtool"))),
				"SKIPPED: promtool is not installed");
		Process process = new ProcessBuilder("promtool", "check", "rules", "../docs/alerts.yml")
			.redirectErrorStream(true)
			.start();
		String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor()).as(said).isZero();
		assertThat(said).contains("SUCCESS").contains("rules found");
	}

	@Test
	@SuppressWarnings("unchecked")
	void alertsAreRules() throws IOException {
		Map<String, List<Map<String, Object>>> file = new Yaml().load(Files.readString(Path.of("../docs/alerts.yml")));
		List<Map<String, Object>> rules = (List<Map<String, Object>>) file.get("groups").get(0).get("rules");
		assertThat(rules).hasSize(7).allSatisfy((rule) -> {
			assertThat(rule).containsKeys("alert", "expr", "labels", "annotations");
			assertThat((Map<String, String>) rule.get("labels")).containsOnlyKeys("severity");
			assertThat((Map<String, String>) rule.get("annotations")).containsKey("summary");
			assertThat(Files.readString(Path.of("../docs/operations.md"))).contains("`" + rule.get("alert") + "`");
		});
	}

	private static Set<String> find(Pattern pattern, String text) {
		Set<String> found = new TreeSet<>();
		Matcher matcher = pattern.matcher(text);
		while (matcher.find()) {
			found.add(matcher.group());
		}
		return found;
	}

	private static String scrape() {
		StringBuilder scrape = new StringBuilder();
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(PrivsepAutoConfiguration.class,
					PrivsepObservationAutoConfiguration.class, PrivsepMetricsAutoConfiguration.class,
					MetricsAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class,
					PrometheusMetricsExportAutoConfiguration.class, ObservationAutoConfiguration.class))
			.withUserConfiguration(Sample.class)
			.withPropertyValues("privsep.mode=in-process", "privsep.contexts.sample.settings.name=x",
					"privsep.contexts.sample.settings.sizes=1", "privsep.contexts.sample.standby=1")
			.run((context) -> {
				context.getBean(Sample.class).echo("x");
				scrape.append(context.getBean(PrometheusMeterRegistry.class).scrape());
			});
		return scrape.toString();
	}

}
