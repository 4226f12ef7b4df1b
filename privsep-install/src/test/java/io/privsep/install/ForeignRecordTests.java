package io.privsep.install;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests that no command believes a record that someone other than root could have
 * written: each runs the command as a process, with a prefix that is another user's.
 */
@EnabledOnOs(OS.LINUX)
class ForeignRecordTests {

	private static final int SOMEONE = 61376;

	@TempDir
	private Path prefix;

	private Path base;

	private Path victim;

	private Path secret;

	@BeforeEach
	void plantRecord() throws IOException {
		assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: only root can be misled");
		this.prefix = this.prefix.toRealPath();
		this.victim = Files.createDirectory(this.prefix.resolve("victim"));
		this.secret = Files.writeString(this.prefix.resolve("secret"), "x");
		this.base = this.prefix.resolve("usr/lib/privsep/app");
		Path release = Files.createDirectories(this.base.resolve("releases/1"));
		Files.createSymbolicLink(this.base.resolve("current"), Path.of("releases/1"));
		InstallationRecord record = new InstallationRecord("app", "command", "root", 0, this.prefix.toString(),
				"/usr/bin/java", "/app.jar", List.of(), null, List.of(), List.of("privsep-victim"), List.of(),
				List.of(this.victim.toString(), this.secret.toString()),
				List.of(new InstalledFile(this.secret.toString(), 0, 0, "0600", "")));
		Path file = Files.writeString(release.resolve(InstallationRecord.FILE), record.toJson());
		for (Path path : List.of(file, release, this.base)) {
			Files.setAttribute(path, "unix:uid", SOMEONE);
		}
	}

	@Test
	void uninstallRemovesNothingThatARecordOfSomeoneElseNames() throws Exception {
		Result result = run("uninstall", "--application", "app");
		assertThat(this.victim).exists();
		assertThat(this.secret).exists();
		assertThat(result.out()).doesNotContain("privsep-victim");
		assertThat(result.err()).contains("'" + this.base + "' belongs to user " + SOMEONE)
			.contains("nothing in it is believed");
		assertThat(result.exitCode()).isEqualTo(78);
		assertThat(this.base.resolve("releases")).exists();
	}

	@Test
	void verifyLooksAtNothingThatARecordOfSomeoneElseNames() throws Exception {
		Result result = run("verify", "--application", "app");
		assertThat(result.out()).contains("'" + this.base + "' belongs to user " + SOMEONE)
			.doesNotContain(this.secret.toString())
			.doesNotContain("/usr/bin/java");
		assertThat(result.exitCode()).isEqualTo(78);
	}

	@Test
	void listShowsNothingOfARecordOfSomeoneElse() throws Exception {
		Result result = run("list");
		assertThat(result.out()).isEmpty();
		assertThat(result.err()).contains("'" + this.base + "' belongs to user " + SOMEONE);
		assertThat(result.exitCode()).isEqualTo(78);
	}

	@Test
	void recordOfSomeoneElseInAPlaceOfRootIsNotBelieved() throws Exception {
		Files.setAttribute(this.base, "unix:uid", 0);
		Path release = this.base.resolve("releases/1");
		assertThat(run("list").err()).contains("'" + release + "' belongs to user " + SOMEONE);
		Files.setAttribute(release, "unix:uid", 0);
		Path file = release.resolve(InstallationRecord.FILE);
		assertThat(run("list").err()).contains("'" + file + "' belongs to user " + SOMEONE);
		Files.setAttribute(file, "unix:uid", 0);
		Path above = this.prefix.resolve("usr");
		Files.setAttribute(above, "unix:uid", SOMEONE);
		assertThat(run("list").err()).contains("'" + above + "' belongs to user " + SOMEONE);
	}

	private Result run(String command, String... options) throws Exception {
		List<String> words = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(),
				"-cp", System.getProperty("java.class.path"), InstallCommand.class.getName(), command, "--prefix",
				this.prefix.toString()));
		words.addAll(List.of(options));
		Path err = this.prefix.resolve("err");
		Process process = new ProcessBuilder(words).redirectError(err.toFile()).start();
		String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		return new Result(process.waitFor(), out, Files.readString(err));
	}

	/**
	 * How a command ended.
	 *
	 * @param exitCode its exit code
	 * @param out what it printed
	 * @param err what it complained of
	 */
	record Result(int exitCode, String out, String err) {
	}

}
