package io.privsep.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.privsep.definition.HelperDefinition.Confinement;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.definition.Limits;
import io.privsep.rights.Capabilities;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The security model says of everything that a process can set of itself whether it
 * outlasts the start of a helper.
 */
class OutlastingStateTests {

	@Test
	void eachOptionOfPrctlIsInTheList() throws IOException {
		Path header = Path.of("/usr/include/linux/prctl.h");
		assumeTrue(Files.exists(header), "SKIPPED: no headers of the kernel (Debian: linux-libc-dev)");
		List<String> options = Pattern.compile("(?m)^#define (PR_[A-Z_]+)")
			.matcher(Files.readString(header))
			.results()
			.map((option) -> option.group(1))
			.filter((option) -> !Pattern.compile("_(GET|READ)(_|$)").matcher(option).find())
			.toList();
		assertThat(options).hasSizeGreaterThan(30).allSatisfy((option) -> assertThat(list()).contains("`" + option));
	}

	@Test
	void eachFileThatAProcessCanWriteOfItselfIsInTheList() throws IOException {
		Path self = Path.of("/proc/self");
		assumeTrue(Files.exists(self), "SKIPPED: no /proc");
		List<String> files = Stream.of(self, self.resolve("attr"))
			.flatMap((directory) -> Arrays.stream(directory.toFile().listFiles()))
			.filter((file) -> file.isFile() && !Files.isSymbolicLink(file.toPath()) && isWritable(file.toPath()))
			.map((file) -> self.relativize(file.toPath()).toString())
			.toList();
		assertThat(files).hasSizeGreaterThan(5).allSatisfy((file) -> assertThat(list()).contains("`" + file + "`"));
	}

	@Test
	void eachLimitIsSetOrInTheList() throws IOException {
		Path limits = Path.of("/proc/self/limits");
		assumeTrue(Files.exists(limits), "SKIPPED: no /proc");
		List<String> set = Limits.of(new Rights(1, 1, List.of(), Capabilities.NONE), new Confinement(4096, false, null))
			.all()
			.stream()
			.map((limit) -> limit.resource().title())
			.toList();
		List<String> titles = Files.readAllLines(limits)
			.stream()
			.filter((line) -> line.startsWith("Max "))
			.map((line) -> line.substring(0, 26).strip())
			.toList();
		assertThat(titles).hasSizeGreaterThan(set.size()).containsAll(set);
		assertThat(titles).allSatisfy((title) -> {
			if (!set.contains(title)) {
				assertThat(list()).contains("`" + title + "`");
			}
		});
	}

	// of root, access(2) would say so of any file
	private static boolean isWritable(Path file) {
		try {
			return ((int) Files.getAttribute(file, "unix:mode") & 0222) != 0;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static String list() throws IOException {
		String model = Files.readString(Path.of("../docs/security-model.md"));
		return model.substring(model.indexOf("## What outlasts the start"), model.indexOf("## The self-check"));
	}

}
