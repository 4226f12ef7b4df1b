package io.privsep.linux;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * On JDK 22 and later the C library is called without jffi, which is not on the class
 * path of these processes. Maven runs this with the classes that such a JDK sees in the
 * jar.
 */
@EnabledOnOs(OS.LINUX)
class ForeignLibraryTests {

	/** The first JDK that can forbid calls of native code, and warns of JNI. */
	private static final int DENIES = 24;

	private static final String ENABLE = "--enable-native-access=ALL-UNNAMED";

	private static final String DENY = "--illegal-native-access=deny";

	@Test
	void nothingIsUnpackedAndNoLibraryIsLoadedButThoseOfTheJdkAndTheSystem() throws Exception {
		List<String> lines = run(0, ENABLE, "-Djava.io.tmpdir=/proc");
		assertThat(lines.get(0)).isEqualTo("dup2: Bad file descriptor");
		Path home = Path.of(System.getProperty("java.home")).toRealPath();
		assertThat(lines.subList(1, lines.size())).isNotEmpty()
			.allMatch((library) -> library.startsWith(home.toString()) || library.matches("(/usr)?/lib(64)?/.*"),
					"a library of the JDK or of the system")
			.noneMatch((library) -> library.contains("jffi"));
	}

	@Test
	void callsWorkWhereIllegalOnesAreDenied() throws Exception {
		String[] options = (Runtime.version().feature() < DENIES) ? new String[] { ENABLE }
				: new String[] { ENABLE, DENY };
		assertThat(run(0, options).get(0)).isEqualTo("dup2: Bad file descriptor");
	}

	@Test
	void whatIsDeniedSaysHowToAllowIt() throws Exception {
		if (Runtime.version().feature() >= DENIES) {
			assertThat(String.join("\n", run(1, DENY)))
				.contains("NativeAccessException: This JVM does not let the application call the C library");
		}
		assertThat(new NativeAccessException(new IllegalCallerException("why")).action())
			.contains("'--enable-native-access=ALL-UNNAMED'");
	}

	private static List<String> run(int status, String... options) throws Exception {
		String classPath = Arrays.stream(System.getProperty("java.class.path").split(":"))
			.filter((entry) -> !entry.contains("jffi"))
			.collect(Collectors.joining(":"));
		List<String> words = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow()));
		words.addAll(List.of(options));
		words.addAll(List.of("-cp", classPath, ForeignLibraryApplication.class.getName()));
		// warnings would be among its lines
		Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
		List<String> lines = process.inputReader().lines().toList();
		assertThat(process.waitFor()).as(lines.toString()).isEqualTo(status);
		return lines;
	}

}
