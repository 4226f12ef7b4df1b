package io.privsep.process;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A directory of a sandbox that is emptied by deleting and making it again, as many
 * applications do with that of their uploads.
 */
class ReplacedDirectoryIntegrationTests {

	@RegisterExtension
	static final CodeCopy code = new CodeCopy();

	@Test
	void nextCallFindsADirectoryThatWasDeletedAndMadeAgain() throws Exception {
		Path parent = code.createDirectory("rwxr-xr-x", 0);
		Path uploads = Files.createDirectory(parent.resolve("uploads"));
		try (SandboxedApplication application = new SandboxedApplication(code, SandboxedApplication.asUser(),
				"sandbox.read=" + uploads)) {
			Files.writeString(uploads.resolve("document"), "first");
			assertThat(application.attempt("read", uploads + "/document")).isEqualTo("first");
			Files.delete(uploads.resolve("document"));
			Files.delete(uploads);
			// while there is none, no other helper could be started
			assertThat(application.attempt("count")).isEqualTo(1);
			// so that the system does not give the same number again
			Files.createDirectory(parent.resolve("other"));
			Files.createDirectory(uploads);
			Files.writeString(uploads.resolve("document"), "second");
			assertThat(application.attempt("read", uploads + "/document")).isEqualTo("second");
			assertThat(application.output())
				.contains("Context 'sandbox': '" + uploads + "' was deleted or renamed, and made again");
			assertThat(application.attempt("count")).as("calls of the second helper").isEqualTo(1);
			assertThat(application.attempt("count")).isEqualTo(2);
		}
	}

	@Test
	void linkThatLeadsElsewhereIsNotFollowedAndSaid() throws Exception {
		Path parent = code.createDirectory("rwxr-xr-x", 0);
		Path first = Files.createDirectory(parent.resolve("r1"));
		Path second = Files.createDirectory(parent.resolve("r2"));
		Files.writeString(first.resolve("document"), "first");
		Files.writeString(second.resolve("document"), "second");
		Path link = Files.createSymbolicLink(parent.resolve("current"), first);
		try (SandboxedApplication application = new SandboxedApplication(code, SandboxedApplication.asUser(),
				"sandbox.read=" + link)) {
			assertThat(application.attempt("read", link + "/document")).isEqualTo("first");
			Files.delete(link);
			Files.createSymbolicLink(link, second);
			assertThat(application.attempt("read", link + "/document")).isEqualTo("first");
			assertThat(application.output()).contains("Context 'sandbox': '" + link + "' leads to '" + second
					+ "' now, by a link. The helper still has '" + first + "', and none follows the link");
		}
	}

}
