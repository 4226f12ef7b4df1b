package io.privsep.channel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.privsep.sandbox.Sandboxes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Texts and file names in applications without a locale, as in containers and cron jobs,
 * and file names that are in no encoding: what cannot arrive as it is costs its own call
 * and nothing else.
 */
@EnabledOnOs(OS.LINUX)
class LocaleIntegrationTests {

	private static final String NOT_UTF_8 = "it cannot be rebuilt from its text";

	private static final String NO_LOCALE = "this JVM's file names are not UTF-8";

	@TempDir(factory = OpenDirectory.class)
	private Path directory;

	@BeforeEach
	void makeFiles() throws Exception {
		// this JVM may not be able to say their names
		String make = "umask 022; mkdir utf-8 latin-1; touch \"utf-8/$(printf '\\303\\244')\""
				+ " \"latin-1/$(printf '\\344')\"";
		Process process = new ProcessBuilder("sh", "-c", make).directory(this.directory.toFile()).inheritIO().start();
		assertThat(process.waitFor()).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "plain", "sandbox" })
	void applicationWithoutALocaleLosesOnlyTheCallsWhoseFileNamesItCannotSay(String kind) throws Exception {
		Map<String, String> said = run("POSIX", kind);
		assertThat(said).containsEntry("names", "ANSI_X3.4-1968").containsEntry("text", "\\ue4\\ud83d\\ude00");
		for (String refused : List.of("path of the helper", "utf-8 of the application", "latin-1 of the application",
				"utf-8 of the helper")) {
			assertThat(said.get(refused)).as(refused).contains(NO_LOCALE);
		}
		assertThat(said.get("latin-1 of the helper")).contains(NOT_UTF_8);
		assertNothingElseIsLost(said);
	}

	@ParameterizedTest
	@ValueSource(strings = { "plain", "sandbox" })
	void applicationWithALocaleLosesOnlyTheCallsWhoseFileNamesAreInNoEncoding(String kind) throws Exception {
		Map<String, String> said = run("C.UTF-8", kind);
		assertThat(said).containsEntry("names", "UTF-8")
			.containsEntry("text", "\\ue4\\ud83d\\ude00")
			.containsEntry("path of the helper", "/\\ufc")
			.containsEntry("utf-8 of the application", "\\ue4 true")
			.containsEntry("utf-8 of the helper", this.directory + "/utf-8/\\ue4");
		assertThat(said.get("latin-1 of the application")).contains(NOT_UTF_8);
		assertThat(said.get("latin-1 of the helper")).contains(NOT_UTF_8);
		assertNothingElseIsLost(said);
	}

	private static void assertNothingElseIsLost(Map<String, String> said) {
		assertThat(said).containsEntry("call in flight", "released").containsEntry("same helper", "true");
	}

	private Map<String, String> run(String locale, String kind) throws Exception {
		assumeTrue(kind.equals("plain") || Sandboxes.areAvailable(), Sandboxes.MISSING);
		ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-cp", System.getProperty("java.class.path"), LocaleApplication.class.getName(), kind,
				this.directory.toString());
		builder.environment().clear();
		builder.environment().put("LC_ALL", locale);
		Process process = builder.redirectErrorStream(true).start();
		List<String> lines = process.inputReader().lines().toList();
		assertThat(process.waitFor()).as(String.join("\n", lines)).isZero();
		Map<String, String> said = new LinkedHashMap<>();
		lines.forEach((line) -> said.put(line.split(" = ", 2)[0], line.replaceFirst("^.*? = ", "")));
		return said;
	}

	/** One that the user of a sandbox can enter. */
	static final class OpenDirectory implements TempDirFactory {

		@Override
		public Path createTempDirectory(AnnotatedElementContext elementContext, ExtensionContext extensionContext)
				throws IOException {
			Path made = Files.createTempDirectory("privsep-locale");
			return Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
		}

	}

}
