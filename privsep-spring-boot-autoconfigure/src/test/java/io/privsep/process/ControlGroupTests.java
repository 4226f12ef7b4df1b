package io.privsep.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.privsep.launch.Sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests for {@link ControlGroup}, with directories and files that are like control
 * groups.
 */
@ExtendWith(OutputCaptureExtension.class)
class ControlGroupTests {

	private static final Sandbox SANDBOX = new Sandbox(false, List.of(), List.of(), 16 << 20, false, 128 << 20, 256,
			16 << 20);

	@TempDir
	private Path mount;

	private Path delegated;

	private Path own;

	@BeforeEach
	void makeGroups() throws IOException {
		this.delegated = Files.createDirectories(this.mount.resolve("system.slice/orders.service"));
		this.own = Files.createDirectory(this.delegated.resolve("application"));
		delegate(this.delegated, "1");
		Files.writeString(this.delegated.resolve("cgroup.procs"), "");
		Files.writeString(this.delegated.resolve("cgroup.subtree_control"), "pids memory\n");
	}

	private static void delegate(Path group, String value) throws IOException {
		try {
			Files.getFileAttributeView(group, UserDefinedFileAttributeView.class)
				.write("delegate", ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
		}
		catch (FileSystemException ex) {
			assumeTrue(false, "SKIPPED: the file system of '" + group + "' has no attributes of users");
		}
	}

	private @Nullable ControlGroup find(String group, String root) throws IOException {
		Path process = Files.createDirectories(this.mount.resolve("process"));
		Files.writeString(process.resolve("cgroup"), "8:pids:/\n0::" + group + "\n");
		Files.writeString(process.resolve("mountinfo"), "22 1 0:15 / / rw - ext4 /dev/vda rw\n28 22 0:24 " + root + " "
				+ this.mount + " rw,nosuid shared:5 - cgroup2 cgroup2 rw\n");
		return ControlGroup.find(process);
	}

	@Test
	void findWhenTheGroupAroundTheApplicationsIsDelegatedFindsIt() throws IOException {
		assertThat(find("/system.slice/orders.service/application", "/")).hasToString(this.delegated.toString());
	}

	@Test
	void findWhenAPartOfTheHierarchyIsMountedFindsItBelow() throws IOException {
		assertThat(find("/machine/system.slice/orders.service/application", "/machine"))
			.hasToString(this.delegated.toString());
	}

	@Test
	void findWhenControllersAreNotEnabledEnablesThem() throws IOException {
		Files.writeString(this.delegated.resolve("cgroup.subtree_control"), "\n");
		assertThat(find("/system.slice/orders.service/application", "/")).isNotNull();
		assertThat(this.delegated.resolve("cgroup.subtree_control")).hasContent("+memory +pids");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/", "/system.slice", "/../application" })
	void findWhenTheApplicationIsElsewhereFindsNone(String group) throws IOException {
		assertThat(find(group, "/")).isNull();
	}

	@Test
	void findWhenTheHierarchyIsNotMountedFindsNone() throws IOException {
		assertThat(find("/system.slice/orders.service/application", "/other")).isNull();
	}

	@Test
	void findWhenSystemdHasNotDelegatedTheGroupFindsNone() throws IOException {
		delegate(this.delegated, "0");
		assertThat(find("/system.slice/orders.service/application", "/")).isNull();
	}

	@Test
	void findWhenTheGroupIsThatOfASystemdOfAUserFindsNone() throws IOException {
		Files.createDirectory(this.delegated.resolve("init.scope"));
		assertThat(find("/system.slice/orders.service/application", "/")).isNull();
	}

	@Test
	void findWhenProcessesCannotBeMovedThereFindsNone() throws IOException {
		Files.delete(this.delegated.resolve("cgroup.procs"));
		assertThat(find("/system.slice/orders.service/application", "/")).isNull();
	}

	@Test
	void findWhenTheApplicationIsInTheDelegatedGroupItselfSaysSo(CapturedOutput output) throws IOException {
		assertThat(find("/system.slice/orders.service", "/")).isNull();
		assertThat(output).contains("The control group '" + this.delegated + "' is delegated to the application");
	}

	@Test
	void wordsMakeAGroupAndEnterIt() throws Exception {
		ControlGroup delegated = find("/system.slice/orders.service/application", "/");
		assertThat(delegated).isNotNull();
		Process process = new ProcessBuilder(words(delegated, "mail")).start();
		assertThat(process.waitFor()).isZero();
		assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("entered\n");
		Path group = this.delegated.resolve("privsep-mail-" + process.pid());
		assertThat(group.resolve("memory.max")).hasContent("" + ((128 + 64 + 16 + 128) << 20));
		assertThat(group.resolve("memory.oom.group")).hasContent("1");
		assertThat(group.resolve("pids.max")).hasContent("" + (256 + 4 + 8));
		assertThat(group.resolve("cgroup.procs")).hasContent("" + process.pid());
	}

	@Test
	void wordsWhenThereCanBeNoGroupDoNotStartTheHelper() throws Exception {
		ControlGroup group = find("/system.slice/orders.service/application", "/");
		assertThat(group).isNotNull();
		Process process = new ProcessBuilder(words(group, "nowhere/mail")).start();
		assertThat(process.waitFor()).isNotZero();
		assertThat(process.getInputStream().readAllBytes()).isEmpty();
	}

	@Test
	void cleanRemovesTheGroupsOfHelpersThatHaveEnded() throws Exception {
		ControlGroup group = find("/system.slice/orders.service/application", "/");
		assertThat(group).isNotNull();
		Process ended = new ProcessBuilder("/bin/true").start();
		ended.waitFor();
		Path old = Files.createDirectory(this.delegated.resolve("privsep-mail-" + ended.pid()));
		Path live = Files.createDirectory(this.delegated.resolve("privsep-mail-" + ProcessHandle.current().pid()));
		Path foreign = Files.createDirectory(this.delegated.resolve("other-" + ended.pid()));
		group.clean();
		assertThat(old).doesNotExist();
		assertThat(List.of(live, foreign, this.own)).allSatisfy((each) -> assertThat(each).isDirectory());
	}

	private static List<String> words(ControlGroup group, String context) {
		List<String> words = new ArrayList<>(group.words(context, SANDBOX, 4));
		words.addAll(List.of("/bin/echo", "entered"));
		return words;
	}

}
