package io.privsep.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Archives of classes: those that an installation makes, and those that an application
 * makes which gives up root.
 */
@Tag("full")
final class ArchiveIntegrationTests {

	@BeforeAll
	static void requireRoot() {
		assumeTrue("root".equals(System.getProperty("user.name")),
				"SKIPPED: only root can start helpers as other users");
		assumeTrue(Files.isExecutable(Path.of("/usr/bin/sudo")), "SKIPPED: sudo is not installed");
	}

	@Test
	void installedArchiveIsRootsAndMappedByHelperThroughSudoAndVerifyFindsItsChange() throws Exception {
		try (InstalledDemo demo = new InstalledDemo(Path.of("/"))) {
			demo.useArchives();
			assertThat(demo.install().requireSuccess().out()).doesNotContain("without an archive");
			for (DemoContext context : DemoContext.values()) {
				assertThat(Files.readAttributes(archive(demo, context), "unix:uid,gid,mode")).containsEntry("uid", 0)
					.containsEntry("gid", 0)
					.containsEntry("mode", 0100644);
			}
			try (Stream<Path> files = Files.list(demo.release().resolve("archives"))) {
				assertThat(files).hasSize(DemoContext.values().length);
			}
			demo.verify().requireSuccess();
			Path archive = archive(demo, DemoContext.MOTD);
			assertThat(mappedBySudo(demo)).containsExactly(archive.toString());
			byte[] content = Files.readAllBytes(archive);
			content[content.length / 2] ^= 1;
			Files.write(archive, content);
			assertThat(demo.verify().out()).contains("'" + archive + "' has been changed since it was installed");
			// a JVM would believe it
			assertThat(mappedBySudo(demo)).isEmpty();
			Files.write(archive, Arrays.copyOf(content, content.length / 2));
			assertThat(mappedBySudo(demo)).isEmpty();
			Files.delete(archive);
			assertThat(mappedBySudo(demo)).isEmpty();
			assertThat(demo.verify().out()).contains("'" + archive + "' is missing");
		}
	}

	@Test
	void dryRunPrintsTheArchivesAndInstallingAgainChangesNothing() throws Exception {
		try (InstalledDemo demo = new InstalledDemo(null)) {
			demo.useArchives();
			String planned = demo.install("--dry-run").requireSuccess().out();
			demo.install().requireSuccess();
			for (DemoContext context : DemoContext.values()) {
				assertThat(planned).contains("0644 root:root " + archive(demo, context));
			}
			assertThat(demo.install().requireSuccess().out()).contains("nothing has changed");
			demo.uninstall().requireSuccess();
			assertThat(demo.base()).doesNotExist();
		}
	}

	@Test
	void archiveIsMadeByRootAlsoAfterTheApplicationHasGivenItUpAndTheNextStartMapsIt() throws Exception {
		try (RunningDemo first = RunningDemo.startWithArchives()) {
			Path directory = first.archives();
			// and that of the documents
			int contexts = DemoContext.values().length + 1;
			for (int i = 0; i < 600 && archives(directory).size() < contexts; i++) {
				Thread.sleep(100);
			}
			assertThat(archives(directory)).hasSize(contexts);
			for (Path archive : archives(directory)) {
				assertThat(Files.readAttributes(archive, "unix:uid,mode")).containsEntry("uid", 0)
					.containsEntry("mode", 0100644);
			}
			assertThat(mapped(helper(first, DemoContext.MOTD), directory)).isEmpty();
			try (RunningDemo second = first.startAgain()) {
				for (DemoContext context : DemoContext.values()) {
					assertThat(mapped(helper(second, context), directory)).hasSize(1);
				}
			}
		}
	}

	private static Path helper(RunningDemo demo, DemoContext context) throws Exception {
		return Path.of("/proc", Long.toString(DemoIntegrationTests.helpers(demo).get(context)));
	}

	private static Path archive(InstalledDemo demo, DemoContext context) throws Exception {
		return demo.release().resolve("archives").resolve(context.id() + ".jsa");
	}

	private static List<Path> archives(Path directory) throws Exception {
		if (!Files.isDirectory(directory)) {
			return List.of();
		}
		try (Stream<Path> files = Files.list(directory)) {
			return files.filter((file) -> file.toString().endsWith(".jsa")).toList();
		}
	}

	private static List<String> mappedBySudo(InstalledDemo demo) throws Exception {
		try (HostileApplication application = HostileApplication.run(demo,
				List.of("/usr/bin/sudo", "-n", demo.wrapper(DemoContext.MOTD).toString()))) {
			assertThat(application.isServed()).isTrue();
			return mapped(application.proc(), demo.base());
		}
	}

	private static List<String> mapped(Path process, Path directory) throws Exception {
		return Files.readAllLines(process.resolve("maps"))
			.stream()
			.filter((line) -> line.contains(directory.toString()) && line.endsWith(".jsa"))
			.map((line) -> line.substring(line.indexOf('/')))
			.distinct()
			.toList();
	}

}
