package io.privsep.value;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SimpleCodec}: paths, in JVMs whose file names are UTF-8 or not. What
 * these are, a JVM takes from the environment that it starts in.
 */
@EnabledOnOs(OS.LINUX)
class PathNameTests {

	private static final String UTF_8_NAME = "\\303\\244";

	private static final String LATIN_1_NAME = "\\344";

	@TempDir
	private Path directory;

	@Test
	void fileNameThatIsUtf8Crosses() throws Exception {
		assertThat(send("C.UTF-8", UTF_8_NAME)).isEqualTo("UTF-8: the same");
	}

	@Test
	void fileNameThatIsNotUtf8DoesNotCross() throws Exception {
		assertThat(send("C.UTF-8", LATIN_1_NAME)).startsWith("UTF-8: refused")
			.endsWith("it cannot be rebuilt from its text");
	}

	@Test
	void fileNameBeyondAsciiDoesNotCrossWhereTheJvmHasAsciiNames() throws Exception {
		for (String name : new String[] { UTF_8_NAME, LATIN_1_NAME }) {
			assertThat(send("C", name)).startsWith("ANSI_X3.4-1968: refused").endsWith("file names are not UTF-8");
		}
		assertThat(send("C", "motd")).isEqualTo("ANSI_X3.4-1968: the same");
	}

	@Test
	void textBeyondAsciiIsNoPathWhereTheJvmHasAsciiNames() throws Exception {
		assertThat(run("C", "read")).startsWith("ANSI_X3.4-1968: refused").endsWith("file names are not UTF-8");
		assertThat(run("C.UTF-8", "read")).isEqualTo("UTF-8: the same");
	}

	// the name is one that this JVM may not be able to say
	private String send(String locale, String name) throws Exception {
		Path files = Files.createTempDirectory(this.directory, "files");
		Process touch = new ProcessBuilder("sh", "-c", "touch \"$(printf '" + name + "')\"").directory(files.toFile())
			.inheritIO()
			.start();
		assertThat(touch.waitFor(1, TimeUnit.MINUTES)).isTrue();
		assertThat(touch.exitValue()).isZero();
		return run(locale, files.toString());
	}

	private static String run(String locale, String argument) throws Exception {
		ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Dfile.encoding=UTF-8", "-cp", System.getProperty("java.class.path"), Sender.class.getName(),
				argument);
		builder.environment().put("LC_ALL", locale);
		Process process = builder.redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
		assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
		return output.strip();
	}

	/**
	 * Sends the path of the one file in a directory to itself.
	 */
	static final class Sender {

		private Sender() {
		}

		public static void main(String[] args) throws IOException {
			ValueCodec codec = ValueCodec.of(Path.class);
			System.out.print(System.getProperty("sun.jnu.encoding") + ": ");
			try {
				if (args[0].equals("read")) {
					Frames.decode(codec, Frames.hex("01 00000002 c3a4"));
					System.out.print("the same");
					return;
				}
				try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of(args[0]))) {
					Path file = files.iterator().next();
					Object read = Frames.decode(codec, Frames.encode(codec, file));
					System.out.print(file.equals(read) ? "the same" : "another");
				}
			}
			catch (UnacceptableValueException ex) {
				System.out.print("refused, " + ex.getMessage());
			}
		}

	}

}
