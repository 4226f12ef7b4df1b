package io.privsep.actuate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

import io.privsep.PrivsepBusyException;
import io.privsep.PrivsepFunction;
import io.privsep.PrivsepTimeoutException;
import io.privsep.PrivsepUnavailableException;
import io.privsep.autoconfigure.PrivsepAutoConfiguration;
import io.privsep.autoconfigure.PrivsepMetricsAutoConfiguration;
import io.privsep.autoconfigure.PrivsepObservationAutoConfiguration;
import io.privsep.channel.Channels;
import io.privsep.sample.Sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What Prometheus scrapes, and that dashboard and alerts ask for nothing else.
 */
class PrometheusTests {

	/** A series of the scrape: its metric and its labels. */
	private static final Pattern SERIES = Pattern.compile("^(\\w+)(?:\\{(.*)\\})? .*", Pattern.MULTILINE);

	/** A label that a selector, or the scrape, gives a value. */
	private static final Pattern SELECTED = Pattern.compile("(\\w+)(?:=~|!~|!=|=)\"[^\"]*\"");

	/** An outcome of calls that have ended. */
	private static final Pattern OUTCOME = Pattern
		.compile("\\bprivsep_calls_seconds_\\w+\\{(?:[^}]*,)?outcome(?:=~|!~|!=|=)\"([^\"]*)\"");

	private static final Pattern GROUPED = Pattern.compile("\\b(?:by|without|on|ignoring)\\s*\\(([^)]*)\\)");

	/** A word that is neither a function nor an operator nor part of a number. */
	private static final Pattern METRIC = Pattern.compile(
			"(?<![\\w:.$])(?!(?:by|without|on|ignoring|and|or|unless|bool|offset)\\b)[a-zA-Z_:][\\w:]*+(?!\\s*\\()");

	/** A label that is shown. */
	private static final Pattern SHOWN = Pattern.compile("\\{\\{\\s*(?:\\$labels\\.)?(\\w+)\\s*\\}\\}");

	private static final Pattern OF_DASHBOARD_VARIABLE = Pattern.compile("label_values\\((\\w+), (\\w+)\\)");

	/** Labels that Prometheus adds to all that it scrapes. */
	private static final Set<String> OF_TARGET = Set.of("instance", "job");

	private static final Pattern ROW_OF_METRIC = Pattern.compile("^\\| `(privsep\\.[a-z.]+)` \\| ([a-z ]+) \\|.*",
			Pattern.MULTILINE);

	private static final Pattern ROW_OF_OUTCOME = Pattern.compile("^\\| `([A-Z]+)` \\|.*", Pattern.MULTILINE);

	@Test
	void scrapeHasMetricsOfCallsAndHelpers() {
		String scrape = scrape();
		assertThat(scrape).contains("privsep_calls_seconds_count{",
				"outcome=\"SUCCESS\",privsep_context=\"sample\",privsep_function=\"Sample.echo\"} 1",
				"privsep_helper_up{privsep_context=\"sample\"} 1.0",
				"privsep_helper_restarts_total{privsep_context=\"sample\"} 0.0",
				"privsep_helper_recycled_total{privsep_context=\"sample\"} 0.0",
				"privsep_helper_start_seconds_count{privsep_context=\"sample\"} 2",
				"privsep_helper_memory_bytes{privsep_context=\"sample\"} ",
				"privsep_helper_spares{privsep_context=\"sample\"} 1.0",
				"privsep_calls_queued{privsep_context=\"sample\"} 0.0");
	}

	@Test
	void alertsAskForWhatIsScraped() throws IOException {
		List<Query> queries = new ArrayList<>();
		for (Map<String, Object> rule : alerts()) {
			queries.add(Query.of((String) rule.get("expr"), rule.get("annotations").toString()));
		}
		assertThat(queries).hasSize(7);
		assertAreScraped(queries);
	}

	@Test
	void dashboardAsksForWhatIsScraped() throws IOException {
		JsonNode dashboard = new ObjectMapper().readTree(Path.of("../docs/grafana-dashboard.json"));
		List<Query> queries = new ArrayList<>();
		for (JsonNode target : dashboard.findParents("expr")) {
			queries.add(Query.of(target.get("expr").asString(), target.get("legendFormat").asString()));
		}
		assertThat(queries).hasSameSizeAs(dashboard.findValues("targets"));
		for (JsonNode variable : dashboard.get("templating").get("list")) {
			if (variable.get("type").asString().equals("query")) {
				Matcher query = OF_DASHBOARD_VARIABLE.matcher(variable.get("query").asString());
				assertThat(query.matches()).as("%s", variable).isTrue();
				queries.add(new Query(Set.of(query.group(1)), Set.of(query.group(2)), Set.of()));
			}
		}
		assertAreScraped(queries);
	}

	@Test
	void documentationHasTheMetricsThatThereAre() throws IOException {
		Map<String, String> documented = new TreeMap<>();
		Matcher rows = ROW_OF_METRIC.matcher(operations());
		while (rows.find()) {
			documented.put(rows.group(1), rows.group(2));
		}
		Map<String, String> registered = new TreeMap<>();
		run((context) -> {
			context.getBean(Sample.class).echo("x");
			context.getBean(PrometheusMeterRegistry.class)
				.getMeters()
				.stream()
				.map(Meter::getId)
				.filter((id) -> id.getName().startsWith("privsep."))
				.forEach((id) -> registered.put(id.getName(),
						id.getType().name().toLowerCase(Locale.ROOT).replace('_', ' ')));
		});
		assertThat(documented).isEqualTo(registered);
	}

	@Test
	void documentationHasTheOutcomesThatThereAre() throws IOException {
		String table = operations().split("\\| outcome \\| exception \\|.*\n")[1].split("\n\n")[0];
		assertThat(find(ROW_OF_OUTCOME, 1, table)).isEqualTo(outcomesIn(scrapeOfAllOutcomes()));
	}

	@Test
	@SuppressWarnings("unchecked")
	void alertsAreRules() throws IOException {
		List<Map<String, Object>> rules = alerts();
		assertThat(rules).hasSize(7).allSatisfy((rule) -> {
			assertThat(rule).containsKeys("alert", "expr", "labels", "annotations");
			assertThat((Map<String, String>) rule.get("labels")).containsOnlyKeys("severity");
			assertThat((Map<String, String>) rule.get("annotations")).containsKey("summary");
			assertThat(operations()).contains("`" + rule.get("alert") + "`");
		});
	}

	private static void assertAreScraped(List<Query> queries) {
		String scrape = scrapeOfAllOutcomes();
		Map<String, Set<String>> labels = new TreeMap<>();
		Matcher series = SERIES.matcher(scrape);
		while (series.find()) {
			labels.computeIfAbsent(series.group(1), (metric) -> new TreeSet<>(OF_TARGET))
				.addAll((series.group(2) != null) ? find(SELECTED, 1, series.group(2)) : Set.of());
		}
		Set<String> outcomes = outcomesIn(scrape);
		assertThat(queries).allSatisfy((query) -> {
			assertThat(query.metrics()).isNotEmpty().isSubsetOf(labels.keySet());
			assertThat(query.metrics())
				.allSatisfy((metric) -> assertThat(labels.get(metric)).containsAll(query.labels()));
			assertThat(outcomes).containsAll(query.outcomes());
		});
		assertThat(queries).anySatisfy((query) -> assertThat(query.outcomes()).isNotEmpty());
	}

	private static Set<String> outcomesIn(String text) {
		return find(OUTCOME, 1, text);
	}

	private static Set<String> find(Pattern pattern, int group, String text) {
		Set<String> found = new TreeSet<>();
		Matcher matcher = pattern.matcher(text);
		while (matcher.find()) {
			found.add(matcher.group(group));
		}
		return found;
	}

	private static String operations() throws IOException {
		return Files.readString(Path.of("../docs/operations.md"));
	}

	@SuppressWarnings("unchecked")
	private static List<Map<String, Object>> alerts() throws IOException {
		Map<String, List<Map<String, Object>>> file = new Yaml().load(Files.readString(Path.of("../docs/alerts.yml")));
		return (List<Map<String, Object>>) file.get("groups").get(0).get("rules");
	}

	private static String scrape() {
		StringBuilder scrape = new StringBuilder();
		run((context) -> {
			context.getBean(Sample.class).echo("x");
			scrape.append(context.getBean(PrometheusMeterRegistry.class).scrape());
		});
		return scrape.toString();
	}

	private static String scrapeOfAllOutcomes() {
		StringBuilder scrape = new StringBuilder();
		run((context) -> {
			Sample sample = context.getBean(Sample.class);
			sample.echo("x");
			assertThatIllegalArgumentException().isThrownBy(() -> sample.illegal("x"));
			assertThatExceptionOfType(PrivsepTimeoutException.class).isThrownBy(() -> sample.sleep(60_000));
			Gate gate = context.getBean(Gate.class);
			FutureTask<?> holder = new FutureTask<>(gate::pass, null);
			new Thread(holder).start();
			assertThat(Gate.ENTERED.tryAcquire(2, TimeUnit.MINUTES)).isTrue();
			assertThatExceptionOfType(PrivsepBusyException.class).isThrownBy(gate::pass);
			Gate.OPEN.release();
			holder.get(2, TimeUnit.MINUTES);
			context.getBean(Channels.class).close();
			assertThatExceptionOfType(PrivsepUnavailableException.class).isThrownBy(() -> sample.echo("x"));
			scrape.append(context.getBean(PrometheusMeterRegistry.class).scrape());
		});
		return scrape.toString();
	}

	private static void run(ContextConsumer<AssertableApplicationContext> consumer) {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(PrivsepAutoConfiguration.class,
					PrivsepObservationAutoConfiguration.class, PrivsepMetricsAutoConfiguration.class,
					MetricsAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class,
					PrometheusMetricsExportAutoConfiguration.class, ObservationAutoConfiguration.class))
			.withUserConfiguration(Sample.class, Gate.class)
			.withPropertyValues("privsep.mode=in-process", "privsep.contexts.sample.settings.name=x",
					"privsep.contexts.sample.settings.sizes=1", "privsep.contexts.sample.standby=1",
					"privsep.contexts.gate.max-concurrency=1", "privsep.contexts.gate.queue-timeout=100ms")
			.run(consumer);
	}

	/**
	 * A privileged bean that keeps its only slot for as long as a test likes.
	 */
	@PrivsepFunction("gate")
	static class Gate {

		static final Semaphore ENTERED = new Semaphore(0);

		static final Semaphore OPEN = new Semaphore(0);

		public void pass() {
			ENTERED.release();
			OPEN.acquireUninterruptibly();
		}

	}

	/**
	 * What an expression asks for.
	 *
	 * @param metrics its metrics
	 * @param labels the labels that it selects or groups by, or that are shown of it
	 * @param outcomes the values of the label outcome
	 */
	record Query(Set<String> metrics, Set<String> labels, Set<String> outcomes) {

		static Query of(String expression, String shown) {
			Set<String> labels = find(SELECTED, 1, expression);
			Set<String> outcomes = outcomesIn(expression);
			find(GROUPED, 1, expression).forEach((each) -> labels.addAll(List.of(each.split("\\s*,\\s*"))));
			labels.addAll(find(SHOWN, 1, shown));
			String rest = GROUPED.matcher(expression.replaceAll("\\{[^}]*\\}|\\[[^\\]]*\\]", " ")).replaceAll(" ");
			return new Query(find(METRIC, 0, rest), labels, outcomes);
		}

	}

}
