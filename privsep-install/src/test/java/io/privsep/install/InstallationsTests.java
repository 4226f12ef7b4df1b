package io.privsep.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link Installations}.
 */
class InstallationsTests {

	@TempDir
	private Path directory;

	@Test
	void aloneWaitsUntilTheOtherProcessHasEnded() throws Exception {
		Path lock = this.directory.resolve("lock");
		Process other = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-XX:-UsePerfData",
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
				Holder.class.getName(), lock.toString())
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		try {
			assertThat(other.inputReader().readLine()).isEqualTo("alone");
			assertThat(Files.getPosixFilePermissions(lock)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
			BlockingQueue<String> events = new LinkedBlockingQueue<>();
			CompletableFuture<Boolean> done = CompletableFuture.supplyAsync(() -> {
				try {
					return Installations.alone(lock, events::add, () -> events.add("alone"));
				}
				catch (IOException ex) {
					throw new IllegalStateException(ex);
				}
			});
			assertThat(events.poll(1, TimeUnit.MINUTES)).startsWith("Waiting for the end of another 'install'");
			assertThat(done).isNotDone();
			assertThat(events).isEmpty();
			// also where nobody releases the lock
			other.destroyForcibly().waitFor();
			assertThat(done.get(1, TimeUnit.MINUTES)).isTrue();
			assertThat(events).containsExactly("alone");
		}
		finally {
			other.destroyForcibly().waitFor();
		}
	}

	@Test
	void aloneLetsTheNextOneInAfterAFailure() throws IOException {
		Path lock = this.directory.resolve("lock");
		assertThatIOException().isThrownBy(() -> Installations.alone(lock, (message) -> {
		}, () -> {
			throw new IOException("failed");
		})).withMessage("failed");
		assertThat(Installations.<String>alone(lock, (message) -> {
		}, () -> "next")).isEqualTo("next");
	}

	@Test
	void lockThatIsALinkIsRefused() throws IOException {
		Path other = Files.createFile(this.directory.resolve("other"));
		Path lock = Files.createSymbolicLink(this.directory.resolve("lock"), other);
		assertThatIOException().isThrownBy(() -> Installations.alone(lock, (message) -> {
		}, () -> "never"));
	}

	/** Another process that is alone until its standard input ends. */
	static final class Holder {

		private Holder() {
		}

		public static void main(String[] args) throws IOException {
			Installations.alone(Path.of(args[0]), System.out::println, () -> {
				System.out.println("alone");
				return System.in.read();
			});
		}

	}

}
