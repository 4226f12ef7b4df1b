package io.privsep.launch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.privsep.command.JavaCommand;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.definition.JarClassPath;
import io.privsep.rights.Capabilities;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests for {@link UnpackedJar}.
 */
class UnpackedJarTests {

	private static final String LAUNCHER = "org.springframework.boot.loader.launch.JarLauncher";

	@TempDir
	private Path directory;

	private Path place;

	private Path jar;

	@BeforeEach
	void setUp() throws IOException {
		Files.setPosixFilePermissions(this.directory, PosixFilePermissions.fromString("rwxr-xr-x"));
		this.place = Files.createDirectory(this.directory.resolve("place"));
		this.jar = this.directory.resolve("app.jar");
		Manifest manifest = new Manifest();
		manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
		manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, LAUNCHER);
		manifest.getMainAttributes().putValue("Implementation-Version", "4.2");
		try (OutputStream file = Files.newOutputStream(this.jar);
				JarOutputStream out = new JarOutputStream(file, manifest)) {
			add(out, "org/springframework/boot/loader/launch/JarLauncher.class", "no library");
			add(out, "BOOT-INF/classes/", "");
			add(out, "BOOT-INF/classes/which", "the application's");
			add(out, "BOOT-INF/classes/META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n");
			add(out, "BOOT-INF/lib/z & 50%.jar", library("first"));
			add(out, "BOOT-INF/lib/a.jar", library("second"));
		}
		Files.setPosixFilePermissions(this.jar, PosixFilePermissions.fromString("rw-r--r--"));
	}

	@Test
	void helperRunsFromACopyInTheOrderOfTheJar() throws IOException {
		UnpackedJar unpacked = new UnpackedJar(List.of(this.directory.resolve("missing"), this.place));
		JavaCommand java = unpacked.use(command(), null, false);
		Path copy = java.classPath().get(0);
		assertThat(java.executableJar()).isFalse();
		assertThat(java.command("-")).containsSequence("-cp", copy.toString(), "io.privsep.helper.Main", "-");
		assertThat(JarClassPath.all(java.classPath()).stream().map((path) -> path.getFileName().toString()))
			.containsExactly("app.jar", "z & 50%.jar", "a.jar");
		try (URLClassLoader loader = new URLClassLoader(new URL[] { copy.toUri().toURL() }, null)) {
			assertThat(Collections.list(loader.getResources("which")).stream().map(UnpackedJarTests::text))
				.containsExactly("the application's", "first", "second");
			assertThat(loader.getResource("org/springframework/boot/loader/launch/JarLauncher.class")).isNull();
		}
		try (JarFile file = new JarFile(copy.toFile())) {
			assertThat(file.getManifest().getMainAttributes())
				.containsEntry(Attributes.Name.IMPLEMENTATION_VERSION, "4.2")
				.doesNotContainKey(Attributes.Name.MAIN_CLASS);
		}
		unpacked.delete();
	}

	@Test
	void jarIsUnpackedOnceAndAgainWhereSomeoneHasTidiedUp() throws IOException {
		UnpackedJar unpacked = new UnpackedJar(List.of(this.place));
		Path copy = unpacked.use(command(), null, false).classPath().get(0);
		assertThat(unpacked.use(command(), null, false).classPath()).containsExactly(copy);
		Files.delete(copy.resolveSibling("lib").resolve("a.jar"));
		Path again = unpacked.use(command(), null, false).classPath().get(0);
		assertThat(again).isNotEqualTo(copy).exists();
		assertThat(copies()).containsExactly(again.getParent());
		unpacked.delete();
		assertThat(copies()).isEmpty();
	}

	@Test
	void nobodyReadsTheCopyWhoCannotReadTheJar() throws IOException {
		UnpackedJar unpacked = new UnpackedJar(List.of(this.place));
		Path copy = unpacked.use(command(), other(), false).classPath().get(0);
		assertThat(Files.getAttribute(copy.getParent(), "unix:mode")).isEqualTo(040755);
		assertThat(Files.getAttribute(copy, "unix:mode")).isEqualTo(0101444);
		// so that nobody else can lock it
		assertThat(Files.getAttribute(copy.resolveSibling("lock"), "unix:mode")).isEqualTo(0100600);
		unpacked.delete();
		Files.setPosixFilePermissions(this.jar, PosixFilePermissions.fromString("rw-r-----"));
		unpacked = new UnpackedJar(List.of(this.place));
		Path own = unpacked.use(command(), null, false).classPath().get(0);
		assertThat(Files.getAttribute(own.getParent(), "unix:mode")).isEqualTo(040700);
		assertThat(unpacked.use(command(), other(), false).classPath()).containsExactly(this.jar);
		unpacked.delete();
	}

	@Test
	void processThatMayDropRootKeepsNoFileOfTheCopyOpenThatItMayWrite() throws IOException {
		assumeTrue(Files.isDirectory(Path.of("/proc/self/fdinfo")), "SKIPPED: not Linux");
		UnpackedJar unpacked = new UnpackedJar(List.of(this.place));
		Path copy = unpacked.use(command(), null, false).classPath().get(0).getParent();
		List<String> flags = new ArrayList<>();
		try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
			for (Path descriptor : descriptors) {
				if (Files.isSymbolicLink(descriptor) && Files.readSymbolicLink(descriptor).startsWith(copy)) {
					flags
						.add(Files.readAllLines(Path.of("/proc/self/fdinfo").resolve(descriptor.getFileName())).get(1));
				}
			}
		}
		// its lock: open(2) for reading alone
		assertThat(flags).singleElement().asString().matches("flags:\\s+[0-7]*0");
		unpacked.delete();
	}

	@Test
	void helperWhoseCodeIsCheckedNeverRunsFromWhereOthersMayWrite() throws IOException {
		Files.setAttribute(this.place, "unix:mode", 01777);
		UnpackedJar unpacked = new UnpackedJar(List.of(this.place));
		assertThat(unpacked.use(command(), null, true).classPath()).containsExactly(this.jar);
		assertThat(unpacked.use(command(), null, false).executableJar()).isFalse();
		unpacked.delete();
	}

	@Test
	void helperRunsFromTheJarWhereOthersCouldExchangeTheCopy() throws IOException {
		Files.setAttribute(this.place, "unix:mode", 0777);
		assertThat(new UnpackedJar(List.of(this.place)).use(command(), null, false).classPath())
			.containsExactly(this.jar);
		assertThat(copies()).isEmpty();
	}

	@Test
	void copyOfAProcessThatWasKilledIsDeletedAtTheNextStartAndNoOther() throws Exception {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:-UsePerfData", "-cp", System.getProperty("java.class.path"), Unpacking.class.getName(),
				this.place.toString(), this.jar.toString())
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		try {
			Path copy = Path.of(process.inputReader().readLine());
			UnpackedJar unpacked = new UnpackedJar(List.of(this.place));
			Path own = unpacked.use(command(), null, false).classPath().get(0);
			assertThat(copies()).containsExactlyInAnyOrder(copy.getParent(), own.getParent());
			unpacked.delete();
			process.destroyForcibly().waitFor();
			assertThat(copies()).containsExactly(copy.getParent());
			own = unpacked.use(command(), null, false).classPath().get(0);
			assertThat(copies()).containsExactly(own.getParent());
			unpacked.delete();
		}
		finally {
			process.destroyForcibly().waitFor();
		}
	}

	private List<Path> copies() throws IOException {
		try (Stream<Path> paths = Files.list(this.place)) {
			return paths.toList();
		}
	}

	private JavaCommand command() {
		return command(this.jar);
	}

	private static JavaCommand command(Path jar) {
		return new JavaCommand(Path.of("/bin/java"), List.of(jar), true, 1 << 20, List.of());
	}

	// a user and a group that nothing belongs to
	private static Rights other() {
		return new Rights(62199, 62199, List.of(), Capabilities.NONE);
	}

	private static String text(URL url) {
		try {
			return new String(url.openStream().readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	private static void add(JarOutputStream out, String name, String content) throws IOException {
		add(out, name, content.getBytes(StandardCharsets.UTF_8));
	}

	private static void add(JarOutputStream out, String name, byte[] content) throws IOException {
		ZipEntry entry = new JarEntry(name);
		CRC32 crc = new CRC32();
		crc.update(content);
		entry.setMethod(ZipEntry.STORED);
		entry.setSize(content.length);
		entry.setCrc(crc.getValue());
		out.putNextEntry(entry);
		out.write(content);
	}

	private static byte[] library(String which) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (JarOutputStream out = new JarOutputStream(bytes)) {
			add(out, "which", which);
		}
		return bytes.toByteArray();
	}

	/** Another application. */
	static final class Unpacking {

		private Unpacking() {
		}

		public static void main(String[] args) throws IOException {
			Path copy = new UnpackedJar(List.of(Path.of(args[0]))).use(command(Path.of(args[1])), null, false)
				.classPath()
				.get(0);
			System.out.println(copy);
			System.in.read();
		}

	}

}
