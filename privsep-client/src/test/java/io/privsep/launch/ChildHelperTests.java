package io.privsep.launch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * What is left of a helper in the application.
 */
@EnabledOnOs(OS.LINUX)
class ChildHelperTests {

	private static final long MINUTE = 60_000;

	@Test
	void helperThatLeavesItsStandardErrorToAnotherProcessLeavesNoThreadAndNoDescriptor() throws Exception {
		HelperProcess helper = ChildHelper.start("leaves-stderr",
				List.of("/bin/sh", "-c", "sleep 300 </dev/null & echo $! >&2; exit 3"), Map.of());
		Thread log = thread("privsep-leaves-stderr-log");
		assertThat(helper.end().text()).isEqualTo("exit code 3");
		long heir = Long.parseLong(helper.stderrTail().get(0));
		try {
			String pipe = Files.readSymbolicLink(Path.of("/proc/" + heir + "/fd/2")).toString();
			assertThat(pipe).startsWith("pipe:");
			log.join(MINUTE);
			assertThat(log.isAlive()).isFalse();
			assertThat(descriptors()).doesNotContain(pipe);
		}
		finally {
			ProcessHandle.of(heir).ifPresent(ProcessHandle::destroyForcibly);
		}
	}

	@Test
	void helperThatEndsBeforeItIsToldSaysWhy() throws Exception {
		HelperProcess helper = ChildHelper.start("ends", List.of("/bin/sh", "-c", "echo it is closed >&2; exit 78"),
				Map.of());
		while (helper.isRunning()) {
			Thread.sleep(1);
		}
		UntoldHelperException failure = catchThrowableOfType(UntoldHelperException.class,
				() -> ChildHelper.tell(helper, ByteBuffer.allocate(1)));
		assertThat(failure)
			.hasMessage("the helper ended (exit code 78) before it had its definition; it said: it is closed");
		assertThat(failure.end().isRefusal()).isTrue();
	}

	// the helper says something else then, which is no reason: that its connection ended
	@Test
	void applicationThatCannotTellAHelperSaysWhy() throws Exception {
		HelperProcess helper = ChildHelper.start("untold",
				List.of("/bin/sh", "-c", "read x; echo it ended >&2; exit 1"), Map.of());
		Thread.currentThread().interrupt();
		UntoldHelperException failure = catchThrowableOfType(UntoldHelperException.class,
				() -> ChildHelper.tell(helper, ByteBuffer.allocate(1)));
		assertThat(Thread.interrupted()).isTrue();
		assertThat(failure).hasMessage("the helper ended (exit code 1) before it had its definition, as the application"
				+ " could not write to it: java.nio.channels.ClosedByInterruptException; it said: it ended");
		assertThat(failure.end().isRefusal()).isFalse();
	}

	private static Thread thread(String name) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals(name))
			.findFirst()
			.orElseThrow();
	}

	private static List<String> descriptors() throws IOException {
		try (Stream<Path> list = Files.list(Path.of("/proc/self/fd"))) {
			return list.map(ChildHelperTests::target).toList();
		}
	}

	private static String target(Path path) {
		try {
			return Files.readSymbolicLink(path).toString();
		}
		catch (IOException ex) {
			// it is that of the list
			return "";
		}
	}

}
