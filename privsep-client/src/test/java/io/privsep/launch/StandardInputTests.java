package io.privsep.launch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The standard input of an application that starts helpers is its own at every moment.
 */
@EnabledOnOs(OS.LINUX)
class StandardInputTests {

	@Test
	void everyByteOfTheInputIsReadInOrderBesideThreeHundredStarts() throws Exception {
		Process application = start("read");
		try (BufferedReader output = application.inputReader()) {
			CompletableFuture<String> started = CompletableFuture.supplyAsync(() -> line(output));
			long written = writeNumberedBytesUntil(started, application.getOutputStream());
			assertThat(started.join()).isEqualTo("started");
			assertThat(line(output)).isEqualTo("read " + written);
		}
		finally {
			application.destroyForcibly();
		}
	}

	@Test
	void programThatIsStartedMeanwhileInheritsTheInputOfTheApplication() throws Exception {
		Process application = start("inherit");
		try (BufferedReader output = application.inputReader()) {
			String input = Files.readSymbolicLink(Path.of("/proc/" + application.pid() + "/fd/0")).toString();
			List<String> lines = output.lines().toList();
			assertThat(lines).hasSizeGreaterThan(1);
			assertThat(lines.get(lines.size() - 1)).isEqualTo("programs " + (lines.size() - 1));
			assertThat(lines.subList(0, lines.size() - 1)).containsOnly(input);
		}
		finally {
			application.destroyForcibly();
		}
	}

	@Test
	void tenStartsAtOnceEachHaveAConnectionOfTheirOwn() throws Exception {
		Process application = start("at once");
		try (BufferedReader output = application.inputReader()) {
			assertThat(output.lines()).containsExactlyElementsOf(
					IntStream.range(0, 10).mapToObj((i) -> "this is number " + i + ": exit code 0").toList());
		}
		finally {
			application.destroyForcibly();
		}
	}

	private static Process start(String what) throws IOException {
		return new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-cp",
				System.getProperty("java.class.path"), StandardInputApplication.class.getName(), what)
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
	}

	private static long writeNumberedBytesUntil(CompletableFuture<?> event, OutputStream output) throws IOException {
		long written = 0;
		byte[] bytes = new byte[64];
		try (output) {
			while (!event.isDone()) {
				for (int i = 0; i < bytes.length; i++) {
					bytes[i] = StandardInputApplication.numbered(written + i);
				}
				output.write(bytes);
				output.flush();
				written += bytes.length;
			}
		}
		catch (IOException ex) {
			// it has ended, and said why
		}
		return written;
	}

	private static String line(BufferedReader output) {
		try {
			return String.valueOf(output.readLine());
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

}
