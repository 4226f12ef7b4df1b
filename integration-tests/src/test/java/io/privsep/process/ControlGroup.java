package io.privsep.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A control group, in cgroups(7), that another process is to make; removed at the end.
 *
 * @param path of the group
 * @param unified whether it is of version 2
 * @param readOnly whether the system lets nobody change groups
 */
record ControlGroup(Path path, boolean unified, boolean readOnly) implements AutoCloseable {

	/**
	 * A group at the top of the hierarchy of version 2 or, where there is none, of
	 * another.
	 * @param name the name of the group
	 * @return the group, which does not exist yet
	 * @throws IOException if {@code /proc} cannot be read
	 */
	static ControlGroup named(String name) throws IOException {
		// ID parent device root place options ... - type source options
		List<String[]> mounts = Files.readAllLines(Path.of("/proc/self/mountinfo"))
			.stream()
			.filter((line) -> line.contains(" - cgroup"))
			.map((line) -> line.split(" "))
			.sorted(Comparator.comparing((String[] mount) -> !isUnified(mount)))
			.toList();
		String[] mount = mounts.get(0);
		return new ControlGroup(Path.of(mount[4], name), isUnified(mount), mount[5].startsWith("ro"));
	}

	private static boolean isUnified(String[] mount) {
		return List.of(mount).contains("cgroup2");
	}

	void awaitFrozen() {
		Awaitility.await()
			.atMost(Duration.ofMinutes(1))
			.untilAsserted(() -> assertThat(this.path.resolve("cgroup.events")).content().contains("frozen 1"));
	}

	@Override
	public void close() throws IOException {
		if (Files.exists(this.path)) {
			if (this.unified) {
				Files.writeString(this.path.resolve("cgroup.kill"), "1");
			}
			Awaitility.await().atMost(Duration.ofMinutes(1)).ignoreExceptions().until(() -> {
				Files.deleteIfExists(this.path);
				return true;
			});
		}
	}

}
