package io.privsep.installation;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.util.FileSystemUtils;

import io.privsep.demo.DemoContext;
import io.privsep.demo.InstalledDemo;
import io.privsep.demo.InstalledDemo.Result;
import io.privsep.demo.RunningDemo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests of the installation, into a prefix and into the system.
 */
final class InstallIntegrationTests {

	private static final String RIGHTS = "unix:mode,uid,gid";

	@BeforeEach
	void requireRoot() {
		// for each test: what is skipped before all of them is in no report
		assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: only root can install helpers");
		assumeTrue(Files.isExecutable(Path.of("/usr/sbin/visudo")), "SKIPPED: sudo is not installed");
	}

	@Test
	@Tag("once")
	@Execution(ExecutionMode.CONCURRENT)
	void dryRunPrintsEveryFileAndWritesNothing() throws Exception {
		try (InstalledDemo demo = new InstalledDemo(null)) {
			String dry = demo.install("--dry-run", "--json").requireSuccess().out();
			String planned = demo.install("--dry-run").requireSuccess().out();
			assertThat(demo.prefix()).doesNotExist();
			assertThat(JsonPath.<List<String>>read(dry, "$.files[?(@.mode=='0440')].path"))
				.containsExactly(demo.sudoers().toString());
			List<String> printed = JsonPath.read(dry, "$.files[*].path");
			String done = demo.install().requireSuccess().out();
			assertThat(planned).contains("nothing was written").contains("  rule of sudo " + demo.sudoers() + "\n");
			// the same, but for the first line, and notes at the end
			assertThat(done.lines().skip(1)).containsAll(planned.lines().skip(1).toList())
				.contains("  context motd: user " + DemoContext.MOTD.user() + ", capabilities [dac_override]",
						"    io.privsep.demo.privsep.Motd.update(java.lang.String) void",
						"  context documents: not installed, as its sandbox only takes from the application's own rights");
			assertThat(printed).containsExactlyInAnyOrderElementsOf(
					Stream.concat(Stream.of(demo.sudoers()), Files.walk(demo.release())).map(Path::toString).toList());
		}
	}

	@Test
	@Tag("once")
	@Execution(ExecutionMode.CONCURRENT)
	void dryRunListsFunctionsOfUsersThatThereAreNotYet() throws Exception {
		try (InstalledDemo demo = new InstalledDemo(null).fromExtractedJars()) {
			List<String> arguments = new ArrayList<>(demo.arguments());
			arguments.removeIf((argument) -> argument.startsWith("--privsep.contexts.motd.user="));
			arguments.add("--privsep.contexts.motd.user=privsep-it-missing");
			assertThat(demo.command("install", List.of("--app-user", demo.user(), "--dry-run"), arguments)
				.requireSuccess()
				.out()).contains("  context motd: user privsep-it-missing, capabilities [dac_override]",
						"    io.privsep.demo.privsep.Motd.update(java.lang.String) void");
		}
	}

	@Test
	@Execution(ExecutionMode.CONCURRENT)
	void installIntoPrefixWritesAllOfItBelowAndUninstallTakesItBack() throws Exception {
		try (InstalledDemo demo = new InstalledDemo(null).fromExecutableJar()) {
			Map<String, String> before = contents(demo.directory());
			// as JVMs warn of native code that nothing allows
			assertThat(demo.install().requireSuccess().err()).doesNotContain("WARNING: ");
			Result verified = demo.verify().requireSuccess();
			assertThat(verified.out()).contains("is as it was installed");
			assertThat(verified.err()).doesNotContain("WARNING: ");
			assertThat(Files.getPosixFilePermissions(demo.sudoers()))
				.isEqualTo(PosixFilePermissions.fromString("r--r-----"));
			for (DemoContext context : DemoContext.values()) {
				Path contextFile = demo.release().resolve("contexts/" + context.id() + ".properties");
				assertThat(Files.readAttributes(contextFile, RIGHTS)).as(context.id())
					.containsEntry("uid", 0)
					.containsEntry("gid", context.user())
					.containsEntry("mode", 0100640);
			}
			assertThat(Path.of("/etc/sudoers.d/privsep-" + demo.name())).doesNotExist();
			assertThat(demo.uninstall().requireSuccess().err()).doesNotContain("WARNING: ");
			assertThat(contents(demo.directory())).isEqualTo(before);
		}
	}

	@Test
	@Tag("once")
	@Execution(ExecutionMode.CONCURRENT)
	void installTwiceChangesNothing() throws Exception {
		try (InstalledDemo demo = new InstalledDemo(null).fromExtractedJars()) {
			demo.install().requireSuccess();
			Map<String, String> first = contents(demo.prefix());
			assertThat(demo.install().requireSuccess().out()).contains("is installed already; nothing has changed");
			assertThat(contents(demo.prefix())).isEqualTo(first);
		}
	}

	@Test
	@Tag("once")
	@Execution(ExecutionMode.CONCURRENT)
	void installAgainReplacesWhatIsDifferentOrDamaged() throws Exception {
		try (InstalledDemo demo = new InstalledDemo(null).fromExtractedJars()) {
			demo.install().requireSuccess();
			Path first = demo.release();
			demo.install("--context", "ports").requireSuccess();
			assertThat(demo.release()).isNotEqualTo(first);
			// helpers may still run from it
			assertThat(first).exists();
			assertThat(demo.wrapper(DemoContext.MOTD)).doesNotExist();
			assertThat(demo.sudoers()).content().contains("/bin/ports").doesNotContain("/bin/motd");
			Files.writeString(demo.wrapper(DemoContext.PORTS).toRealPath(), "#!/bin/sh\n");
			demo.install("--context", "ports").requireSuccess();
			assertThat(first).doesNotExist();
			demo.verify().requireSuccess();
			demo.install("--context", "ports", "--launcher", "command").requireSuccess();
			assertThat(demo.sudoers()).doesNotExist();
			demo.verify().requireSuccess();
		}
	}

	@Test
	@Tag("once")
	@Execution(ExecutionMode.CONCURRENT)
	void installThatFailsHalfWayLeavesTheOldOneWorking() throws Exception {
		try (InstalledDemo demo = new InstalledDemo(null).fromExtractedJars()) {
			demo.install("--context", "ports").requireSuccess();
			Map<String, String> first = contents(demo.prefix());
			// the new file of sudo cannot be put into its place
			Path inTheWay = Files
				.createDirectory(demo.sudoers().resolveSibling(demo.sudoers().getFileName() + ".privsep-new"));
			Files.createFile(inTheWay.resolve("x"));
			Result result = demo.install();
			assertThat(result.exitCode()).isEqualTo(73);
			Files.delete(inTheWay.resolve("x"));
			Files.delete(inTheWay);
			assertThat(contents(demo.prefix())).isEqualTo(first);
			demo.verify().requireSuccess();
		}
	}

	@Test
	@Tag("once")
	@Execution(ExecutionMode.CONCURRENT)
	void installMakesTheUsersThatContextsNameAndUninstallRemovesThem() throws Exception {
		try (InstalledDemo demo = new InstalledDemo(null).fromExtractedJars()) {
			String user = demo.name() + "-m";
			List<String> arguments = new ArrayList<>(demo.arguments());
			arguments.removeIf((argument) -> argument.startsWith("--privsep.contexts.motd.user"));
			arguments.add("--privsep.contexts.motd.user=" + user);
			Result result = demo.command("install", List.of("--app-user", demo.user(), "--dry-run"), arguments)
				.requireSuccess();
			assertThat(result.out()).contains("user  " + user).contains("/current/bin/motd");
			assertThat(demo.prefix()).doesNotExist();
			assertThat(InstalledDemo.run(List.of("id", user)).exitCode()).isNotZero();
			demo.command("install", List.of("--app-user", demo.user()), arguments).requireSuccess();
			assertThat(InstalledDemo.run(List.of("getent", "passwd", user)).requireSuccess().out())
				.contains(":/nonexistent:/usr/sbin/nologin");
			demo.uninstall().requireSuccess();
			assertThat(InstalledDemo.run(List.of("id", user)).exitCode()).isNotZero();
		}
	}

	@Test
	@Tag("once")
	@Execution(ExecutionMode.CONCURRENT)
	void installInADirectoryWhereOthersCouldWriteConfigurationIsRefused() throws Exception {
		try (InstalledDemo demo = new InstalledDemo(null).fromExtractedJars()) {
			Path theirs = Files.createDirectory(demo.directory().resolve("theirs"));
			Files.setAttribute(theirs, "unix:uid", demo.uid());
			Files.writeString(theirs.resolve("application.properties"), "privsep.contexts.motd.capabilities=sys_admin");
			Result result = demo.commandIn(theirs, Map.of(), "install", List.of("--app-user", demo.user()),
					demo.arguments());
			assertThat(result.exitCode()).isEqualTo(65);
			assertThat(result.err()).contains("configuration is also read from the working directory")
				.contains("'" + theirs + "' belongs to user " + demo.uid());
			assertThat(demo.prefix()).doesNotExist();
		}
	}

	@Tag("full")
	@Test
	@Execution(ExecutionMode.CONCURRENT)
	void optionsOfTheJvmThatNameCodeOfOthersAreRefused() throws Exception {
		try (InstalledDemo demo = new InstalledDemo(null).fromExtractedJars()) {
			Path agent = Files.createFile(demo.directory().resolve("agent.jar"));
			Files.setAttribute(agent, "unix:uid", demo.uid());
			assertThat(installWithOptions(demo, "-Djava.library.path=/usr/lib:" + agent))
				.contains("'" + agent + "' belongs to user " + demo.uid());
			// which could be made to lead elsewhere, once it was looked at
			Path theirs = Files.createDirectory(demo.directory().resolve("theirs"));
			Path link = Files.createSymbolicLink(theirs.resolve("native"), Path.of("/usr/lib"));
			Files.setAttribute(theirs, "unix:uid", demo.uid());
			assertThat(installWithOptions(demo, "-Djava.library.path=" + link))
				.contains("'" + theirs + "' belongs to user " + demo.uid());
			assertThat(demo.base()).doesNotExist();
		}
	}

	@Test
	@Tag("once")
	@Execution(ExecutionMode.CONCURRENT)
	void optionsOfTheJvmThatCouldBringCodeAreRefused() throws Exception {
		try (InstalledDemo demo = new InstalledDemo(null).fromExtractedJars()) {
			// of two words, the second says where the code is
			List<String> options = List.of("-javaagent:/code.jar", "-XX:JVMCILibPath=/code", "@/options",
					"--patch-module", "java.base=/code.jar", "-XX:VMOptionsFile=/options", "-Dplugins=tmp");
			String refusal = installWithOptions(demo, options.toArray(String[]::new));
			assertThat(options).allSatisfy((each) -> assertThat(refusal)
				.contains("context 'motd': '" + each + "' in 'jvm.options' is not an option"));
			assertThat(demo.base()).doesNotExist();
		}
	}

	@Test
	@Tag("once")
	@Execution(ExecutionMode.CONCURRENT)
	void jvmThatOthersCouldChangeIsRefusedBeforeAnyOfItRuns() throws Exception {
		try (InstalledDemo demo = new InstalledDemo(null).fromExtractedJars()) {
			Path ran = demo.directory().resolve("ran");
			Path java = Files.createDirectories(demo.directory().resolve("jvm/bin")).resolve("java");
			Files.writeString(java, "#!/bin/sh\necho > " + ran + "\nexec " + RunningDemo.java() + " \"$@\"\n");
			Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
			Path library = Files
				.createFile(Files.createDirectories(demo.directory().resolve("jvm/lib/server")).resolve("libjvm.so"));
			for (Path path : List.of(java, java.getParent(), library)) {
				Files.setAttribute(path, "unix:uid", demo.uid());
				Result result = demo.install("--java", java.toString());
				assertThat(result.exitCode()).as(path.toString()).isEqualTo(65);
				assertThat(result.err()).as(path.toString())
					.contains("Helpers may only run what nobody but root can change: ")
					.contains("'" + path + "' belongs to user " + demo.uid() + ", who could change it");
				assertThat(ran).doesNotExist();
				Files.setAttribute(path, "unix:uid", 0);
			}
			// what it runs could be anything
			assertThat(demo.install("--java", java.toString(), "--dry-run").err())
				.contains("'" + java + "' is a script, and it is not known which JVM runs");
			assertThat(ran).doesNotExist();
		}
	}

	private static String installWithOptions(InstalledDemo demo, String... options) throws Exception {
		List<String> arguments = new ArrayList<>(demo.arguments());
		for (int i = 0; i < options.length; i++) {
			arguments.add("--privsep.contexts.motd.jvm.options[" + i + "]=" + options[i]);
		}
		Result result = demo.command("install", List.of("--app-user", demo.user()), arguments);
		assertThat(result.exitCode()).as(List.of(options).toString()).isEqualTo(65);
		return result.err();
	}

	@Test
	@Tag("once")
	@Execution(ExecutionMode.CONCURRENT)
	void filesOfSudoThatAreSomeoneElsesAreLeft() throws Exception {
		try (InstalledDemo demo = new InstalledDemo(null).fromExtractedJars()) {
			Files.createDirectories(demo.sudoers().getParent());
			Files.writeString(demo.sudoers(), "# mine\n");
			Result result = demo.install();
			assertThat(result.exitCode()).isEqualTo(73);
			assertThat(result.err()).contains("was not written by an installation of this application");
			assertThat(demo.sudoers()).hasContent("# mine");
			assertThat(demo.base()).doesNotExist();
			demo.install("--launcher", "command").requireSuccess();
			demo.uninstall().requireSuccess();
			assertThat(demo.sudoers()).hasContent("# mine");
		}
	}

	@Test
	@Tag("once")
	@Execution(ExecutionMode.CONCURRENT)
	void firstInstallThatFailsTellsWhyAndLeavesNothing() throws Exception {
		try (InstalledDemo demo = new InstalledDemo(null).fromExtractedJars()) {
			Path inTheWay = demo.sudoers().resolveSibling(demo.sudoers().getFileName() + ".privsep-new");
			Files.createDirectories(inTheWay.resolve("x"));
			Result result = demo.install();
			assertThat(result.exitCode()).isEqualTo(73);
			assertThat(result.err()).contains(".privsep-new");
			assertThat(demo.base()).doesNotExist();
		}
	}

	@Test
	@Tag("once")
	@Execution(ExecutionMode.CONCURRENT)
	void applicationsUserCannotKeepAnInstallationFromBeingReplaced() throws Exception {
		try (InstalledDemo demo = new InstalledDemo(null).fromExtractedJars()) {
			demo.install().requireSuccess();
			Path first = demo.release();
			Path locker = Files.createDirectories(demo.directory().resolve("io/privsep/installation"))
				.resolve("FileLocker.class");
			try (InputStream code = FileLocker.class.getResourceAsStream("FileLocker.class")) {
				Files.copy(Objects.requireNonNull(code), locker);
			}
			List<String> words = List.of("/usr/bin/setpriv", "--reuid=" + demo.uid(), "--regid=" + demo.uid(),
					"--clear-groups", "--", RunningDemo.java(), "-XX:-UsePerfData", "-cp", demo.directory().toString(),
					"io.privsep.installation.FileLocker", demo.base().toString(), "/run/privsep-install.lock");
			Process attacker = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT).start();
			try {
				assertThat(attacker.inputReader().readLine())
					.matches("locked \\d\\d+, not .*/run/privsep-install\\.lock.*");
				demo.install("--context", "ports").requireSuccess();
				assertThat(demo.release()).isNotEqualTo(first);
				demo.uninstall().requireSuccess();
			}
			finally {
				attacker.destroyForcibly().waitFor();
			}
		}
	}

	@Test
	@Tag("once")
	@Execution(ExecutionMode.CONCURRENT)
	void damagedRecordIsReplacedAndLeavesNoRuleOfSudo() throws Exception {
		try (InstalledDemo demo = new InstalledDemo(null).fromExtractedJars()) {
			demo.install().requireSuccess();
			Files.writeString(demo.release().resolve("installation.json"), "{broken");
			demo.install("--launcher", "command").requireSuccess();
			assertThat(demo.sudoers()).doesNotExist();
			demo.verify().requireSuccess();
			demo.install().requireSuccess();
			Files.writeString(demo.release().resolve("installation.json"), "{broken");
			Result result = demo.uninstall();
			assertThat(result.exitCode()).isEqualTo(73);
			assertThat(result.out()).contains("There is no record of what was installed");
			assertThat(demo.sudoers()).doesNotExist();
			assertThat(demo.base()).doesNotExist();
		}
	}

	@Test
	@Tag("once")
	@Execution(ExecutionMode.CONCURRENT)
	void commandsTellInJson() throws Exception {
		try (InstalledDemo demo = new InstalledDemo(null).fromExtractedJars()) {
			String installed = demo.install("--format", "json").requireSuccess().out();
			assertThat(JsonPath.<String>read(installed, "$.application")).isEqualTo(demo.name());
			assertThat(JsonPath.<List<String>>read(installed, "$.files[*].path")).contains(demo.sudoers().toString());
			Files.delete(demo.sudoers());
			Result verified = demo.command("verify", List.of("--application", demo.name(), "--format", "json"),
					List.of());
			assertThat(verified.exitCode()).isEqualTo(78);
			assertThat(JsonPath.<List<String>>read(verified.out(), "$.problems"))
				.containsExactly("'" + demo.sudoers() + "' is missing");
			String listed = demo.command("list", List.of("--application", demo.name(), "--format", "json"), List.of())
				.requireSuccess()
				.out();
			assertThat(JsonPath.<List<String>>read(listed, "$[*].application")).containsExactly(demo.name());
			assertThat(JsonPath.<List<String>>read(listed, "$[0].contexts[*].name")).containsExactly("motd", "nobody",
					"ports");
			assertThat(demo.command("list", List.of("--application", "another"), List.of()).requireSuccess().out())
				.isEqualTo("Nothing is installed\n");
		}
	}

	@Test
	@Tag("once")
	@Execution(ExecutionMode.CONCURRENT)
	void wrongUsageIsToldApart() throws Exception {
		try (InstalledDemo demo = new InstalledDemo(null).fromExtractedJars()) {
			assertThat(demo.command("install", List.of(), List.of()).exitCode()).isEqualTo(64);
			assertThat(demo.install("--context", "nothing").err())
				.contains("there are [documents, motd, nobody, ports]");
			assertThat(demo.command("install", List.of("--app-user", "root"), demo.arguments()).err())
				.contains("'--app-user' is root");
			assertThat(demo.verify().err()).contains("is not installed");
			Path copy = Files.copy(Path.of(System.getProperty("demo.jar")), demo.directory().resolve("demo.jar"));
			Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-r--r--"));
			Result notRoot = InstalledDemo.run(List.of("/usr/bin/setpriv", "--reuid=" + demo.user(),
					"--regid=" + demo.user(), "--clear-groups", "--", RunningDemo.java(), "-XX:-UsePerfData",
					"-Djarmode=privsep", "-jar", copy.toString(), "verify", "--application", demo.name()));
			assertThat(notRoot.exitCode()).isEqualTo(77);
		}
	}

	@Test
	@Tag("once")
	@Execution(ExecutionMode.CONCURRENT)
	void prefixThatOthersCouldChangeIsRefused() throws Exception {
		try (InstalledDemo demo = new InstalledDemo(null).fromExtractedJars()) {
			Files.createDirectory(demo.prefix());
			Files.setPosixFilePermissions(demo.prefix(), PosixFilePermissions.fromString("rwxrwxr-x"));
			Result result = demo.install();
			assertThat(result.exitCode()).isEqualTo(65);
			assertThat(result.err()).contains("'" + demo.prefix() + "' has mode 775");
			assertThat(contents(demo.prefix())).hasSize(1);
		}
	}

	@Test
	@Execution(ExecutionMode.CONCURRENT)
	void installIntoTheSystemIsVerifiedWithSudoItself() throws Exception {
		try (InstalledDemo demo = new InstalledDemo(Path.of("/"))) {
			demo.install().requireSuccess();
			demo.verify().requireSuccess();
			assertThat(InstalledDemo.run(List.of("sudo", "-n", "-l", "-U", demo.user())).requireSuccess().out())
				.contains(demo.wrapper(DemoContext.MOTD) + " \"\"");
			demo.uninstall().requireSuccess();
			assertThat(demo.base()).doesNotExist();
			assertThat(demo.sudoers()).doesNotExist();
		}
	}

	@Test
	@Tag("once")
	void verifyFindsSudoThatSaysNo() throws Exception {
		try (InstalledDemo demo = new InstalledDemo(Path.of("/")).fromExtractedJars()) {
			demo.install("--context", "motd", "--context", "ports").requireSuccess();
			demo.verify().requireSuccess();
			Path wrapper = demo.wrapper(DemoContext.MOTD);
			for (String rule : List.of("!" + wrapper, "PASSWD: " + wrapper + " \"\"")) {
				SudoRule later = SudoRule.makeLast(demo, demo.user() + " ALL=(root) " + rule + "\n");
				try {
					Result result = demo.verify();
					assertThat(result.exitCode()).as(rule).isEqualTo(78);
					assertThat(result.out().lines().skip(1)).as(rule)
						.satisfiesExactly(
								(line) -> assertThat(line)
									.startsWith("  - The helper of context 'motd' does not start for user '"
											+ demo.user() + "': sudo: a password is required (exit code 1). Does the"),
								(line) -> assertThat(line)
									.isEqualTo("The helper of context 'ports' was started for user '" + demo.user()
											+ "', and became ready."));
				}
				finally {
					later.close();
				}
			}
			demo.verify().requireSuccess();
			Files.delete(demo.sudoers());
			assertThat(demo.verify().out().lines().skip(1)).containsExactly("  - '" + demo.sudoers() + "' is missing");
		}
	}

	@Test
	@Tag("once")
	@Execution(ExecutionMode.CONCURRENT)
	void applicationThatIsAClassPathIsInstalledToo() throws Exception {
		try (InstalledDemo demo = new InstalledDemo(null)) {
			Path jar = RunningDemo.Layout.EXTRACTED.copy(Path.of(System.getProperty("demo.jar")),
					demo.directory().resolve("extracted"));
			List<String> words = new ArrayList<>(
					List.of(RunningDemo.java(), "-cp", jar.toString(), "io.privsep.install.InstallCommand", "install",
							"--app-user", demo.user(), "--prefix", demo.prefix().toString(), "--"));
			words.addAll(demo.arguments());
			InstalledDemo.run(words).requireSuccess();
			demo.verify().requireSuccess();
			assertThat(demo.release().resolve("app")).isDirectoryContaining("glob:**/000-demo-app*.jar");
		}
	}

	@Test
	@Tag("once")
	@Execution(ExecutionMode.CONCURRENT)
	void verifyFindsEachKindOfTampering() throws Exception {
		try (InstalledDemo demo = new InstalledDemo(null)) {
			demo.install().requireSuccess();
			Path whole = demo.directory().resolve("whole");
			copy(demo.prefix(), whole);
			for (Tampering tampering : Tampering.values()) {
				tampering.apply(demo);
				Result result = demo.verify();
				assertThat(result.exitCode()).as(tampering.name()).isEqualTo(78);
				assertThat(result.out()).as(tampering.name()).contains(tampering.sentence);
				FileSystemUtils.deleteRecursively(demo.prefix());
				copy(whole, demo.prefix());
			}
			demo.verify().requireSuccess();
		}
	}

	private static void copy(Path from, Path to) throws Exception {
		InstalledDemo.run(List.of("cp", "-a", from.toString(), to.toString())).requireSuccess();
	}

	/**
	 * What someone, or an accident, may have done to an installation.
	 */
	enum Tampering {

		CODE_CHANGED("/app/lib/jspecify-1.0.1.jar' has been changed since it was installed") {

			@Override
			void apply(InstalledDemo demo) throws Exception {
				Path jar = demo.release().resolve("app/lib/jspecify-1.0.1.jar");
				Files.writeString(jar, "x", StandardOpenOption.APPEND);
			}

		},
		CODE_REPLACED_BY_LINK(".jar' is a symbolic link, which was not installed") {

			@Override
			void apply(InstalledDemo demo) throws Exception {
				Path jar = demo.jar().toRealPath();
				Path moved = Files.move(jar, demo.directory().resolve("moved.jar"));
				Files.createSymbolicLink(jar, moved);
			}

		},
		OWNER_CHANGED("/bin/motd' belongs to user ") {

			@Override
			void apply(InstalledDemo demo) throws Exception {
				Files.setOwner(demo.wrapper(DemoContext.MOTD),
						demo.directory()
							.getFileSystem()
							.getUserPrincipalLookupService()
							.lookupPrincipalByName(demo.user()));
			}

		},
		DIRECTORY_WRITABLE_BY_GROUP("/app/lib' has mode 0775, expected 0755") {

			@Override
			void apply(InstalledDemo demo) throws Exception {
				Files.setPosixFilePermissions(demo.release().resolve("app/lib"),
						PosixFilePermissions.fromString("rwxrwxr-x"));
			}

		},
		SETTINGS_READABLE_BY_ALL("/contexts/motd.properties' has mode 0644, expected 0640") {

			@Override
			void apply(InstalledDemo demo) throws Exception {
				Files.setPosixFilePermissions(demo.release().resolve("contexts/motd.properties"),
						PosixFilePermissions.fromString("rw-r--r--"));
			}

		},
		RIGHTS_WIDENED("/contexts/ports.properties' has been changed since it was installed") {

			@Override
			void apply(InstalledDemo demo) throws Exception {
				Path file = demo.release().resolve("contexts/ports.properties");
				Files.writeString(file, Files.readString(file).replace("capabilities=400", "capabilities=402"));
			}

		},
		FILE_ADDED("/app/lib/evil.jar' does not belong to the installation") {

			@Override
			void apply(InstalledDemo demo) throws Exception {
				Files.copy(demo.release().resolve("app/lib/jspecify-1.0.1.jar"),
						demo.release().resolve("app/lib/evil.jar"));
			}

		},
		WRAPPER_MISSING("/bin/nobody' is missing") {

			@Override
			void apply(InstalledDemo demo) throws Exception {
				Files.delete(demo.wrapper(DemoContext.NOBODY).toRealPath());
			}

		},
		SUDO_ALLOWS_ARGUMENTS("' has been changed since it was installed") {

			@Override
			void apply(InstalledDemo demo) throws Exception {
				Files.writeString(demo.sudoers(), Files.readString(demo.sudoers()).replace(" \"\"", ""));
			}

		},
		SUDO_FILE_READABLE_BY_ALL("' has mode 0444, expected 0440") {

			@Override
			void apply(InstalledDemo demo) throws Exception {
				Files.setPosixFilePermissions(demo.sudoers(), PosixFilePermissions.fromString("r--r--r--"));
			}

		},
		DIRECTORY_OF_SUDO_WRITABLE_BY_ALL("/etc/sudoers.d' has mode 777") {

			@Override
			void apply(InstalledDemo demo) throws Exception {
				Files.setAttribute(demo.sudoers().getParent(), "unix:mode", 0777);
			}

		},
		LINK_TO_ANOTHER_RELEASE("which is not a release of this application") {

			@Override
			void apply(InstalledDemo demo) throws Exception {
				Path copy = Files.createDirectory(demo.directory().resolve("copy"));
				Files.delete(demo.base().resolve("current"));
				Files.createSymbolicLink(demo.base().resolve("current"), copy);
			}

		},
		RECORD_REWRITTEN("/installation.json' is not a valid record of an installation") {

			@Override
			void apply(InstalledDemo demo) throws Exception {
				Files.writeString(demo.release().resolve("installation.json"), "{}x");
			}

		},
		DIRECTORY_ABOVE_GIVEN_AWAY("' belongs to user 61399, who could change it, and so ") {

			@Override
			void apply(InstalledDemo demo) throws Exception {
				Files.setAttribute(demo.prefix().resolve("usr"), "unix:uid", 61399);
			}

		},
		USER_IS_ANOTHER(", expected 61397") {

			@Override
			void apply(InstalledDemo demo) throws Exception {
				// the record, as the user database is not the test's
				Path file = demo.release().resolve("installation.json");
				String json = Files.readString(file);
				Files.writeString(file, json.replaceFirst("\"appUid\" : \\d+", "\"appUid\" : 61397"));
			}

		};

		private final String sentence;

		Tampering(String sentence) {
			this.sentence = sentence;
		}

		abstract void apply(InstalledDemo demo) throws Exception;

	}

	private static Map<String, String> contents(Path directory) throws IOException {
		Map<String, String> contents = new TreeMap<>();
		try (Stream<Path> paths = Files.walk(directory)) {
			for (Path path : paths.toList()) {
				String content = Files.isSymbolicLink(path) ? Files.readSymbolicLink(path).toString()
						: Files.isRegularFile(path) ? Long.toString(Files.size(path)) : "";
				contents.put(path.toString(),
						Files.readAttributes(path, RIGHTS, LinkOption.NOFOLLOW_LINKS) + " " + content);
			}
		}
		return contents;
	}

}
