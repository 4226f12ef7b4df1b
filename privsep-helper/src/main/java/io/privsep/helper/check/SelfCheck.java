package io.privsep.helper.check;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

import io.privsep.definition.HelperDefinition;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.definition.Limits;
import io.privsep.definition.Limits.Limit;
import io.privsep.definition.Sandbox;
import io.privsep.helper.sandbox.SandboxCheck;
import io.privsep.helper.seccomp.SystemCallFilter;
import io.privsep.rights.Capabilities;
import io.privsep.rights.ThreadRights;

/**
 * Compares what the helper finds itself with to what it has to have: exactly that, no
 * more and no less.
 */
public final class SelfCheck {

	private static final Set<String> ENVIRONMENT = Set.of("HOME", "LANG", "PATH");

	private static final Set<String> IN_A_SANDBOX = Set.of("MALLOC_ARENA_MAX", "PWD");

	/**
	 * What Linux gives the first process, in nanoseconds. With more, whoever starts a
	 * helper could have its timeouts, and the functions' own, last as long as they like.
	 */
	private static final long TIMER_SLACK = 50_000;

	/** How long a thread may take to end. */
	private static final Duration TO_END = Duration.ofSeconds(2);

	private static final Duration POLL = Duration.ofMillis(5);

	private final HelperDefinition definition;

	private final List<String> problems = new ArrayList<>();

	private SelfCheck(HelperDefinition definition) {
		this.definition = definition;
	}

	/**
	 * Checks this process.
	 * @param definition the helper's definition
	 * @throws RefusalException if something is not as it has to be
	 * @throws IOException if {@code /proc} cannot be read
	 */
	public static void run(HelperDefinition definition) throws RefusalException, IOException {
		if (!ProcessFacts.isLinux()) {
			if (definition.rights() != null) {
				throw new RefusalException("Context '" + definition.context()
						+ "': rights can be checked on Linux only; refusing to serve");
			}
			return;
		}
		List<String> problems = new ArrayList<>(problems(definition, ProcessFacts.ofThisProcess()));
		Sandbox sandbox = definition.confinement().sandbox();
		if ((sandbox != null) != ProcessFacts.isToldOfASandbox()) {
			problems.add(
					"Context '"
							+ definition.context() + "': helper was " + ((sandbox != null)
									? "not started in its sandbox" : "started in a sandbox that it should not have")
							+ "; refusing to serve");
		}
		else if (sandbox != null) {
			for (String problem : SandboxCheck.problems(sandbox)) {
				problems.add("Context '" + definition.context() + "': helper has " + problem + "; refusing to serve");
			}
		}
		if (!problems.isEmpty()) {
			throw new RefusalException(problems);
		}
	}

	/**
	 * Checks that a seccomp filter is in effect.
	 * @param definition the helper's definition
	 * @throws RefusalException if it is not, in all threads and for good
	 * @throws IOException if {@code /proc} cannot be read
	 */
	public static void runFiltered(HelperDefinition definition) throws RefusalException, IOException {
		ProcessFacts facts = ProcessFacts.ofThisProcess();
		List<String> problems = filterProblems(definition, facts.threads());
		long start = System.nanoTime();
		// Linux gives the filter to no thread that is ending, which runs no code any more
		while (!problems.isEmpty() && System.nanoTime() - start < TO_END.toNanos()) {
			LockSupport.parkNanos(POLL.toNanos());
			facts = ProcessFacts.ofThisProcess();
			problems = filterProblems(definition, facts.threads());
		}
		int processes = SystemCallFilter.maxProcesses(definition);
		if (processes > 0) {
			SelfCheck check = new SelfCheck(definition);
			check.checkLimit("Max processes", Integer.toString(processes), facts.limits());
			problems.addAll(check.problems);
		}
		if (!problems.isEmpty()) {
			throw new RefusalException(problems);
		}
	}

	static List<String> filterProblems(HelperDefinition definition, Map<String, ThreadRights> threads) {
		SelfCheck check = new SelfCheck(definition);
		check.checkAreThere(threads);
		for (ThreadRights thread : Set.copyOf(threads.values())) {
			check.expect("no_new_privs", thread.noNewPrivs() ? "1" : "0", "1");
			check.expect("seccomp mode", Integer.toString(thread.seccompMode()), "2");
		}
		return check.problems;
	}

	static List<String> problems(HelperDefinition definition, ProcessFacts facts) {
		SelfCheck check = new SelfCheck(definition);
		Rights rights = definition.rights();
		if (rights != null) {
			check.checkThreads(rights, facts.threads());
			check.checkInherited(facts);
		}
		check.checkEnvironment(facts.environment());
		check.expect("working directory", facts.workingDirectory(), "/");
		check.expect("umask", facts.umask(), "0077");
		for (Limit limit : Limits.of(rights, definition.confinement()).all()) {
			check.checkLimit(limit.resource().title(), limit.text("unlimited"), facts.limits());
		}
		return check.problems;
	}

	private void checkLimit(String title, String value, Map<String, String> actual) {
		expect("limits (soft, hard) of '" + title + "'", actual.getOrDefault(title, "unknown"), value + " " + value);
	}

	private void checkThreads(Rights rights, Map<String, ThreadRights> threads) {
		checkAreThere(threads);
		// a helper's threads do not differ unless something is badly wrong: one sentence
		// for each kind of rights that they have
		for (ThreadRights thread : Set.copyOf(threads.values())) {
			expect("user ids (real, effective, saved, file system)", unsigned(thread.uids()),
					unsigned(four(rights.uid())));
			expect("group ids (real, effective, saved, file system)", unsigned(thread.gids()),
					unsigned(four(rights.gid())));
			// systemd also makes the group itself one of the others, which gives nothing
			// more
			List<Integer> groups = new ArrayList<>(thread.groups());
			if (this.definition.confinement().sandbox() != null) {
				// it knows no group but its own; they count for what it has of the host
				groups.removeAll(List.of(SandboxCheck.UNKNOWN_ID));
				groups.removeAll(rights.groups());
				groups.remove((Object) rights.gid());
				expect("groups", unsigned(groups), "[]");
				groups = new ArrayList<>(rights.groups());
			}
			if (!rights.groups().contains(rights.gid())) {
				groups.remove((Object) rights.gid());
			}
			expect("groups", unsigned(groups), unsigned(rights.groups()));
			expect(thread.effective(), "effective", rights);
			expect(thread.permitted(), "permitted", rights);
			expect(thread.inheritable(), "inheritable", rights);
			expect(thread.ambient(), "ambient", rights);
			expect(thread.bounding(), "bounding", rights);
			expect("no_new_privs", thread.noNewPrivs() ? "1" : "0", "1");
		}
	}

	// What a program has set of itself outlasts sudo, unless it has to do with rights.
	private void checkInherited(ProcessFacts facts) {
		if (Long.compareUnsigned(facts.timerSlack(), TIMER_SLACK) > 0) {
			this.problems.add(sentence("timer slack " + Long.toUnsignedString(facts.timerSlack())
					+ " ns, expected at most " + TIMER_SLACK));
		}
		if (!facts.personality().isEmpty()) {
			expect("personality", facts.personality(), "00000000");
		}
		if (facts.mergesMemory()) {
			this.problems.add(sentence("memory that is merged with that of others, expected its own"));
		}
	}

	private void checkAreThere(Map<String, ThreadRights> threads) {
		if (threads.isEmpty()) {
			this.problems.add(sentence("no threads in /proc, expected at least one"));
		}
	}

	private void checkEnvironment(Set<String> names) {
		Set<String> others = new HashSet<>(names);
		others.removeAll(ENVIRONMENT);
		if (this.definition.confinement().sandbox() != null) {
			others.removeAll(IN_A_SANDBOX);
		}
		if (!others.isEmpty()) {
			this.problems.add(sentence("environment variables " + new TreeSet<>(others) + ", expected none but "
					+ new TreeSet<>(ENVIRONMENT)));
		}
	}

	private void expect(Capabilities actual, String set, Rights rights) {
		if (!actual.equals(rights.capabilities())) {
			this.problems.add(sentence("capabilities " + actual + " (" + set + "), expected " + rights.capabilities()));
		}
	}

	private void expect(String what, String actual, String expected) {
		if (!actual.equals(expected)) {
			this.problems.add(sentence(what + " " + actual + ", expected " + expected));
		}
	}

	private String sentence(String difference) {
		return "Context '" + this.definition.context() + "': helper has " + difference + "; refusing to serve";
	}

	private static List<Integer> four(int id) {
		return List.of(id, id, id, id);
	}

	private static String unsigned(List<Integer> ids) {
		List<String> texts = new ArrayList<>();
		for (int id : ids) {
			texts.add(Integer.toUnsignedString(id));
		}
		return texts.toString();
	}

}
