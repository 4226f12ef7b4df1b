package io.privsep.process;

import java.io.File;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.privsep.command.Chain;
import io.privsep.command.Stage;
import io.privsep.definition.HelperDefinition.Confinement;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.launch.DirectLauncher;
import io.privsep.rights.Capabilities;
import io.privsep.rights.Capability;
import io.privsep.trust.JvmTrust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A helper has the rights that it was given, and no others.
 */
class HelperRightsIntegrationTests {

	private static final int USER = 61201;

	private static final int OTHER_USER = 61298;

	@RegisterExtension
	static final CodeCopy code = new CodeCopy();

	static Stream<Arguments> rights() {
		return Stream.of(
				// the masks by the numbers in linux/capability.h: 0, 1, 5, 10
				Arguments.of(RealHelper.rights(USER, Capability.NET_BIND_SERVICE), "0000000000000400"),
				Arguments.of(RealHelper.rights(USER, Capability.CHOWN, Capability.DAC_OVERRIDE, Capability.KILL,
						Capability.NET_BIND_SERVICE), "0000000000000423"),
				Arguments.of(RealHelper.rights(USER), "0000000000000000"),
				Arguments.of(new Rights(USER, 61202, List.of(61203, 61204), Capabilities.NONE), "0000000000000000"),
				Arguments.of(RealHelper.rights(0), "0000000000000000"),
				Arguments.of(RealHelper.rights(0, Capability.CHOWN), "0000000000000001"));
	}

	@ParameterizedTest
	@ValueSource(ints = { 256, 8192 })
	void helperMayHaveAsManyFilesOpenAsConfigured(int max) throws IOException {
		Rights rights = RealHelper.rights(USER, Capability.NET_BIND_SERVICE);
		Confinement confinement = new Confinement(max, false, null);
		List<String> words = DirectLauncher.chain(code.java(), rights, confinement, Map.of(), 0).command();
		try (RealHelper helper = RealHelper.launch(words, Path.of("/"), RealHelper.definition(rights, confinement))) {
			assertThat(helper.awaitReady()).isNotNull();
			assertThat(ProcFiles.limit(helper.pid(), "Max open files")).startsWith(max + " " + max);
		}
	}

	@ParameterizedTest
	@MethodSource("rights")
	void everyThreadHasExactlyTheConfiguredRights(Rights rights, String mask) throws IOException {
		String groups = rights.groups().stream().map(String::valueOf).collect(Collectors.joining(" "));
		try (RealHelper helper = RealHelper.start(code, rights)) {
			// also the threads that come with work
			assertThat(helper.call("echo", "x")).isEqualTo("x");
			assertThat(ProcFiles.statusOfAllThreads(helper.pid())).hasSizeGreaterThan(5)
				.allSatisfy((status) -> assertThat(status).containsEntry("Uid", four(rights.uid()))
					.containsEntry("Gid", four(rights.gid()))
					.containsEntry("Groups", groups)
					.containsEntry("CapInh", mask)
					.containsEntry("CapPrm", mask)
					.containsEntry("CapEff", mask)
					.containsEntry("CapBnd", mask)
					.containsEntry("CapAmb", mask)
					.containsEntry("NoNewPrivs", "1"));
		}
	}

	@Test
	void librariesAreLookedForWhereTheStarterHasLooked() throws IOException {
		try (RealHelper helper = RealHelper.start(code, RealHelper.rights(USER))) {
			assertThat(helper.call("property", "java.library.path")).isEqualTo(
					JvmTrust.libraries().stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
		}
	}

	@Test
	void processHoldsNoSocketOfItsStarterOrOfAnotherHelper() throws IOException {
		try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
				RealHelper first = RealHelper.start(code, RealHelper.rights(USER));
				RealHelper second = RealHelper.start(code, RealHelper.rights(USER))) {
			assertThat(listener.isBound()).isTrue();
			List<String> own = sockets(ProcessHandle.current().pid());
			assertThat(own).hasSizeGreaterThan(2);
			assertThat(sockets(first.pid())).isNotEmpty()
				.doesNotContainAnyElementsOf(own)
				.doesNotContainAnyElementsOf(sockets(second.pid()));
			assertThat(sockets(second.pid())).isNotEmpty().doesNotContainAnyElementsOf(own);
		}
	}

	@Test
	void eachOfFourCapabilitiesAllowsItsOwnAttemptAlone() throws Exception {
		assumeTrue(unprivilegedPortStart() == 1024, "SKIPPED: this system lets everyone bind low ports");
		for (Capability capability : List.of(Capability.DAC_OVERRIDE, Capability.NET_BIND_SERVICE, Capability.CHOWN,
				Capability.KILL)) {
			Map<Capability, String> results = attempts(RealHelper.rights(USER, capability));
			assertThat(results.remove(capability)).as("with " + capability).isEqualTo(Attempts.DONE);
			assertThat(results.values()).as("with " + capability).hasSize(3).allMatch(this::isRefusal);
		}
	}

	// by the numbers in linux/capability.h
	@Test
	void eachNameOfACapabilityGivesTheOneOfItsNumberAlone() throws Exception {
		Matcher numbers = Pattern.compile("(?m)^#define CAP_([A-Z_]+)\\s+(\\d+)$")
			.matcher(Files.readString(Path.of("/usr/include/linux/capability.h")));
		long available = new BigInteger(ProcFiles.status(ProcessHandle.current().pid()).get("CapBnd"), 16).longValue();
		List<String> tried = new ArrayList<>();
		while (numbers.find()) {
			String name = numbers.group(1);
			int number = Integer.parseInt(numbers.group(2));
			assertThat(Capability.of(name).ordinal()).as(name).isEqualTo(number);
			long bit = 1L << number;
			if ((available & bit) == 0) {
				continue;
			}
			List<String> words = new Chain(List.of(new Stage.Credentials(RealHelper.rights(USER, Capability.of(name)))))
				.command();
			words.addAll(List.of("/bin/grep", "^Cap", "/proc/self/status"));
			assertThat(Command.run(words).output().lines()).as(name)
				.hasSize(5)
				.allMatch((line) -> line.endsWith("\t%016x".formatted(bit)));
			tried.add(name);
		}
		assertThat(tried).hasSize(Long.bitCount(available));
	}

	@Test
	void withoutCapabilitiesNoAttemptSucceeds() throws Exception {
		assumeTrue(unprivilegedPortStart() == 1024, "SKIPPED: this system lets everyone bind low ports");
		assertThat(attempts(RealHelper.rights(USER)).values()).hasSize(4).allMatch(this::isRefusal);
	}

	private boolean isRefusal(String result) {
		return result.contains("AccessDenied") || result.contains("denied") || result.contains("ot permitted");
	}

	private Map<Capability, String> attempts(Rights rights) throws Exception {
		Path file = code.createFile("before", "rw-------", 0);
		Process victim = new ProcessBuilder(Command.as(OTHER_USER, "/bin/sleep", "60")).start();
		try (RealHelper helper = RealHelper.start(code, rights)) {
			Map<Capability, String> results = new EnumMap<>(Capability.class);
			results.put(Capability.DAC_OVERRIDE, String.valueOf(helper.call("write", file.toString())));
			results.put(Capability.NET_BIND_SERVICE, String.valueOf(helper.call("bindLowPort")));
			results.put(Capability.CHOWN, String.valueOf(helper.call("chown", file.toString(), OTHER_USER)));
			results.put(Capability.KILL, String.valueOf(helper.call("signal", victim.pid())));
			// what it says it did, seen from outside
			assertThat(file).hasContent(isDone(results, Capability.DAC_OVERRIDE) ? "written" : "before");
			assertThat(Files.getAttribute(file, "unix:uid"))
				.isEqualTo(isDone(results, Capability.CHOWN) ? OTHER_USER : 0);
			boolean killed = isDone(results, Capability.KILL);
			assertThat(victim.waitFor(killed ? 120_000 : 50, TimeUnit.MILLISECONDS)).isEqualTo(killed);
			return results;
		}
		finally {
			victim.destroyForcibly().waitFor();
		}
	}

	private static boolean isDone(Map<Capability, String> results, Capability capability) {
		return results.get(capability).equals(Attempts.DONE);
	}

	private static List<String> sockets(long pid) throws IOException {
		Path directory = Path.of("/proc/" + pid + "/fd");
		try (Stream<Path> descriptors = Files.list(directory)) {
			return descriptors.map((descriptor) -> descriptor.toFile().getName())
				.map((descriptor) -> target(pid, descriptor))
				.filter((target) -> target.startsWith("socket:"))
				.distinct()
				.toList();
		}
	}

	private static String target(long pid, String descriptor) {
		try {
			return ProcFiles.link(pid, "fd/" + descriptor).toString();
		}
		catch (IOException ex) {
			return "closed since";
		}
	}

	private static String four(int id) {
		return String.join(" ", Collections.nCopies(4, String.valueOf(id)));
	}

	private static int unprivilegedPortStart() throws IOException {
		return Integer
			.parseInt(Files.readAllLines(Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start")).get(0).strip());
	}

}
