package io.privsep.installation;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.FileSystemUtils;

import io.privsep.demo.DemoContext;
import io.privsep.demo.InstalledDemo;
import io.privsep.demo.InstalledDemo.Result;
import io.privsep.demo.RunningDemo;
import io.privsep.rights.Capability;
import io.privsep.rights.ThreadRights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A wrapper starts no JVM where someone other than root could change what runs in it; and
 * a helper whose wrapper does not give it exactly its rights does not serve.
 */
final class WrapperIntegrationTests {

	private static final String SUDO = "/usr/bin/sudo";

	private static final int CONFIG = 78;

	private static final String JVM_WAS_STARTED = "privsep: fd 0 is not a connected Unix stream socket";

	/** Its helper can read its context file also with another group. */
	private static final DemoContext EDITED = DemoContext.MOTD;

	private static InstalledDemo demo;

	private static Path whole;

	private static Path extracted;

	private static SudoRule rule;

	@BeforeAll
	static void install() throws Exception {
		if (!isRoot()) {
			return;
		}
		demo = new InstalledDemo(null);
		demo.install("--launcher", "command").requireSuccess();
		whole = demo.directory().resolve("whole");
		copy(demo.prefix(), whole);
		extracted = demo.directory().resolve("extracted");
		RunningDemo.Layout.EXTRACTED.copy(Path.of(System.getProperty("demo.jar")), extracted);
		Files.createDirectory(edited().getParent());
		Files.setPosixFilePermissions(edited().getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
		if (Files.isExecutable(Path.of(SUDO))) {
			rule = SudoRule.make(demo, edited());
		}
	}

	@AfterAll
	static void uninstall() throws Exception {
		try {
			if (rule != null) {
				rule.close();
			}
		}
		finally {
			if (demo != null) {
				demo.close();
			}
		}
	}

	@BeforeEach
	void requireRoot() {
		// for each test: what is skipped before all of them is in no report
		assumeTrue(isRoot(), "SKIPPED: only root can install helpers");
	}

	private static boolean isRoot() {
		return "root".equals(System.getProperty("user.name"));
	}

	@ParameterizedTest
	@EnumSource(DemoContext.class)
	void wrapperOfWhatOnlyRootCanChangeStartsTheJvm(DemoContext context) throws Exception {
		requireJvm(demo.wrapper(context));
	}

	@Tag("once")
	@ParameterizedTest
	@EnumSource(Exposure.class)
	void wrapperOfWhatOthersCanChangeStartsNoJvm(Exposure exposure) throws Exception {
		try {
			String sentence = exposure.apply(demo);
			assertThat(runAsRoot(demo.wrapper(DemoContext.MOTD)))
				.isEqualTo(new Result(CONFIG, "", "privsep: " + sentence + "; refusing to start\n"));
		}
		finally {
			FileSystemUtils.deleteRecursively(demo.prefix());
			copy(whole, demo.prefix());
		}
		requireJvm(demo.wrapper(DemoContext.MOTD));
	}

	@Tag("once")
	@Test
	void wrapperOfJvmThatOthersCanChangeStartsNoJvm() throws Exception {
		Path jvm = Files.createDirectory(demo.directory().resolve("jvm"));
		Files.setPosixFilePermissions(jvm, PosixFilePermissions.fromString("rwxr-xr-x"));
		Path file = Files.createFile(jvm.resolve("libjvm.so"));
		edit((text) -> text.replaceFirst("\njvm=.*\n", "\njvm=" + jvm + "\n"));
		requireJvm(edited());
		give(file, demo);
		assertThat(runAsRoot(edited())).isEqualTo(new Result(CONFIG, "",
				"privsep: someone other than root could change '" + file + "'; refusing to start\n"));
	}

	@Tag("once")
	@Test
	void wrapperLooksAtTheJvmThatALinkToItsProgramsLeadsTo() throws Exception {
		Path real = makeJvm(demo.directory().resolve("really-run"));
		Path library = real.resolve("lib/server/libjvm.so");
		editJvm(Files.createSymbolicLink(makeDirectory("named").resolve("bin"), real.resolve("bin")));
		requireJvm(edited());
		give(library, demo);
		assertThat(runAsRoot(edited())).isEqualTo(new Result(CONFIG, "",
				"privsep: someone other than root could change '" + library + "'; refusing to start\n"));
	}

	@Tag("once")
	@Test
	void wrapperRunsNothingThatTheNameOfAJvmSays() throws Exception {
		Path ran = demo.directory().resolve("ran");
		Path program = Files.writeString(demo.directory().resolve("attack"), "#!/bin/sh\necho > " + ran + "\n");
		open(program);
		Path theirs = makeDirectory("named-by-others");
		Path real = makeJvm(Path.of(theirs + "/x\n-exec\n" + program + "\n;\n"));
		Path bin = Files.createSymbolicLink(makeDirectory("of-root").resolve("bin"), real.resolve("bin"));
		editJvm(bin);
		assertThat(runAsRoot(edited())).isEqualTo(new Result(CONFIG, "",
				"privsep: '" + bin + "/java' leads to a name that cannot be looked at; refusing to start\n"));
		assertThat(ran).doesNotExist();
	}

	@Tag("once")
	@ParameterizedTest
	@ValueSource(strings = { "lib", "lib/server", "lib/server/libjvm.so" })
	void wrapperOfAJvmWhoseLibraryLeadsElsewhereStartsNoJvm(String part) throws Exception {
		Path named = makeJvm(demo.directory().resolve("linked-" + part.length()));
		Path other = makeJvm(demo.directory().resolve("elsewhere-" + part.length()));
		editJvm(named.resolve("bin"));
		requireJvm(edited());
		FileSystemUtils.deleteRecursively(named.resolve(part));
		Files.createSymbolicLink(named.resolve(part), other.resolve(part));
		assertThat(runAsRoot(edited())).isEqualTo(new Result(CONFIG, "", "privsep: '" + named
				+ "/lib/server/libjvm.so' leads elsewhere, and it is not known which JVM runs; refusing to start\n"));
	}

	@Tag("once")
	@Test
	void wrapperOfAJvmWhoseLauncherCouldTakeAnotherStartsNoJvm() throws Exception {
		Path named = makeJvm(demo.directory().resolve("other-than-named"));
		editJvm(named.resolve("bin"));
		requireJvm(edited());
		Files.writeString(named.resolve("lib/jvm.cfg"), "-/srv/x/lib/server KNOWN\n");
		requireUnknownJvm("'" + named + "/lib/jvm.cfg' has a path");
		Files.delete(named.resolve("lib/jvm.cfg"));
		requireUnknownJvm("there is no '" + named + "/lib/jvm.cfg'");
		Files.writeString(named.resolve("lib/jvm.cfg"), "-server KNOWN\n");
		Files.delete(named.resolve("lib/server/libjvm.so"));
		requireUnknownJvm("'" + named + "/lib/server/libjvm.so' leads elsewhere");
		Files.delete(named.resolve("lib/libjava.so"));
		requireUnknownJvm("there is no '" + named + "/lib/libjava.so'");
		Files.move(named.resolve("bin"), named.resolve("tools"));
		editJvm(named.resolve("tools"));
		assertThat(runAsRoot(edited())).isEqualTo(new Result(CONFIG, "",
				"privsep: '" + named + "/tools/java' leads to no directory 'bin' of a JVM; refusing to start\n"));
	}

	private static void requireUnknownJvm(String sentence) throws Exception {
		assertThat(runAsRoot(edited())).isEqualTo(new Result(CONFIG, "",
				"privsep: " + sentence + ", and it is not known which JVM runs; refusing to start\n"));
	}

	@Tag("once")
	@Test
	void wrapperOfAScriptStartsNoJvm() throws Exception {
		Path named = makeJvm(demo.directory().resolve("script"));
		editJvm(named.resolve("bin"));
		requireJvm(edited());
		Files.writeString(named.resolve("bin/java"), "#!/bin/sh\nexec java\n");
		assertThat(runAsRoot(edited())).isEqualTo(new Result(CONFIG, "", "privsep: '" + named
				+ "/bin/java' is a script, and it is not known which JVM runs; refusing to start\n"));
	}

	private static void editJvm(Path bin) throws IOException {
		edit((text) -> text.replaceFirst("\njava=.*\n", "\njava=" + bin.resolve("java") + "\n")
			.replaceFirst("\njvm=.*\n", "\njvm=" + bin.getParent() + "\n"));
	}

	// Which is looked at; another one runs.
	private static Path makeJvm(Path home) throws IOException {
		Files.createDirectories(home.resolve("bin"));
		Files.createDirectories(home.resolve("lib/server"));
		Files.createFile(home.resolve("lib/server/libjvm.so"));
		Files.createFile(home.resolve("lib/libjava.so"));
		Files.writeString(home.resolve("lib/jvm.cfg"), "# of this/JVM\n-server KNOWN\n");
		Files.copy(Path.of(RunningDemo.java()), home.resolve("bin/java"));
		try (Stream<Path> made = Files.walk(home)) {
			made.forEach(WrapperIntegrationTests::open);
		}
		for (Path above = home; !above.equals(demo.directory()); above = above.getParent()) {
			open(above);
		}
		return home;
	}

	private static Path makeDirectory(String name) throws IOException {
		Path directory = Files.createDirectory(demo.directory().resolve(name));
		open(directory);
		return directory;
	}

	@Tag("once")
	@Test
	void wrapperLooksAtTheDirectoriesOfLibraries() throws Exception {
		Path libraries = makeDirectory("libraries");
		edit((text) -> text.replaceFirst("\nlibraries='[^']*'\n", "\nlibraries='" + libraries + "\n/usr/lib'\n"));
		requireJvm(edited());
		give(libraries, demo);
		assertThat(runAsRoot(edited())).isEqualTo(new Result(CONFIG, "",
				"privsep: someone other than root could change what is in '" + libraries + "'; refusing to start\n"));
	}

	@Tag("once")
	@Test
	void linkOfTheJvmThroughOneOfTheApplicationStartsNoJvm() throws Exception {
		Path jvm = Files.createDirectory(demo.directory().resolve("linked"));
		Path theirs = Files.createDirectory(demo.directory().resolve("theirs"));
		for (Path made : List.of(jvm, theirs)) {
			Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
		}
		Path target = Files.createFile(demo.directory().resolve("target"));
		Path between = Files.createSymbolicLink(theirs.resolve("between"), target);
		Files.createSymbolicLink(jvm.resolve("libjvm.so"), Path.of("../theirs/between"));
		edit((text) -> text.replaceFirst("\njvm=.*\n", "\njvm=" + jvm + "\n"));
		requireJvm(edited());
		give(between, demo);
		give(theirs, demo);
		assertThat(runAsRoot(edited())).isEqualTo(new Result(CONFIG, "",
				"privsep: someone other than root could change what is in '" + theirs + "'; refusing to start\n"));
	}

	@Tag("once")
	@Test
	void pathOfTheSandboxThatTheApplicationCouldExchangeStartsNoJvm() throws Exception {
		Path between = Files.createDirectory(demo.directory().resolve("with documents"));
		Path inbox = Files.createDirectory(between.resolve("inbox"));
		Files.setPosixFilePermissions(between, PosixFilePermissions.fromString("rwxr-xr-x"));
		give(inbox, demo);
		edit((text) -> text.replace("\npaths=''\n", "\npaths='" + inbox + "\n/etc'\n"));
		requireJvm(edited());
		Result refused = new Result(CONFIG, "", "privsep: someone other than root could put something else in the"
				+ " place of '" + inbox + "'; refusing to start\n");
		Files.setAttribute(between, "unix:uid", EDITED.user());
		requireJvm(edited());
		give(between, demo);
		assertThat(runAsRoot(edited())).isEqualTo(refused);
		Files.setAttribute(between, "unix:uid", 0);
		Files.setAttribute(between, "unix:mode", 01777);
		assertThat(runAsRoot(edited())).isEqualTo(refused);
		// to put a link there once it was looked at
		Result missing = new Result(CONFIG, "",
				"privsep: '" + inbox + "' is not where it was installed; refusing to start\n");
		give(between, demo);
		Files.move(inbox, between.resolve("other"));
		assertThat(runAsRoot(edited())).isEqualTo(missing);
		Files.createSymbolicLink(inbox, Path.of("/etc"));
		assertThat(runAsRoot(edited())).isEqualTo(missing);
	}

	@Tag("once")
	@Test
	void pathOfTheSandboxThatTheApplicationCouldExchangeIsNotInstalled() throws Exception {
		Path between = Files.createDirectory(demo.directory().resolve("documents"));
		Path inbox = Files.createDirectory(between.resolve("inbox"));
		List<String> arguments = new ArrayList<>(demo.arguments());
		arguments.add("--privsep.contexts.nobody.sandbox.enabled=true");
		arguments.add("--privsep.contexts.nobody.sandbox.read=" + inbox);
		List<String> options = List.of("--app-user", demo.user(), "--dry-run");
		demo.command("install", options, arguments).requireSuccess();
		give(between, demo);
		assertThat(demo.command("install", options, arguments).err())
			.contains("someone other than root could put something else in its place, in '" + between + "'");
	}

	@Test
	@Tag("once")
	void pathThatLooksLikeThePlaceholdersOfTheWrapperStaysAPath() throws Exception {
		assumeTrue(Files.isExecutable(Path.of("/usr/bin/bwrap")), "SKIPPED: bubblewrap is not installed");
		try (InstalledDemo other = new InstalledDemo(null).fromExtractedJars()) {
			Path read = Files.createDirectory(other.directory().resolve("@words@ @release@"));
			Files.setPosixFilePermissions(read, PosixFilePermissions.fromString("rwxr-xr-x"));
			List<String> arguments = new ArrayList<>(other.arguments());
			arguments.add("--privsep.contexts.nobody.sandbox.enabled=true");
			arguments.add("--privsep.contexts.nobody.sandbox.read=" + read);
			other
				.command("install", List.of("--app-user", other.user(), "--launcher", "command", "--context", "nobody"),
						arguments)
				.requireSuccess();
			assertThat(other.wrapper(DemoContext.NOBODY)).content().contains("\npaths='" + read + "'\n");
			requireJvm(other.wrapper(DemoContext.NOBODY));
		}
	}

	@Tag("full")
	@Test
	void linksOfRootToThePrefixAndTheJvmAreFollowed() throws Exception {
		try (InstalledDemo other = new InstalledDemo(null)) {
			Path real = Files.createDirectory(other.directory().resolve("real"));
			Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rwxr-xr-x"));
			Path chain = Files.createSymbolicLink(other.directory().resolve("chain"), Path.of("real"));
			Files.createSymbolicLink(other.prefix(), chain);
			Path jvm = Files.createSymbolicLink(other.directory().resolve("link2"),
					Path.of(System.getProperty("java.home")));
			Path link = Files.createSymbolicLink(other.directory().resolve("link"), jvm);
			other.install("--launcher", "command", "--java", link.resolve("bin/java").toString()).requireSuccess();
			other.verify().requireSuccess();
			assertThat(other.release()).startsWith(real);
			requireJvm(other.wrapper(DemoContext.PORTS));
			assumeTrue(rule != null, "SKIPPED: sudo is not installed");
			try (SudoRule itsRule = SudoRule.make(other, other.wrapper(DemoContext.PORTS));
					HostileApplication application = HostileApplication.run(other,
							List.of(SUDO, "-n", other.wrapper(DemoContext.PORTS).toString()))) {
				assertThat(itsRule).isNotNull();
				SudoIntegrationTests.requireConfined(application, DemoContext.PORTS);
				assertThat(application.isServed()).isTrue();
			}
			other.uninstall().requireSuccess();
			assertThat(real).isEmptyDirectory();
		}
	}

	@Tag("full")
	@Test
	void linkOfRootToAJvmIsFollowedAtEachStart() throws Exception {
		try (InstalledDemo other = new InstalledDemo(null).fromExtractedJars()) {
			Path link = Files.createSymbolicLink(other.directory().resolve("jdk"),
					Path.of(System.getProperty("java.home")));
			other.install("--launcher", "command", "--java", link.resolve("bin/java").toString()).requireSuccess();
			requireJvm(other.wrapper(DemoContext.PORTS));
			Path next = Files.createDirectory(other.directory().resolve("jdk-next"));
			copy(Path.of(System.getProperty("java.home")).toRealPath().resolve("bin"), next.resolve("bin"));
			copy(Path.of(System.getProperty("java.home")).toRealPath().resolve("lib"), next.resolve("lib"));
			open(next);
			Files.delete(next.resolve("lib/modules"));
			Files.delete(link);
			Files.createSymbolicLink(link, Path.of("jdk-next"));
			Result failed = runAsRoot(other.wrapper(DemoContext.MOTD));
			assertThat(failed.out() + failed.err()).contains("Failed setting boot class path");
			other.verify().requireSuccess();
			Files.setAttribute(next, "unix:uid", other.uid());
			assertThat(runAsRoot(other.wrapper(DemoContext.MOTD)).err())
				.contains("someone other than root could change '");
			Files.delete(link);
			assertThat(runAsRoot(other.wrapper(DemoContext.MOTD))).isEqualTo(new Result(CONFIG, "",
					"privsep: there is no JVM in '" + link + "' any more, as after an update; install again, if need be"
							+ " with '--java <program>'; refusing to start\n"));
			assertThat(other.verify().out()).contains("'" + link + "/bin/java', which runs the helpers, is missing");
		}
	}

	private static void open(Path path) {
		try {
			Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Tag("once")
	@Test
	void linkOfRootInPathOfPrefixThatDoesNotExistIsFollowed() throws Exception {
		try (InstalledDemo other = new InstalledDemo(null).fromExtractedJars()) {
			Path real = Files.createDirectory(other.directory().resolve("real"));
			Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rwxr-xr-x"));
			Path link = Files.createSymbolicLink(other.prefix(), real);
			InstalledDemo demo = new InstalledDemo(link.resolve("absent")).fromExtractedJars();
			try (demo) {
				demo.install("--launcher", "command").requireSuccess();
				requireJvm(demo.wrapper(DemoContext.PORTS));
				demo.verify().requireSuccess();
				demo.uninstall().requireSuccess();
				assertThat(real).isEmptyDirectory();
			}
		}
	}

	@Tag("once")
	@ParameterizedTest
	@ValueSource(strings = { "usr", "usr/lib" })
	void linkBelowThePrefixIsRefused(String below) throws Exception {
		try (InstalledDemo other = new InstalledDemo(null).fromExtractedJars()) {
			Path real = Files.createDirectory(other.directory().resolve("real"));
			Path link = other.prefix().resolve(below);
			Files.createDirectories(link.getParent());
			Files.createSymbolicLink(link, real);
			Result result = other.install("--launcher", "command");
			assertThat(result.exitCode()).isEqualTo(64);
			assertThat(result.err()).contains("by a link; name the place itself with '--prefix'");
			assertThat(real).isEmptyDirectory();
		}
	}

	static Stream<Arguments> disallowClassPathThatLeadsOutsideOfTheApplication() throws Exception {
		return Stream.of(Arguments.of(demo.directory() + "/evil.jar", demo.directory() + "/evil.jar"),
				Arguments.of("../../x.jar", "/x.jar"),
				// the JDK takes the scheme in any case, and without a slash after it
				Arguments.of("FILE:" + demo.directory() + "/evil.jar", demo.directory() + "/evil.jar"),
				Arguments.of("file:../../x.jar", "/x.jar"));
	}

	@Tag("once")
	@ParameterizedTest
	@MethodSource
	void disallowClassPathThatLeadsOutsideOfTheApplication(String classPath, String added) throws Exception {
		Path evil = Files.copy(extracted.resolve("lib/jspecify-1.0.1.jar"), demo.directory().resolve("evil.jar"));
		try {
			give(evil, demo);
			Result result = installWith("more.jar", classPath);
			assertThat(result.exitCode()).as(result.err()).isEqualTo(65);
			assertThat(result.err()).containsPattern("The manifest or index of '\\d+-more.jar' adds '[^']*\\Q" + added
					+ "\\E' to the class path, which is not a part of the application");
			assertThat(demo.directory().resolve("other")).doesNotExist();
		}
		finally {
			Files.delete(evil);
		}
	}

	static Stream<Arguments> helperOfWrapperThatGivesOtherRightsDoesNotServe() {
		return Stream.of(edit("without --bounding-set", without("--bounding-set="), "(bounding), expected"),
				edit("more in --bounding-set", more("--bounding-set="), "(bounding), expected [dac_override]"),
				edit("without --inh-caps", without("--inh-caps="), "(inheritable), expected [dac_override]"),
				edit("more in --inh-caps", more("--inh-caps=", "--bounding-set="),
						"(inheritable), expected [dac_override]"),
				edit("without --ambient-caps", without("--ambient-caps="), "(effective), expected [dac_override]"),
				edit("more in --ambient-caps", more("--ambient-caps=", "--inh-caps=", "--bounding-set="),
						"(ambient), expected [dac_override]"),
				edit("without --no-new-privs", without("--no-new-privs"), "no_new_privs 0, expected 1"),
				edit("without --reuid", without("--reuid="),
						"user ids (real, effective, saved, file system) [0, 0, 0, 0], expected"),
				edit("without --regid", without("--regid="),
						"group ids (real, effective, saved, file system) [0, 0, 0, 0], expected"),
				edit("another --regid", replace("--regid=" + EDITED.user(), "--regid=61299"),
						"[61299, 61299, 61299, 61299], expected"),
				edit("--keep-groups", replace("--clear-groups", "--keep-groups"), "groups [0], expected []"),
				edit("another --groups", replace("--clear-groups", "--groups=61298"), "groups [61298], expected []"),
				edit("without umask", "umask 022", without("umask 077"), "umask 0022, expected 0077"),
				edit("another umask", replace("umask 077", "umask 027"), "umask 0027, expected 0077"),
				edit("without timer slack", "echo 20000000 > /proc/self/timerslack_ns",
						replace("|| echo 50000 > /proc/self/timerslack_ns", "|| :"),
						"timer slack 20000000 ns, expected at most 50000"),
				edit("another --fsize", replace("--fsize=unlimited", "--fsize=100000000:100000000"),
						"limits (soft, hard) of 'Max file size' 100000000 100000000, expected unlimited unlimited"),
				edit("without --fsize", "ulimit -f 1000", without("--fsize="),
						"limits (soft, hard) of 'Max file size'"),
				edit("without --nofile", "ulimit -n 512", without("--nofile="),
						"limits (soft, hard) of 'Max open files' 512 512, expected 4096 4096"),
				edit("without env -i", without("-i"), "environment variables ["));
	}

	@Tag("once")
	@ParameterizedTest(name = "{0}")
	@MethodSource
	void helperOfWrapperThatGivesOtherRightsDoesNotServe(String name, String caller, UnaryOperator<String> edit,
			String sentence) throws Exception {
		edit(edit);
		try (HostileApplication application = runEdited(caller)) {
			assertThat(application.firstLine()).as(name)
				.startsWith("ENDED exit code 78 ")
				.contains(sentence)
				.contains("Context 'motd': helper has ")
				.contains("refusing to serve");
		}
	}

	@Test
	void helperThatMayNotReadItsContextFileSaysSo() throws Exception {
		Files.writeString(edited(), without("--regid=").apply(Files.readString(demo.wrapper(DemoContext.PORTS))));
		Files.setPosixFilePermissions(edited(), PosixFilePermissions.fromString("rwxr-xr-x"));
		try (HostileApplication application = runEdited(":")) {
			assertThat(application.firstLine()).startsWith("ENDED exit code 78 [privsep: ")
				.contains("contexts/ports.properties'")
				.doesNotContain("Exception");
		}
	}

	@Test
	void helperWhoseContextFileHasAWrongValueDoesNotServe() throws Exception {
		Path written = demo.release().toRealPath().resolve("contexts/motd.properties");
		Path other = Files.copy(written, edited().resolveSibling("motd.properties"), StandardCopyOption.COPY_ATTRIBUTES,
				StandardCopyOption.REPLACE_EXISTING);
		Files.writeString(other, Files.readString(written).replace("seccomp=true", "seccomp=yes"));
		edit(replace(written.toString(), other.toString()));
		try (HostileApplication application = runEdited(":")) {
			assertThat(application.firstLine()).startsWith("ENDED exit code 78 [privsep: '" + other + "': ")
				.contains("'seccomp' must be 'true' or 'false', not 'yes'; refusing to serve");
		}
	}

	@Test
	void helperOfWrapperThatAllowsCoreFilesDoesNotServe() throws Exception {
		edit(replace("--core=0:0", "--core=0:1"));
		try (HostileApplication application = runEdited(":")) {
			if (ThreadRights.ofThisProcess().bounding().contains(Capability.SYS_RESOURCE)) {
				assertThat(application.firstLine()).startsWith("ENDED exit code 78 ")
					.contains("limits (soft, hard) of 'Max core file size' 0 1, expected 0 0");
			}
			else {
				// sudo has taken them, and without that capability root cannot allow them
				assertThat(application.firstLine()).startsWith("ENDED exit code 1 ")
					.contains("prlimit: failed to set the CORE resource limit");
			}
		}
	}

	@Test
	void helperOfWrapperWithoutClearGroupsDoesNotServe() throws Exception {
		edit(without("--clear-groups"));
		try (HostileApplication application = runEdited(":")) {
			// of setpriv(1)
			assertThat(application.firstLine()).startsWith("ENDED exit code 1 ").contains("--clear-groups");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { ":", "umask 0; ulimit -c 0" })
	void helperOfWrapperThatIsCopiedUnchangedServes(String caller) throws Exception {
		// so that it is the change above that is refused
		edit((text) -> text + "\n");
		try (HostileApplication application = runEdited(caller)) {
			SudoIntegrationTests.requireConfined(application, EDITED);
			assertThat(application.isServed()).isTrue();
		}
	}

	private static Arguments edit(String name, UnaryOperator<String> edit, String sentence) {
		return edit(name, ":", edit, sentence);
	}

	private static Arguments edit(String name, String caller, UnaryOperator<String> edit, String sentence) {
		return Arguments.of(name, caller, edit, sentence);
	}

	private static UnaryOperator<String> without(String start) {
		return (text) -> text.lines()
			.filter((line) -> !line.strip().startsWith(start))
			.reduce("", (before, line) -> before + line + "\n");
	}

	// As documented: no program that every system has gives a helper another one. What
	// runs here in the place of the JVM has all that the helper would have.
	@Test
	void sessionKeyringOfTheCallerPassesThroughSudo() throws Exception {
		assumeTrue(rule != null, "SKIPPED: sudo is not installed");
		assumeTrue(Files.isExecutable(Path.of("/usr/bin/perl")), "SKIPPED: perl is not installed");
		boolean isX86 = System.getProperty("os.arch").equals("amd64");
		int keyctl = isX86 ? 250 : 219;
		String variables = "my ($type, $name, $value) = (qq(user), qq(privsep-planted), qq(seen));";
		// KEYCTL_JOIN_SESSION_KEYRING, KEY_SPEC_SESSION_KEYRING
		String plant = variables + """
				syscall(%d, 1, 0) != -1 or die qq($!);
				syscall(%d, $type, $name, $value, 4, -3) != -1 or die qq($!);
				exec qw(%s -n %s);
				""".formatted(keyctl, isX86 ? 248 : 217, SUDO, edited());
		// KEYCTL_SEARCH, KEYCTL_READ
		String find = variables
				+ " $value = qq(none); my $key = syscall(%1$d, 10, -3, $type, $name, 0);".formatted(keyctl)
				+ " syscall(%d, 11, $key, $value, 4); print qq($> $value\\n);".formatted(keyctl);
		edit((text) -> text.replaceFirst("(?s)\n\t\\S+/bin/java .*",
				Matcher.quoteReplacement("\n\t/usr/bin/perl -e '" + find + "'\n")));
		assertThat(InstalledDemo.run(List.of("/usr/bin/setpriv", "--reuid=" + demo.user(), "--regid=" + demo.user(),
				"--clear-groups", "--", "/usr/bin/perl", "-e", plant)))
			.isEqualTo(new Result(0, EDITED.user() + " seen\n", ""));
	}

	private static UnaryOperator<String> more(String... options) {
		return (text) -> {
			String changed = text;
			for (String option : options) {
				changed = changed.replace(option + "-all,+dac_override", option + "-all,+dac_override,+chown");
			}
			return changed;
		};
	}

	private static UnaryOperator<String> replace(String word, String replacement) {
		return (text) -> text.replace(word, replacement);
	}

	private static void edit(UnaryOperator<String> edit) throws IOException {
		String before = Files.readString(demo.wrapper(EDITED));
		String after = edit.apply(before);
		assertThat(after).isNotEqualTo(before);
		Files.writeString(edited(), after);
		Files.setPosixFilePermissions(edited(), PosixFilePermissions.fromString("rwxr-xr-x"));
	}

	private static Path edited() {
		return demo.directory().resolve("edited/motd");
	}

	private static HostileApplication runEdited(String caller) throws Exception {
		assumeTrue(rule != null, "SKIPPED: sudo is not installed");
		return HostileApplication.run(demo, List.of("/bin/sh", "-c", caller + "; exec " + SUDO + " -n " + edited()));
	}

	private static Result runAsRoot(Path wrapper) throws Exception {
		return InstalledDemo.run(List.of("/bin/sh", "-c", "exec \"$1\" < /dev/null", "sh", wrapper.toString()));
	}

	private static void requireJvm(Path wrapper) throws Exception {
		assertThat(runAsRoot(wrapper)).isEqualTo(new Result(CONFIG, "", JVM_WAS_STARTED + "\n"));
	}

	// Installs the application as a class path, with one more jar.
	private static Result installWith(String jar, String classPath) throws Exception {
		Path directory = Files.createDirectories(demo.directory().resolve("more/jars"));
		Path more = directory.resolve(jar);
		Manifest manifest = new Manifest();
		manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
		manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath);
		try (OutputStream out = Files.newOutputStream(more)) {
			new JarOutputStream(out, manifest).close();
		}
		Path application = extracted.resolve(Path.of(System.getProperty("demo.jar")).getFileName());
		List<String> words = new ArrayList<>(List.of(RunningDemo.java(), "-XX:-UsePerfData", "-XX:TieredStopAtLevel=1",
				"-XX:+UseSerialGC", "-cp", application + ":" + more, "io.privsep.install.InstallCommand", "install",
				"--main-class", InstalledDemo.MAIN_CLASS, "--app-user", demo.user(), "--launcher", "command",
				"--prefix", demo.directory().resolve("other").toString(), "--"));
		words.addAll(demo.arguments());
		return InstalledDemo.run(words);
	}

	private static void copy(Path from, Path to) throws Exception {
		InstalledDemo.run(List.of("cp", "-a", from.toString(), to.toString())).requireSuccess();
	}

	private static void give(Path path, InstalledDemo demo) throws Exception {
		Files.setAttribute(path, "unix:uid", demo.uid(), LinkOption.NOFOLLOW_LINKS);
	}

	/**
	 * How the application could change what its helpers run.
	 */
	enum Exposure {

		JAR_OF_THE_APPLICATION {

			@Override
			String apply(InstalledDemo demo) throws Exception {
				give(jar(demo), demo);
				return file(jar(demo));
			}

		},
		MAIN_JAR_OF_THE_APPLICATION {

			@Override
			String apply(InstalledDemo demo) throws Exception {
				give(demo.jar(), demo);
				return file(demo.jar().toRealPath());
			}

		},
		DIRECTORY_OF_JARS_OF_THE_APPLICATION {

			@Override
			String apply(InstalledDemo demo) throws Exception {
				give(demo.release().resolve("app/lib"), demo);
				return file(demo.release().resolve("app/lib"));
			}

		},
		RELEASE_OF_THE_APPLICATION {

			@Override
			String apply(InstalledDemo demo) throws Exception {
				give(demo.release(), demo);
				return file(demo.release());
			}

		},
		DIRECTORY_ABOVE_OF_THE_APPLICATION {

			@Override
			String apply(InstalledDemo demo) throws Exception {
				give(demo.prefix().resolve("usr/lib"), demo);
				return above(demo.prefix().resolve("usr/lib"));
			}

		},
		DIRECTORY_ABOVE_WRITABLE_BY_GROUP {

			@Override
			String apply(InstalledDemo demo) throws Exception {
				Files.setAttribute(demo.base(), "unix:mode", 0775);
				return above(demo.base());
			}

		},
		STICKY_DIRECTORY_ABOVE_WRITABLE_BY_ALL {

			@Override
			String apply(InstalledDemo demo) throws Exception {
				Files.setAttribute(demo.prefix().resolve("usr"), "unix:mode", 01777);
				return above(demo.prefix().resolve("usr"));
			}

		},
		FILE_WRITABLE_BY_GROUP {

			@Override
			String apply(InstalledDemo demo) throws Exception {
				Files.setAttribute(jar(demo), "unix:mode", 0664);
				return file(jar(demo));
			}

		},
		FILE_WRITABLE_BY_ALL {

			@Override
			String apply(InstalledDemo demo) throws Exception {
				Files.setAttribute(jar(demo), "unix:mode", 0646);
				return file(jar(demo));
			}

		},
		DIRECTORY_WRITABLE_BY_GROUP {

			@Override
			String apply(InstalledDemo demo) throws Exception {
				Files.setAttribute(demo.release().resolve("app"), "unix:mode", 0775);
				return file(demo.release().resolve("app"));
			}

		},
		FILE_WITH_ACCESS_CONTROL_LIST {

			@Override
			String apply(InstalledDemo demo) throws Exception {
				allow(demo, jar(demo));
				return file(jar(demo));
			}

		},
		DIRECTORY_ABOVE_WITH_ACCESS_CONTROL_LIST {

			@Override
			String apply(InstalledDemo demo) throws Exception {
				allow(demo, demo.base());
				return above(demo.base());
			}

		},
		LINK_TO_FILE_OF_THE_APPLICATION {

			@Override
			String apply(InstalledDemo demo) throws Exception {
				Path target = Files.createFile(directory(demo).resolve("target.jar"));
				give(target, demo);
				return file(link(demo, target));
			}

		},
		LINK_TO_FILE_IN_DIRECTORY_OF_THE_APPLICATION {

			@Override
			String apply(InstalledDemo demo) throws Exception {
				Path target = Files.createFile(directory(demo).resolve("target.jar"));
				give(target.getParent(), demo);
				return isLink(link(demo, target));
			}

		},
		LINK_TO_NOTHING_IN_DIRECTORY_OF_THE_APPLICATION {

			@Override
			String apply(InstalledDemo demo) throws Exception {
				Path directory = directory(demo);
				give(directory, demo);
				return isLink(link(demo, directory.resolve("target.jar")));
			}

		},
		LINK_TO_FILE_BELOW_DIRECTORY_OF_THE_APPLICATION {

			@Override
			String apply(InstalledDemo demo) throws Exception {
				Path between = Files.createDirectory(directory(demo).resolve("between"));
				Path target = Files.createFile(between.resolve("target.jar"));
				give(directory(demo), demo);
				return isLink(link(demo, target));
			}

		},
		LINK_THROUGH_LINK_OF_THE_APPLICATION {

			@Override
			String apply(InstalledDemo demo) throws Exception {
				Path target = Files.createSymbolicLink(directory(demo).resolve("target.jar"), jar(demo));
				give(target, demo);
				give(directory(demo), demo);
				return isLink(link(demo, target));
			}

		},
		LINK_THROUGH_DIRECTORY_LINK_OF_THE_APPLICATION {

			@Override
			String apply(InstalledDemo demo) throws Exception {
				Path between = Files.createSymbolicLink(directory(demo).resolve("between"), jar(demo).getParent());
				give(between, demo);
				give(directory(demo), demo);
				return isLink(link(demo, between.resolve(jar(demo).getFileName())));
			}

		},
		CONTEXT_FILE_OF_THE_APPLICATION {

			@Override
			String apply(InstalledDemo demo) throws Exception {
				Path file = demo.release().resolve("contexts/motd.properties");
				give(file, demo);
				return file(file);
			}

		},
		FILE_OF_THE_APPLICATION_ADDED {

			@Override
			String apply(InstalledDemo demo) throws Exception {
				Path file = Files.copy(jar(demo), demo.release().resolve("app/lib/added.jar"));
				give(file, demo);
				return file(file);
			}

		},
		WRAPPER_OF_THE_APPLICATION {

			@Override
			String apply(InstalledDemo demo) throws Exception {
				give(demo.wrapper(DemoContext.NOBODY), demo);
				return file(demo.release().resolve("bin/nobody"));
			}

		};

		/**
		 * Exposes something.
		 * @param demo the installation
		 * @return what the wrapper has to say
		 * @throws Exception if it cannot be done
		 */
		abstract String apply(InstalledDemo demo) throws Exception;

		private static String file(Path path) {
			return "someone other than root could change '" + path + "'";
		}

		private static String isLink(Path path) {
			return "'" + path + "' is a link, which was not installed";
		}

		private static String above(Path path) {
			return "someone other than root could change what is in '" + path + "'";
		}

		private static Path jar(InstalledDemo demo) throws IOException {
			return demo.release().resolve("app/lib/jspecify-1.0.1.jar");
		}

		// Outside of the release, and of root until it is given away.
		private static Path directory(InstalledDemo demo) throws IOException {
			Path directory = demo.prefix().resolve("elsewhere");
			if (!Files.exists(directory)) {
				Files.createDirectory(directory);
				Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
			}
			return directory;
		}

		private static Path link(InstalledDemo demo, Path target) throws IOException {
			return Files.createSymbolicLink(demo.release().resolve("app/lib/link.jar"), target);
		}

		private static void allow(InstalledDemo demo, Path path) throws Exception {
			assumeTrue(Files.isExecutable(Path.of("/usr/bin/setfacl")), "SKIPPED: setfacl is not installed");
			Result result = InstalledDemo
				.run(List.of("/usr/bin/setfacl", "-m", "u:" + demo.user() + ":rwx", path.toString()));
			assumeTrue(result.exitCode() == 0, "SKIPPED: the file system has no access control lists");
		}

	}

}
