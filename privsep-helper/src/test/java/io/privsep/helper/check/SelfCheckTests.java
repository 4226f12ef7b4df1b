package io.privsep.helper.check;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import io.privsep.definition.AuditPlace;
import io.privsep.definition.HelperDefinition;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.rights.Capabilities;
import io.privsep.rights.Capability;
import io.privsep.rights.ThreadRights;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SelfCheck}: what it says about facts.
 */
class SelfCheckTests {

	private static final Map<String, String> LIMITS = Map.of("Max core file size", "0 0", "Max file size",
			"unlimited unlimited", "Max cpu time", "unlimited unlimited", "Max address space", "unlimited unlimited",
			"Max data size", "unlimited unlimited", "Max open files", "4096 4096");

	private static final Capabilities NET = Capabilities.of(List.of(Capability.NET_ADMIN));

	private static final Capabilities MORE = Capabilities.of(List.of(Capability.NET_ADMIN, Capability.SYS_ADMIN));

	private static final Rights RIGHTS = new Rights(1000, 1001, List.of(5, 6), NET);

	private static final ThreadRights GOOD = thread(List.of(1000, 1000, 1000, 1000), List.of(5, 6), NET, NET, NET, NET,
			NET, true);

	@Test
	void problemsWhenAllIsAsItHasToBeIsEmpty() {
		assertThat(problems(GOOD)).isEmpty();
		assertThat(SelfCheck.problems(definition(null), facts(Map.of()))).isEmpty();
	}

	@Test
	void problemsWhenOneThreadHasMoreCapabilitiesTells() {
		ThreadRights bad = thread(GOOD.uids(), GOOD.groups(), NET, NET, MORE, NET, NET, true);
		assertThat(SelfCheck.problems(definition(RIGHTS), facts(Map.of("1", GOOD, "2", bad))))
			.containsExactly("Context 'net': helper has capabilities [net_admin, sys_admin] (effective), expected"
					+ " [net_admin]; refusing to serve");
	}

	@Test
	void problemsWhenAnyOfTheFiveSetsDiffersTells() {
		Capabilities none = Capabilities.NONE;
		List<Integer> uids = GOOD.uids();
		List<Integer> groups = GOOD.groups();
		assertThat(problems(thread(uids, groups, MORE, NET, NET, NET, NET, true))).singleElement()
			.asString()
			.contains("(inheritable)");
		assertThat(problems(thread(uids, groups, NET, MORE, NET, NET, NET, true))).singleElement()
			.asString()
			.contains("(permitted)");
		assertThat(problems(thread(uids, groups, NET, NET, none, NET, NET, true))).singleElement()
			.asString()
			.contains("capabilities [] (effective)");
		assertThat(problems(thread(uids, groups, NET, NET, NET, MORE, NET, true))).singleElement()
			.asString()
			.contains("(bounding)");
		assertThat(problems(thread(uids, groups, NET, NET, NET, NET, none, true))).singleElement()
			.asString()
			.contains("(ambient)");
	}

	@Test
	void problemsWhenIdsGroupsOrNoNewPrivsDifferTells() {
		assertThat(problems(thread(List.of(1000, 1000, 0, 1000), List.of(), NET, NET, NET, NET, NET, false)))
			.containsExactly(
					"Context 'net': helper has user ids (real, effective, saved, file system) [1000, 1000, 0, 1000],"
							+ " expected [1000, 1000, 1000, 1000]; refusing to serve",
					"Context 'net': helper has groups [], expected [5, 6]; refusing to serve",
					"Context 'net': helper has no_new_privs 0, expected 1; refusing to serve");
	}

	@Test
	void filterProblemsWhenOneThreadHasNoFilterTells() {
		HelperDefinition definition = definition(RIGHTS);
		ThreadRights filtered = filtered(true, 2);
		assertThat(SelfCheck.filterProblems(definition, Map.of("1", filtered))).isEmpty();
		assertThat(SelfCheck.filterProblems(definition, Map.of("1", filtered, "2", filtered(true, 0))))
			.containsExactly("Context 'net': helper has seccomp mode 0, expected 2; refusing to serve");
		assertThat(SelfCheck.filterProblems(definition, Map.of("1", filtered, "2", filtered(false, 2))))
			.containsExactly("Context 'net': helper has no_new_privs 0, expected 1; refusing to serve");
		assertThat(SelfCheck.filterProblems(definition, Map.of())).singleElement().asString().contains("no threads");
	}

	@Test
	void problemsWhenNoThreadsTells() {
		assertThat(SelfCheck.problems(definition(RIGHTS), facts(Map.of()))).singleElement()
			.asString()
			.contains("no threads");
	}

	@Test
	void problemsWhenProcessDiffersTellsEach() {
		ProcessFacts facts = new ProcessFacts(Map.of(), Set.of("PATH", "LD_PRELOAD", "JAVA_TOOL_OPTIONS"), "/tmp",
				"0022", Map.of("Max core file size", "0 unlimited"), -1, "", false);
		assertThat(SelfCheck.problems(definition(null), facts)).containsExactly(
				"Context 'net': helper has environment variables [JAVA_TOOL_OPTIONS, LD_PRELOAD], expected none but"
						+ " [HOME, LANG, PATH]; refusing to serve",
				"Context 'net': helper has working directory /tmp, expected /; refusing to serve",
				"Context 'net': helper has umask 0022, expected 0077; refusing to serve",
				"Context 'net': helper has limits (soft, hard) of 'Max core file size' 0 unlimited, expected 0 0;"
						+ " refusing to serve");
	}

	@Test
	void problemsWhenTimersOrPersonalityAreInheritedTellsEach() {
		Map<String, ThreadRights> threads = Map.of("1", GOOD);
		assertThat(SelfCheck.problems(definition(RIGHTS), facts(threads, 50_001, "00020000", true))).containsExactly(
				"Context 'net': helper has timer slack 50001 ns, expected at most 50000; refusing to serve",
				"Context 'net': helper has personality 00020000, expected 00000000; refusing to serve",
				"Context 'net': helper has memory that is merged with that of others, expected its own; refusing to serve");
		// where the system does not tell, or threads have priorities of real time
		assertThat(SelfCheck.problems(definition(RIGHTS), facts(threads, 0, "", false))).isEmpty();
		assertThat(SelfCheck.problems(definition(RIGHTS), facts(threads, 0, "00000000", false))).isEmpty();
		assertThat(SelfCheck.problems(definition(RIGHTS), facts(threads, -1, "00000000", false))).singleElement()
			.asString()
			.contains("timer slack 18446744073709551615 ns");
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void factsOfThisProcessAreRead() throws IOException {
		ProcessFacts facts = ProcessFacts.ofThisProcess();
		assertThat(facts.timerSlack()).isPositive();
		assertThat(facts.personality()).matches("[0-9a-f]{8}");
		assertThat(facts.threads()).isNotEmpty();
		assertThat(facts.environment()).isEqualTo(System.getenv().keySet());
		assertThat(facts.workingDirectory()).startsWith("/");
		assertThat(facts.umask()).matches("0[0-7]{3}");
		assertThat(facts.limits()).containsKeys("Max core file size", "Max file size", "Max cpu time",
				"Max address space", "Max data size", "Max open files");
		assertThat(facts.limits().values()).allMatch((limits) -> limits.matches("(\\d+|unlimited) (\\d+|unlimited)"));
	}

	private static List<String> problems(ThreadRights thread) {
		return SelfCheck.problems(definition(RIGHTS), facts(Map.of("1", thread)));
	}

	private static HelperDefinition definition(Rights rights) {
		return new HelperDefinition("net", new HelperDefinition.Code(List.of(), null), rights, -1,
				new HelperDefinition.Calls(1, 1000, 250_000),
				new HelperDefinition.Logging("INFO", new AuditPlace.Off()),
				new HelperDefinition.Confinement((rights != null) ? 4096 : 0, false, null), null);
	}

	private static ProcessFacts facts(Map<String, ThreadRights> threads) {
		return facts(threads, 50_000, "00000000", false);
	}

	private static ProcessFacts facts(Map<String, ThreadRights> threads, long timerSlack, String personality,
			boolean mergesMemory) {
		return new ProcessFacts(threads, Set.of("PATH", "LANG"), "/", "0077", LIMITS, timerSlack, personality,
				mergesMemory);
	}

	private static ThreadRights thread(List<Integer> uids, List<Integer> groups, Capabilities inheritable,
			Capabilities permitted, Capabilities effective, Capabilities bounding, Capabilities ambient,
			boolean noNewPrivs) {
		return new ThreadRights(uids, List.of(1001, 1001, 1001, 1001), groups, inheritable, permitted, effective,
				bounding, ambient, noNewPrivs, 0);
	}

	private static ThreadRights filtered(boolean noNewPrivs, int seccompMode) {
		return new ThreadRights(GOOD.uids(), GOOD.gids(), GOOD.groups(), NET, NET, NET, NET, NET, noNewPrivs,
				seccompMode);
	}

}
