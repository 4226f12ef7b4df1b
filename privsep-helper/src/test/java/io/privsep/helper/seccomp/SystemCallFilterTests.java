package io.privsep.helper.seccomp;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import io.privsep.definition.AuditPlace;
import io.privsep.definition.HelperDefinition;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.definition.Sandbox;
import io.privsep.rights.Capabilities;
import io.privsep.rights.Capability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a filter is made for, and where it cannot be loaded. Nothing here loads one: it
 * would be that of these tests.
 */
class SystemCallFilterTests {

	@Test
	void exceptionsAreTheCapabilitiesAndWhatTheSandboxAllows() {
		Rights rights = new Rights(1, 1, List.of(), Capabilities.of(List.of(Capability.CHOWN, Capability.SYS_TIME)));
		assertThat(SystemCallFilter.exceptions(definition(rights, null))).containsExactly("chown", "sys_time",
				"no-sandbox");
		assertThat(SystemCallFilter.exceptions(definition(null, sandbox(false)))).isEmpty();
		assertThat(SystemCallFilter.exceptions(definition(null, sandbox(true)))).containsExactly("exec");
	}

	@Test
	void loadOnAnotherArchitectureIsRefused() {
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> SystemCallFilter.load("riscv64", 0, List.of(), Path.of("/tmp")))
			.withMessage("there is none for machines of architecture 'riscv64', only for amd64 and aarch64; set"
					+ " 'seccomp' to false there");
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void loadWithoutADirectoryIsRefused(@TempDir Path directory) {
		Path missing = directory.resolve("missing");
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> SystemCallFilter.load("amd64", 0, List.of(), missing))
			.withMessageContaining("cannot be written into '" + missing + "'")
			.withMessageEndingWith("give the helper a directory '" + missing + "' that it can write, such as a tmpfs");
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void loadFromADirectoryInWhichOthersCouldExchangeFilesIsRefused(@TempDir Path directory) throws Exception {
		Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> SystemCallFilter.load("amd64", 0, List.of(), directory))
			.withMessageContaining("others could exchange files of this user in '" + directory + "'")
			.withMessageEndingWith("mode 777); make it root's, with mode 1777");
		assertThat(directory).isEmptyDirectory();
	}

	private static HelperDefinition definition(Rights rights, Sandbox sandbox) {
		return new HelperDefinition("net", new HelperDefinition.Code(List.of(), null), rights, -1,
				new HelperDefinition.Calls(1, 1000, 250_000),
				new HelperDefinition.Logging("INFO", new AuditPlace.Off()),
				new HelperDefinition.Confinement(4096, true, sandbox), null);
	}

	private static Sandbox sandbox(boolean exec) {
		return new Sandbox(false, List.of(), List.of(), 1, exec, 1, 1, 1);
	}

}
