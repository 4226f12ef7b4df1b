package io.privsep.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import jakarta.annotation.PreDestroy;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import io.privsep.PrivsepFunction;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That {@code @PreDestroy} runs in a real helper when it ends in order.
 */
@ExtendWith(OutputCaptureExtension.class)
class PreDestroyTests {

	@TempDir
	private Path directory;

	@Test
	void closeWaitsForWhatTheHelperDoesAtItsEnd(CapturedOutput output) throws IOException {
		long pid;
		try (ConfigurableApplicationContext context = start("stop-timeout=1m")) {
			pid = context.getBean(Ending.class).pid();
			assertThat(ended()).isEmpty();
		}
		assertThat(ended()).containsExactly(Long.toString(pid));
		assertThat(output).contains("Ending in order");
	}

	@Test
	void helperThatIsRecycledEndsInOrder() throws IOException {
		try (ConfigurableApplicationContext context = start("stop-timeout=1m", "recycle.calls=1")) {
			String pid = Long.toString(context.getBean(Ending.class).pid());
			Awaitility.await().atMost(1, TimeUnit.MINUTES).until(() -> ended().contains(pid));
		}
	}

	@Test
	void helperThatWouldNotComeToItsEndIsEnded() {
		ProcessHandle helper;
		try (ConfigurableApplicationContext context = start("stop-timeout=200ms", "settings.for-ever=true")) {
			helper = ProcessHandle.of(context.getBean(Ending.class).pid()).orElseThrow();
		}
		assertThat(helper.isAlive()).isFalse();
	}

	private List<String> ended() throws IOException {
		try (Stream<Path> files = Files.list(this.directory)) {
			return files.map((file) -> file.getFileName().toString()).toList();
		}
	}

	private ConfigurableApplicationContext start(String... properties) {
		return new SpringApplicationBuilder(Ending.class).web(WebApplicationType.NONE)
			.sources(PrivsepAutoConfiguration.class)
			.properties("privsep.mode=unprivileged", "privsep.contexts.ending.settings.directory=" + this.directory,
					"spring.main.banner-mode=off")
			.properties(Stream.of(properties).map((each) -> "privsep.contexts.ending." + each).toArray(String[]::new))
			.run();
	}

	record Settings(Path directory, boolean forEver) {
	}

	@PrivsepFunction("ending")
	static class Ending {

		private final Settings settings;

		Ending(Settings settings) {
			this.settings = settings;
		}

		public long pid() {
			return ProcessHandle.current().pid();
		}

		@PreDestroy
		void end() throws IOException, InterruptedException {
			if (this.settings.forEver()) {
				new CountDownLatch(1).await();
			}
			LoggerFactory.getLogger(Ending.class).info("Ending in order");
			Files.createFile(this.settings.directory().resolve(Long.toString(pid())));
		}

	}

}
