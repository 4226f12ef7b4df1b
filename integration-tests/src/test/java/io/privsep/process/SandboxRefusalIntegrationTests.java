package io.privsep.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.privsep.command.JavaCommand;
import io.privsep.definition.AuditPlace;
import io.privsep.definition.HelperDefinition;
import io.privsep.definition.HelperDefinition.Confinement;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.definition.Sandbox;
import io.privsep.launch.DirectLauncher;
import io.privsep.sandbox.SandboxPaths;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A helper that does not find the sandbox that it should be in does not serve.
 */
class SandboxRefusalIntegrationTests {

	private static final int USER = 61378;

	private static final Rights RIGHTS = RealHelper.rights(USER);

	@RegisterExtension
	static final CodeCopy code = new CodeCopy();

	private static Path directory;

	private static Path written;

	private static Sandbox sandbox;

	@BeforeAll
	static void makeCopy() throws IOException {
		directory = code.createDirectory("rwxrwxrwx", USER);
		written = code.createDirectory("rwxrwxrwx", USER);
		sandbox = new Sandbox(false, List.of(directory.toString()), List.of(written.toString()), 1 << 24, false,
				128 << 20, 256, 1 << 24);
	}

	static Stream<Arguments> variants() {
		return Stream.of(variant("with the network", without("--unshare-net"), "helper has the namespace net:["),
				// the build has one
				variant("with the network of a namespace that it was not told of", (words) -> {
					words.remove("--unshare-net");
					words.replaceAll((word) -> word.startsWith("-Dprivsep.outside=")
							? word.replaceFirst("net:\\[[0-9]+]", "net:[1]") : word);
					return words;
				}, "helper has the network interfaces ["),
				variant("with the processes", without("--unshare-pid", "--as-pid-1"), "helper has the namespace pid:["),
				variant("with the host's name", without("--unshare-uts", "--hostname", "sandbox"),
						"helper has the namespace uts:["),
				variant("with shared memory", without("--unshare-ipc"), "helper has the namespace ipc:["),
				variant("with the control groups", without("--unshare-cgroup"), "helper has the namespace cgroup:["),
				variant("with a directory of the host", before("--remount-ro", "--ro-bind", "/etc", "/etc"),
						"helper has '/etc', which is not its own"),
				variant("with a file that it could write", before("--remount-ro", "--bind", "/etc/hostname", "/x"),
						"helper has '/x', which it could write to"),
				variant("with what it reads to write",
						(words) -> replace(words, "--ro-bind", "--bind", directory.toString()),
						"helper has '" + "DIRECTORY" + "', which it could write to"),
				variant("with something else as what it reads",
						(words) -> replace(words, directory.toString(), "/var", directory.toString()),
						"helper has something else as 'DIRECTORY' than it was given"),
				variant("with something else as what it writes",
						(words) -> replace(words, written.toString(), directory.toString(), written.toString()),
						"helper has something else as 'WRITTEN' than it was given"),
				variant("not told of what it reads", (words) -> {
					words.replaceAll((word) -> word.startsWith("-Dprivsep.sources=") ? "-Dprivsep.sources=" : word);
					return words;
				}, "helper has received 0 paths, expected 2"), variant("with a root to write", (words) -> {
					int at = words.indexOf("--remount-ro");
					words.subList(at, at + 2).clear();
					return words;
				}, "helper has '/', which it could write to"),
				variant("with a capability", before("--remount-ro", "--cap-add", "CAP_CHOWN"),
						"capabilities [chown] (effective), expected []"),
				variant("with more memory",
						(words) -> replace(words, "--data=201326592:201326592", "--data=201326593:201326593", ""),
						"'Max data size' 201326593 201326593, expected 201326592 201326592"),
				variant("with more addresses", more("as"), "'Max address space' "),
				variant("with larger files", more("fsize"),
						"'Max file size' 16777217 16777217, expected 16777216 16777216"),
				variant("with a larger stack", more("stack"),
						"'Max stack size' 8388609 8388609, expected 8388608 8388608"),
				variant("with more files", (words) -> replace(words, "--nofile=256:256", "--nofile=257:257", ""),
						"'Max open files' 257 257, expected 256 256"),
				variant("not told what is outside", (words) -> {
					words.removeIf((word) -> word.startsWith("-Dprivsep.outside="));
					return words;
				}, "helper was not started in its sandbox"), variant("told too little of what is outside", (words) -> {
					words.replaceAll(
							(word) -> word.startsWith("-Dprivsep.outside=") ? "-Dprivsep.outside=user:[1]" : word);
					return words;
				}, "helper has not received the namespace 'net' of the process that started it"));
	}

	private static Arguments variant(String name, UnaryOperator<List<String>> change, String sentence) {
		return Arguments.of(name, change, sentence);
	}

	private static UnaryOperator<List<String>> without(String... removed) {
		return (words) -> {
			for (String word : removed) {
				assertThat(words.remove(word)).as(word).isTrue();
			}
			return words;
		};
	}

	private static UnaryOperator<List<String>> more(String limit) {
		return (words) -> {
			words.replaceAll((word) -> {
				if (!word.startsWith("--" + limit + "=")) {
					return word;
				}
				long more = Long.parseLong(word.substring(word.indexOf(':') + 1)) + 1;
				return "--" + limit + "=" + more + ":" + more;
			});
			return words;
		};
	}

	private static UnaryOperator<List<String>> before(String where, String... more) {
		return (words) -> {
			words.addAll(words.indexOf(where), List.of(more));
			return words;
		};
	}

	private static List<String> replace(List<String> words, String old, String next, String following) {
		for (int i = 0; i < words.size(); i++) {
			if (words.get(i).equals(old) && (following.isEmpty() || words.get(i + 1).equals(following))) {
				words.set(i, next);
			}
		}
		return words;
	}

	private static List<String> words() throws IOException {
		return DirectLauncher
			.chain(code.java(), RIGHTS, new Confinement(0, false, sandbox), new SandboxPaths().resolve(sandbox), 0)
			.command();
	}

	private static HelperDefinition definition(Sandbox sandbox) {
		HelperDefinition definition = RealHelper.definition(RIGHTS, 0);
		return new HelperDefinition(definition.context(), new HelperDefinition.Code(definition.code().beans(), null),
				RIGHTS, (sandbox != null) ? 0 : -1,
				new HelperDefinition.Calls(definition.calls().maxConcurrency(), definition.calls().maxMessageSize(),
						250_000),
				new HelperDefinition.Logging("INFO", new AuditPlace.Off()),
				new HelperDefinition.Confinement(4096, sandbox != null, sandbox), null);
	}

	@Test
	void helperServesWhenItsSandboxIsAsItShouldBe() throws IOException {
		try (RealHelper helper = RealHelper.launch(words(), Path.of("/"), definition(sandbox))) {
			assertThat(helper.awaitReady()).isNotNull();
		}
	}

	@Test
	void helperServesWhenAJarAddsADirectory() throws IOException {
		Path added = code.createDirectory("rwxr-xr-x", 0);
		Path jar = Path.of(code.createFile("", "rw-r--r--", 0) + ".jar");
		Manifest manifest = new Manifest();
		manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
		manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, added.getFileName() + "/");
		new JarOutputStream(Files.newOutputStream(jar), manifest).close();
		Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("rw-r--r--"));
		List<Path> classPath = new ArrayList<>(code.classPath());
		classPath.add(jar);
		JavaCommand java = new JavaCommand(code.java().java(), classPath, false, 64 << 20, List.of());
		List<String> words = DirectLauncher
			.chain(java, RIGHTS, new Confinement(0, false, sandbox), new SandboxPaths().resolve(sandbox), 0)
			.command();
		assertThat(words).contains(added.toString());
		try (RealHelper helper = RealHelper.launch(words, Path.of("/"), definition(sandbox))) {
			assertThat(helper.awaitReady()).isNotNull();
		}
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("variants")
	void helperRefuses(String name, UnaryOperator<List<String>> change, String sentence) throws IOException {
		List<String> changed = change.apply(new ArrayList<>(words()));
		assertThat(changed).as(name).isNotEqualTo(words());
		try (RealHelper helper = RealHelper.launch(changed, Path.of("/"), definition(sandbox))) {
			assertRefuses(helper,
					sentence.replace("DIRECTORY", directory.toString()).replace("WRITTEN", written.toString()));
		}
	}

	@Test
	void helperRefusesToBeConfinedToNothingAtAll() throws IOException {
		try (RealHelper helper = RealHelper.launch(RealHelper.words(code, RIGHTS), Path.of("/"), definition(sandbox))) {
			assertRefuses(helper, "helper was not started in its sandbox");
		}
	}

	@Test
	void helperRefusesASandboxThatItShouldNotHave() throws IOException {
		try (RealHelper helper = RealHelper.launch(words(), Path.of("/"), definition(null))) {
			assertRefuses(helper, "helper was started in a sandbox that it should not have");
		}
	}

	private static void assertRefuses(RealHelper helper, String sentence) {
		assertThat(helper.awaitReady()).as("is ready").isNull();
		RealHelper.End end = helper.awaitEnd();
		assertThat(end.stderr()).contains(sentence).contains("refusing to serve");
		assertThat(end.exitCode()).isEqualTo(78);
	}

}
