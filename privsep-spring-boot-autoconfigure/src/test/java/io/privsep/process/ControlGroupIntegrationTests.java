package io.privsep.process;

import java.io.File;
import java.nio.file.Path;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A sandboxed helper gets a control group of its own where systemd has delegated one.
 */
@Tag("once")
@Timeout(500)
class ControlGroupIntegrationTests {

	private static final String SERVICE = """
			User=nobody
			Delegate=memory pids
			ExecStart=/bin/sh -c 'group=/sys/fs/cgroup$(sed s/^0::// /proc/self/cgroup) \\
				&& mkdir $group/application && echo $$$$ > $group/application/cgroup.procs && exec "$@"' sh \\
				%s -XX:TieredStopAtLevel=1 -cp %s %s --spring.main.banner-mode=off --privsep.archive.enabled=false \\
				--privsep.contexts.sandbox.capabilities= --privsep.contexts.sandbox.sandbox.max-memory=96MB \\
				--privsep.contexts.sandbox.jvm.max-heap=32MB --privsep.contexts.sandbox.max-concurrency=2 \\
				--privsep.contexts.sandbox.start-timeout=100s --privsep.contexts.sandbox.queue-timeout=100s \\
				--privsep.contexts.sandbox.call-timeout=300s
			""";

	@RegisterExtension
	static final CodeCopy code = new CodeCopy();

	@Test
	void controlGroupBoundsWhatTheKernelHoldsForAHelper() throws Exception {
		String java = Path.of(System.getProperty("java.home"), "bin", "java").toRealPath().toString();
		String classPath = code.classPath()
			.stream()
			.map(Path::toString)
			.collect(Collectors.joining(File.pathSeparator));
		String said = Machine.run(code.createDirectory("rwxr-xr-x", 0),
				SERVICE.formatted(java, classPath, GroupApplication.class.getName()));
		assertThat(said).contains("Context 'sandbox': in a sandbox, network 'none', 96 MB of memory, limited by"
				+ " RLIMIT_DATA and a control group in '/sys/fs/cgroup/system.slice/privsep-machine.service'");
		assertThat(said.lines().filter((line) -> line.matches("[a-z.]+ .*"))).containsExactlyInAnyOrder(
				"memory.max " + ((96 + 64 + 16 + 128) << 20), "memory.oom.group 1", "pids.max " + (256 + 2 + 8),
				"inside bwrap", "inside java", "lost out of memory", "groups 1", "groups 0");
	}

}
