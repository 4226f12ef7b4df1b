package io.privsep.linux;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A child has the descriptors that it is given, in both ways to start one, and the
 * application keeps its own.
 */
@EnabledOnOs(OS.LINUX)
class ChildProcessTests {

	private static final Starter CHILD = (words, environment, input, error) -> ChildProcess.start(words, environment,
			input, error.childFd());

	private static final Starter SHARED = (words, environment, input, error) -> SharedInput.start(words, environment,
			input, error.childPath());

	@Test
	void startWhenSystemIsLinuxNeedsNoSharedInput() {
		assertThat(ChildProcess.isPossible()).isTrue();
	}

	@Test
	void childHasNothingButItsConnectionAndItsErrorPipe() throws Exception {
		for (Starter starter : List.of(CHILD, SHARED)) {
			Started started = start(starter, Map.of("NAME", "a value"),
					"ls /proc/$$/fd; readlink /proc/$$/fd/*; pwd; env");
			assertThat(started.error())
				.matches("(?s)0\n1\n2\nsocket:\\[\\d+]\n/dev/null\npipe:\\[\\d+]\n/\n" + ".*\\bNAME=a value\n.*");
			assertThat(started.exitCode()).isZero();
		}
	}

	@Test
	void childBlocksNoSignal() throws Exception {
		assertThat(start(CHILD, Map.of(), "grep SigBlk /proc/self/status").error())
			.isEqualTo("SigBlk:\t0000000000000000\n");
	}

	@Test
	void childHasASessionKeyringOfItsOwn() throws Exception {
		assumeTrue(Files.isExecutable(Keys.PERL), "SKIPPED: perl is not installed");
		Keys.inNewSession(() -> {
			Keys.add("privsep-planted");
			Process own = new ProcessBuilder("/bin/sh", "-c", Keys.search("privsep-planted")).start();
			assertThat(own.inputReader().readLine()).isEqualTo("FOUND");
			assertThat(start(CHILD, Map.of(), Keys.search("privsep-planted")).error())
				.isEqualTo("Required key not available\n");
		});
	}

	@Test
	void exitValueSaysHowChildHasEnded() throws Exception {
		for (Starter starter : List.of(CHILD, SHARED)) {
			assertThat(start(starter, Map.of(), "exit 78").exitCode()).isEqualTo(78);
			assertThat(start(starter, Map.of(), "kill -9 $$").exitCode()).isEqualTo(128 + 9);
		}
	}

	@Test
	void startWhenProgramIsMissingSaysSo() throws IOException {
		try (Ends ends = Ends.open()) {
			assertThatExceptionOfType(IOException.class)
				.isThrownBy(
						() -> ChildProcess.start(List.of("/no/such"), Map.of(), ends.input(), ends.error().childFd()))
				.withMessage("Cannot run program '/no/such': No such file or directory");
			assertThatExceptionOfType(IOException.class).isThrownBy(
					() -> ChildProcess.start(List.of("/bin/true\0"), Map.of(), ends.input(), ends.error().childFd()))
				.withMessage("Cannot run program '/bin/true\0': a string with a NUL character cannot be passed on");
			ends.error().closeChildFd();
		}
	}

	@Test
	void childThatDoesNotEndIsEndedForcibly() throws Exception {
		try (Ends ends = Ends.open()) {
			Process child = ChildProcess.start(List.of("/bin/sleep", "300"), Map.of(), ends.input(),
					ends.error().childFd());
			assertThat(child.isAlive()).isTrue();
			assertThat(child.waitFor(0, TimeUnit.SECONDS)).isFalse();
			assertThatExceptionOfType(IllegalThreadStateException.class).isThrownBy(child::exitValue);
			assertThat(child.destroyForcibly().waitFor()).isEqualTo(128 + 9);
			assertThat(child.isAlive()).isFalse();
			assertThat(child.onExit().join()).isSameAs(child);
			ends.error().closeChildFd();
		}
	}

	@Test
	void descendantsAreThoseOfAChildThatWasNotReaped() throws Exception {
		try (Ends ends = Ends.open()) {
			Process child = ChildProcess.start(List.of("/bin/sh", "-c", "sleep 300 & echo started >&2; wait"), Map.of(),
					ends.input(), ends.error().childFd());
			assertThat(ends.error().application().read()).isEqualTo('s');
			assertThat(child.descendants()).hasSize(1).allMatch(ProcessHandle::destroyForcibly);
			assertThat(child.waitFor()).isZero();
			assertThat(child.descendants()).isEmpty();
			ends.error().closeChildFd();
		}
	}

	@Test
	void startWhenThreadIsInterruptedLeavesNoProcessBehind() throws Exception {
		try (Ends ends = Ends.open()) {
			Thread.currentThread().interrupt();
			Process child = ChildProcess.start(List.of("/bin/sh", "-c", "exit 3"), Map.of(), ends.input(),
					ends.error().childFd());
			assertThat(Thread.interrupted()).isTrue();
			assertThat(child.waitFor()).isEqualTo(3);
			ends.error().closeChildFd();
		}
	}

	@Test
	void allThreadsShareTheDescriptorsOfTheApplicationBesideAChild() throws Exception {
		try (Ends ends = Ends.open()) {
			// it ends with its connection
			ChildProcess.start(List.of("/bin/cat"), Map.of(), ends.input(), ends.error().childFd());
			ends.error().closeChildFd();
			assertDescriptorsAreShared();
		}
	}

	private static void assertDescriptorsAreShared() throws IOException {
		try (InputStream opened = Files.newInputStream(Path.of("/proc/self/status"));
				Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
			assertThat(opened.read()).isPositive();
			List<String> own = descriptors(Path.of("/proc/self"));
			assertThat(own).hasSizeGreaterThan(3);
			assertThat(threads).allSatisfy((thread) -> assertThat(descriptors(thread)).containsAll(own));
		}
	}

	// but for those of the directories that are listed here
	private static List<String> descriptors(Path process) {
		try (Stream<Path> list = Files.list(process.resolve("fd"))) {
			List<String> descriptors = new ArrayList<>();
			for (Path path : list.toList()) {
				try {
					String target = Files.readSymbolicLink(path).toString();
					if (!target.startsWith("/proc/") || target.endsWith("/status")) {
						descriptors.add(path.getFileName() + " " + target);
					}
				}
				catch (IOException ex) {
					// it is the one of this list
				}
			}
			return descriptors;
		}
		catch (IOException ex) {
			// the thread has ended
			return descriptors(Path.of("/proc/self"));
		}
	}

	private static Started start(Starter starter, Map<String, String> environment, String script) throws Exception {
		try (Ends ends = Ends.open()) {
			Process process = starter.start(List.of("/bin/sh", "-c", "(" + script + ") >&2"), environment, ends.input(),
					ends.error());
			ends.error().closeChildFd();
			String said = new String(ends.error().application().readAllBytes(), StandardCharsets.UTF_8);
			return new Started(said, process.waitFor());
		}
	}

	/**
	 * One of the ways.
	 */
	private interface Starter {

		Process start(List<String> words, Map<String, String> environment, int input, ErrorPipe error)
				throws IOException;

	}

	/**
	 * What a child is given, and the application's ends of it.
	 *
	 * @param pair its connection
	 * @param error its standard error
	 */
	private record Ends(SocketPair pair, ErrorPipe error) implements AutoCloseable {

		static Ends open() throws IOException {
			return new Ends(SocketPair.open(), ErrorPipe.open());
		}

		int input() {
			return this.pair.childFd();
		}

		@Override
		public void close() throws IOException {
			this.pair.closeChildFd();
			this.pair.application().close();
			this.error.application().close();
		}

	}

	/**
	 * A child that has ended.
	 *
	 * @param error what it has said on its standard error
	 * @param exitCode how it has ended
	 */
	private record Started(String error, int exitCode) {
	}

}
