package io.privsep.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sandboxed helpers of an application that an ordinary user runs.
 */
class SandboxIntegrationTests extends AbstractSandboxIntegrationTests {

	private static final int OTHER_USER = 61378;

	@Override
	List<String> before() {
		return SandboxedApplication.asUser();
	}

	@Override
	int owner() {
		return SandboxedApplication.USER;
	}

	// As documented: the mode of what it may write is the helper's to set, that of what
	// is above it is not.
	@Test
	void canOpenWhatItMayWriteToOthersButNotWhatIsAboveIt() throws Exception {
		Path above = code.createDirectory("rwx------", owner());
		Path write = Files.createDirectory(above.resolve("write"));
		Files.setAttribute(write, "unix:uid", owner());
		try (SandboxedApplication application = new SandboxedApplication(code, before(), "sandbox.write=" + write)) {
			assertThat(application.attempt("write", write.resolve("result").toString(), 1L)).isEqualTo(1L);
			assertThat(application.attempt("open", write.toString())).isEqualTo(true);
			assertThat(application.attempt("open", write.resolve("result").toString())).isEqualTo(true);
			assertThat(application.attempt("open", above.toString())).isInstanceOf(IOException.class);
		}
		assertThat(readByAnother(write.resolve("result"))).isNotZero();
		Files.setPosixFilePermissions(above, PosixFilePermissions.fromString("rwxr-xr-x"));
		assertThat(readByAnother(write.resolve("result"))).isZero();
	}

	private static int readByAnother(Path file) throws Exception {
		return new ProcessBuilder("/usr/bin/setpriv", "--reuid=" + OTHER_USER, "--regid=" + OTHER_USER,
				"--clear-groups", "--", "/bin/cat", file.toString())
			.redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.start()
			.waitFor();
	}

}
