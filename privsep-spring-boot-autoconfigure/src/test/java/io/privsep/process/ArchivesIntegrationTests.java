package io.privsep.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.privsep.PrivsepFunction;
import io.privsep.launch.ArchiveFile;
import io.privsep.launch.HelperDefinition;
import io.privsep.launch.HelperDefinition.Rights;
import io.privsep.value.ValueCodec;
import io.privsep.wire.FrameReader;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.Reply;
import io.privsep.wire.Request;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Archives} with real helpers: which archive a helper maps, and that none
 * keeps it from starting or has it run other code than that of its jars.
 */
@Tag("full")
final class ArchivesIntegrationTests {

	private static final int USER = 61265;

	private static final int OTHER_USER = 61266;

	private static final int MAX_FRAME = 1 << 16;

	private static final String CLASS_PATH = System.getProperty("java.class.path");

	@RegisterExtension
	static final CodeCopy code = new CodeCopy();

	private static List<Path> jars;

	/** Made once: it does not depend on the place. */
	private static Path made;

	private Path directory;

	private boolean withRights = true;

	@BeforeAll
	static void makeJarsAndArchive() throws Exception {
		jars = jars();
		setClassPath(jars);
		made = makeArchive(code.createDirectory("rwxr-xr-x", 0), true);
	}

	@BeforeEach
	void useJars() throws IOException {
		this.directory = code.createDirectory("rwxr-xr-x", 0);
		setClassPath(jars);
	}

	@AfterEach
	void restoreClassPath() {
		System.setProperty("java.class.path", CLASS_PATH);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void archiveIsMadeAndTheNextHelperMapsIt(boolean rights) throws Exception {
		this.withRights = rights;
		assertThat(mapped()).isEmpty();
		Path archive = makeArchive(this.directory, rights);
		assertThat(Files.readAttributes(archive, "unix:uid,mode")).containsEntry("uid", 0)
			.containsEntry("mode", 0100644);
		assertThat(mapped()).containsExactly(archive.toString());
		try (Stream<Path> files = Files.list(this.directory)) {
			assertThat(files).containsExactlyInAnyOrder(archive, this.directory.resolve(".lock"));
		}
	}

	@Test
	void archiveIsNotMadeAgain() throws Exception {
		Path archive = copyArchive();
		String stamp = ArchiveKey.stamp(archive);
		try (Archives archives = new Archives(true, this.directory)) {
			start(archives).close();
			archives.makeMissing();
			archives.awaitMade();
		}
		assertThat(ArchiveKey.stamp(archive)).isEqualTo(stamp);
	}

	@Test
	void archiveThatWasNotUsedForLongIsRemovedWhenAnotherIsMade() throws Exception {
		Path old = Files.createFile(this.directory.resolve("0".repeat(64) + "-00000000.jsa"));
		Files.setLastModifiedTime(old, FileTime.fromMillis(System.currentTimeMillis() - 31L * 24 * 60 * 60 * 1000));
		makeArchive(this.directory, true);
		assertThat(old).doesNotExist();
	}

	@ParameterizedTest
	@EnumSource(Damage.class)
	void archiveThatIsDamagedIsNotMappedAndHelperStarts(Damage damage) throws Exception {
		Path archive = copyArchive();
		Files.write(archive, damage.done(Files.readAllBytes(archive)));
		assertThat(mapped()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(names = { "EMPTY", "NO_ARCHIVE", "OF_ANOTHER_JVM" })
	void archiveThatThisJvmHasNotMadeIsNotMappedAndHelperStarts(Damage damage) throws Exception {
		Path archive = copyArchive();
		String name = archive.getFileName().toString().replaceFirst("-.*", "");
		Files.write(archive, damage.done(Files.readAllBytes(archive)));
		// with the right checksum, so that it is left to the JVM
		Path whole = ArchiveFile.bringIntoPlace(archive, name);
		assertThat(ArchiveFile.isWhole(whole)).isTrue();
		assertThat(mapped()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void disallowArchiveThatOthersCouldChange(boolean rights) throws Exception {
		this.withRights = rights;
		Path archive = copyArchive();
		setMode(archive, "rw-rw-r--");
		assertThat(mapped()).isEmpty();
		setMode(archive, "rw-r--r--");
		assertThat(mapped()).isNotEmpty();
		Files.setAttribute(archive, "unix:uid", OTHER_USER);
		assertThat(mapped()).isEmpty();
		Files.setAttribute(archive, "unix:uid", 0);
		setMode(this.directory, "rwxrwxrwx");
		assertThat(mapped()).isEmpty();
		Files.setAttribute(this.directory, "unix:mode", 01777);
		assertThat(mapped()).isEmpty();
		setMode(this.directory, "rwxr-xr-x");
		Files.setAttribute(this.directory, "unix:uid", OTHER_USER);
		assertThat(mapped()).isEmpty();
		Files.setAttribute(this.directory, "unix:uid", 0);
		assertThat(mapped()).isNotEmpty();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void disallowArchiveBelowAnotherUsersDirectory(boolean rights) throws Exception {
		this.withRights = rights;
		Path above = code.createDirectory("rwxr-xr-x", 0);
		this.directory = Files.createDirectory(above.resolve("cache"));
		setMode(this.directory, "rwxr-xr-x");
		copyArchive();
		Files.setAttribute(above, "unix:uid", OTHER_USER);
		assertThat(mapped()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void disallowArchiveThatIsALink(boolean rights) throws Exception {
		this.withRights = rights;
		Path archive = copyArchive();
		Path elsewhere = Files.move(archive, code.createDirectory("rwxr-xr-x", 0).resolve("archive"));
		Files.createSymbolicLink(archive, elsewhere);
		assertThat(mapped()).isEmpty();
	}

	@Test
	void archiveOfAUserIsNotUsedByHelperWithRights() throws Exception {
		this.withRights = false;
		Path archive = copyArchive();
		Files.setAttribute(archive, "unix:uid", USER);
		Files.setAttribute(this.directory, "unix:uid", USER);
		this.withRights = true;
		assertThat(mapped()).isEmpty();
	}

	@Test
	void archiveThatTheHelperCannotReadIsNotUsed() throws Exception {
		copyArchive();
		setMode(this.directory, "rwx------");
		assertThat(mapped()).isEmpty();
		this.withRights = false;
		assertThat(mapped()).isNotEmpty();
	}

	@Test
	void archiveIsNotMadeWhereOthersCouldChangeIt() throws Exception {
		setMode(this.directory, "rwxrwxrwx");
		try (Archives archives = new Archives(true, this.directory)) {
			start(archives).close();
			archives.makeMissing();
			archives.awaitMade();
		}
		assertThat(this.directory).isEmptyDirectory();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void jarThatIsReplacedByOneOfTheSameSizeAndTimeIsNeverShadowed(boolean inPlace) throws Exception {
		Path copy = code.createDirectory("rwxr-xr-x", 0);
		List<Path> copies = new ArrayList<>();
		for (Path jar : jars) {
			copies.add(Files.copy(jar, copy.resolve(jar.getFileName()), StandardCopyOption.COPY_ATTRIBUTES));
		}
		setClassPath(copies);
		makeArchive(this.directory, true);
		assertThat(mapped()).isNotEmpty();
		assertThat(version()).isEqualTo("version-1");
		Path jar = copies.stream().filter((each) -> each.toString().contains("test-classes")).findFirst().orElseThrow();
		Map<String, Object> before = Files.readAttributes(jar, "size,lastModifiedTime");
		Path fresh = Files.copy(jar, copy.resolve("fresh"));
		replace(fresh, "version-1", "version-2");
		if (inPlace) {
			Files.write(jar, Files.readAllBytes(fresh));
		}
		else {
			Files.move(fresh, jar, StandardCopyOption.REPLACE_EXISTING);
		}
		setMode(jar, "rw-r--r--");
		Files.setLastModifiedTime(jar, (FileTime) before.get("lastModifiedTime"));
		assertThat(Files.readAttributes(jar, "size,lastModifiedTime")).isEqualTo(before);
		assertThat(version()).isEqualTo("version-2");
		assertThat(mapped()).isEmpty();
	}

	@Test
	void archiveIsNotUsedWithAnotherClassPath() throws Exception {
		copyArchive();
		assertThat(mapped()).isNotEmpty();
		Path jar = Files.copy(jars.get(0), code.createDirectory("rwxr-xr-x", 0).resolve("another.jar"));
		setMode(jar, "rw-r--r--");
		List<Path> more = new ArrayList<>(jars);
		more.add(jar);
		setClassPath(more);
		assertThat(mapped()).isEmpty();
	}

	@Test
	void fullDiskLeavesNoArchiveAndHelpersStart() throws Exception {
		Assumptions.assumeTrue(
				run("mount", "-t", "tmpfs", "-o", "size=256k,mode=755", "privsep-test", this.directory.toString()) == 0,
				"no file system can be mounted here");
		try (Archives archives = new Archives(true, this.directory)) {
			start(archives).close();
			archives.makeMissing();
			archives.awaitMade();
			try (Stream<Path> files = Files.list(this.directory)) {
				// which says that it was tried
				assertThat(files).containsExactly(this.directory.resolve(".lock"));
			}
			try (Started helper = start(archives)) {
				assertThat(helper.version()).startsWith("version-");
			}
		}
		finally {
			assertThat(run("umount", this.directory.toString())).isZero();
		}
	}

	private static int run(String... words) throws IOException, InterruptedException {
		return new ProcessBuilder(words).inheritIO().start().waitFor();
	}

	@Test
	void archiveIsNotUsedWithOtherOptionsOfTheJvm() throws Exception {
		copyArchive();
		try (Archives archives = new Archives(true, this.directory);
				Started helper = start(archives, true, List.of("-Xss512k"))) {
			assertThat(helper.mapped(this.directory)).isEmpty();
		}
	}

	@Test
	void archiveIsNeitherMadeNorUsedWhereThatIsSwitchedOff() throws Exception {
		try (Archives archives = new Archives(false, this.directory)) {
			start(archives).close();
			archives.makeMissing();
			archives.awaitMade();
		}
		assertThat(this.directory).isEmptyDirectory();
		copyArchive();
		try (Started helper = start(new Archives(false, this.directory))) {
			assertThat(helper.mapped(this.directory)).isEmpty();
		}
	}

	private Path copyArchive() throws IOException {
		return Files.copy(made, this.directory.resolve(made.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
	}

	private static Path makeArchive(Path directory, boolean rights) throws Exception {
		try (Archives archives = new Archives(true, directory)) {
			start(archives, rights, List.of()).close();
			archives.makeMissing();
			Instant oldest = Instant.now().minus(Duration.ofDays(1));
			for (int i = 0; i < 600; i++) {
				try (Stream<Path> files = Files.list(directory)) {
					for (Path file : files.filter((each) -> each.toString().endsWith(".jsa")).toList()) {
						if (Files.getLastModifiedTime(file).toInstant().isAfter(oldest)) {
							return file;
						}
					}
				}
				Thread.sleep(100);
			}
		}
		throw new AssertionError("No archive was made");
	}

	private List<String> mapped() throws Exception {
		try (Archives archives = new Archives(true, this.directory); Started helper = start(archives)) {
			assertThat(helper.version()).startsWith("version-");
			return helper.mapped(this.directory);
		}
	}

	private String version() throws Exception {
		try (Archives archives = new Archives(true, this.directory); Started helper = start(archives)) {
			return helper.version();
		}
	}

	private Started start(Archives archives) throws IOException {
		return start(archives, this.withRights, List.of());
	}

	private static Started start(Archives archives, boolean withRights, List<String> options) throws IOException {
		Rights rights = withRights ? RealHelper.rights(USER) : null;
		HelperProcess process = new DirectLauncher(64 << 20, options, new EarlyHelpers(), archives, List.of())
			.launch(new HelperDefinition("versions", List.of(Versions.class.getName()), rights, 0, 2, 4096, "INFO",
					HelperDefinition.NO_AUDIT, null, withRights, false, null, null));
		FrameReader reader = new FrameReader(process.connection(), MAX_FRAME);
		try {
			return new Started(process, reader,
					(Reply.Ready) Reply.read(Objects.requireNonNull(reader.next(), "ended")));
		}
		catch (IOException | RuntimeException ex) {
			throw new AssertionError("Ended with " + process.end() + " " + process.lastWords(), ex);
		}
	}

	// All of the class path as jars, whose entries are not compressed.
	private static List<Path> jars() throws IOException {
		Path directory = code.createDirectory("rwxr-xr-x", 0);
		List<Path> all = new ArrayList<>();
		for (Path entry : code.classPath()) {
			if (Files.isRegularFile(entry)) {
				all.add(entry);
				continue;
			}
			Path jar = directory.resolve(entry.getFileName() + ".jar");
			Map<String, byte[]> entries = new TreeMap<>();
			try (Stream<Path> files = Files.walk(entry)) {
				for (Path file : files.filter(Files::isRegularFile).toList()) {
					entries.put(entry.relativize(file).toString(), Files.readAllBytes(file));
				}
			}
			write(jar, entries);
			all.add(jar);
		}
		return all;
	}

	private static void write(Path jar, Map<String, byte[]> entries) throws IOException {
		try (OutputStream out = Files.newOutputStream(jar); ZipOutputStream zip = new ZipOutputStream(out)) {
			zip.setMethod(ZipOutputStream.STORED);
			for (Map.Entry<String, byte[]> each : entries.entrySet()) {
				ZipEntry entry = new ZipEntry(each.getKey());
				CRC32 checksum = new CRC32();
				checksum.update(each.getValue());
				entry.setSize(each.getValue().length);
				entry.setCrc(checksum.getValue());
				zip.putNextEntry(entry);
				zip.write(each.getValue());
			}
		}
		setMode(jar, "rw-r--r--");
	}

	private static void replace(Path jar, String text, String other) throws IOException {
		String content = new String(Files.readAllBytes(jar), StandardCharsets.ISO_8859_1);
		assertThat(content).contains(text);
		Files.write(jar, content.replace(text, other).getBytes(StandardCharsets.ISO_8859_1));
	}

	private static void setClassPath(List<Path> entries) {
		System.setProperty("java.class.path", entries.stream().map(Path::toString).collect(Collectors.joining(":")));
	}

	private static void setMode(Path path, String mode) throws IOException {
		Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
	}

	/**
	 * What may have happened to an archive.
	 */
	enum Damage {

		EMPTY {

			@Override
			byte[] done(byte[] archive) {
				return new byte[0];
			}

		},

		TRUNCATED {

			@Override
			byte[] done(byte[] archive) {
				return Arrays.copyOf(archive, archive.length / 2);
			}

		},

		IN_THE_MIDDLE {

			@Override
			byte[] done(byte[] archive) {
				byte[] damaged = archive.clone();
				for (int i = archive.length / 3; i < archive.length / 2; i++) {
					damaged[i] ^= 0x55;
				}
				return damaged;
			}

		},

		NO_ARCHIVE {

			@Override
			byte[] done(byte[] archive) {
				return "no archive ".repeat(10000).getBytes(StandardCharsets.UTF_8);
			}

		},

		OF_ANOTHER_JVM {

			@Override
			byte[] done(byte[] archive) {
				String text = new String(archive, StandardCharsets.ISO_8859_1);
				String vm = System.getProperty("java.vm.name");
				assertThat(text).contains(vm);
				return text.replaceFirst(vm, "X" + vm.substring(1)).getBytes(StandardCharsets.ISO_8859_1);
			}

		};

		abstract byte[] done(byte[] archive);

	}

	/**
	 * A helper that serves.
	 *
	 * @param process the helper
	 * @param reader reads what it says
	 * @param ready what it said first
	 */
	private record Started(HelperProcess process, FrameReader reader, Reply.Ready ready) implements AutoCloseable {

		@Nullable String version() throws IOException {
			this.process.connection().write(Request.Call.write(new FrameWriter(MAX_FRAME), 1, 0, (out) -> {
			}).toBytes());
			Reply.Returned returned = (Reply.Returned) Reply.read(Objects.requireNonNull(this.reader.next()));
			return (String) ValueCodec.of(String.class).read(returned.result());
		}

		/**
		 * The files of a directory that are mapped into the helper.
		 * @param directory the directory
		 * @return their paths
		 * @throws IOException if the system does not tell
		 */
		List<String> mapped(Path directory) throws IOException {
			return Files.readAllLines(Path.of("/proc", Long.toString(this.ready.pid()), "maps"))
				.stream()
				.filter((line) -> line.contains(directory.toString()))
				.map((line) -> line.substring(line.indexOf('/')))
				.distinct()
				.toList();
		}

		@Override
		public void close() {
			this.process.end();
		}

	}

	static class Versions {

		@PrivsepFunction("versions")
		public String version() {
			return "version-1";
		}

	}

}
