package io.privsep.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OwnOptions}, with the JVM that runs them.
 */
class OwnOptionsTests {

	private static final List<String> UNLOCK = List.of("-XX:+UnlockExperimentalVMOptions");

	/** Options of a sandbox, as those are ours, too. */
	private static final List<String> SANDBOX = List.of("-XX:CompressedClassSpaceSize=128m",
			"-XX:ReservedCodeCacheSize=128m", "-Djava.io.tmpdir=/tmp");

	private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

	@Test
	void everyCollectorOfThisJvmReplacesOurs() throws Exception {
		List<String> collectors = Pattern.compile("(?m)^ *bool (Use\\w*GC) ")
			.matcher(run(List.of("-XX:+UnlockExperimentalVMOptions", "-XX:+PrintFlagsFinal", "-version")))
			.results()
			.map((MatchResult flag) -> flag.group(1))
			// say how others collect when a program asks for it
			.filter((name) -> !name.endsWith("SystemGC"))
			.toList();
		assertThat(collectors).contains("UseSerialGC", "UseParallelGC", "UseG1GC");
		assertThat(OwnOptions.COLLECTORS).containsAll(collectors);
		for (String collector : collectors) {
			assertThat(start("-XX:+" + collector)).as(collector).containsPattern(collector + " += true");
		}
	}

	@ParameterizedTest
	@CsvSource({ "-XX:+AggressiveHeap, UseParallelGC += true", "-XX:-UseSerialGC, UseSerialGC += false",
			"-XX:InitialHeapSize=4m, InitialHeapSize += 4194304", "-XX:MinHeapSize=16m, MinHeapSize += 16777216",
			"-Xms4m, InitialHeapSize += 4194304", "-Xmx4m, MaxHeapSize += 4194304",
			"-XX:MaxHeapSize=4m, MaxHeapSize += 4194304", "-XX:MaxRAMPercentage=90.0, MaxRAMPercentage += 90",
			"-XX:MinRAMPercentage=90.0, MinRAMPercentage += 90", "-XX:MaxRAM=256m, MaxRAM += 268435456",
			"-XX:-UseCompressedClassPointers, UseCompressedClassPointers += false",
			"-XX:MaxMetaspaceSize=32m, MaxMetaspaceSize += 33554432",
			"-XX:CompressedClassSpaceSize=32m, CompressedClassSpaceSize += 33554432",
			"-XX:-DisableAttachMechanism, DisableAttachMechanism += false",
			"-XX:Tier4CompileThreshold=15000, Tier4CompileThreshold += 15000",
			"-XX:-TieredCompilation, TieredCompilation += false" })
	void optionOfTheUserReplacesOursAndTheJvmStarts(String option, String flag) throws Exception {
		assertThat(start(option)).containsPattern(flag)
			.doesNotContain("CompressedClassSpaceSize has no effect", "CompressedClassSpaceSize adjusted");
	}

	@Test
	void withoutLeavesNoTwoOptionsOfOneName() {
		List<String> own = List.of("-XX:-UsePerfData", "-Djava.io.tmpdir=/proc", "-XX:+UseSerialGC", "-Xmx1");
		assertThat(OwnOptions.without(own, List.of("-XX:+UsePerfData", "-Djava.io.tmpdir=/tmp")))
			.containsExactly("-XX:+UseSerialGC", "-Xmx1");
		assertThat(OwnOptions.without(own, List.of("-XX:+UseG1GC", "-Xmx2"))).containsExactly("-XX:-UsePerfData",
				"-Djava.io.tmpdir=/proc");
		assertThat(
				OwnOptions.without(List.of("-XX:ReservedCodeCacheSize=128m"), List.of("-XX:InitialCodeCacheSize=200m")))
			.isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "-Xlog:gc", "-ea", "-Xint", "-Djava.io.tmp=x", "-XX:+UseMaximumCompactionOnSystemGC",
			"-XX:+UseCompressedClassPointers", "-Xmn4m", "" })
	void withoutWhenTheUserHasChosenSomethingElseLeavesAll(String option) {
		List<String> own = List.of("-Xlog:disable", "-XX:+UseSerialGC", "-Djava.io.tmpdir=/proc", "-Xms8", "-Xmx64",
				"-XX:CompressedClassSpaceSize=128m");
		assertThat(OwnOptions.without(own, List.of(option))).isEqualTo(own);
	}

	// What a helper is started with, up to its code.
	private static String start(String option) throws Exception {
		List<String> options = new ArrayList<>(UNLOCK);
		options.add(option);
		List<String> words = new JavaCommand(JAVA, List.of(Path.of("/x")), false, 64 << 20, options).with(SANDBOX)
			.command("-");
		List<String> starting = new ArrayList<>(words.subList(1, words.indexOf("-cp")));
		starting.addAll(Arrays.asList("-XX:+PrintFlagsFinal", "-version"));
		return run(starting);
	}

	private static String run(List<String> options) throws IOException, InterruptedException {
		List<String> words = new ArrayList<>(List.of(JAVA.toString()));
		words.addAll(options);
		Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor()).as(output.lines().limit(5).toList().toString()).isZero();
		return output;
	}

}
