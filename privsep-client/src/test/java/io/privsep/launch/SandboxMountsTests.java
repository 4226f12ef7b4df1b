package io.privsep.launch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import io.privsep.definition.Sandbox;
import io.privsep.sandbox.MountedPaths;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SandboxMounts}.
 */
class SandboxMountsTests {

	@Test
	void isOutdatedWhenTwoCallersAskAtOnceIsSoForBoth(@TempDir Path directory) throws Exception {
		Path uploads = Files.createDirectory(directory.resolve("uploads"));
		Sandbox sandbox = new Sandbox(false, List.of(uploads.toString()), List.of(), 1, false, 1, 1, 1);
		SandboxMounts helper = new SandboxMounts("net", MountedPaths.ofInstalled(sandbox));
		assertThat(helper.isOutdated(() -> null)).isFalse();
		Files.move(uploads, directory.resolve("old"));
		Files.createDirectory(uploads);
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch told = new CountDownLatch(1);
		CompletableFuture<Boolean> first = CompletableFuture.supplyAsync(() -> helper.isOutdated(() -> {
			asked.countDown();
			awaitUninterruptibly(told);
			return null;
		}));
		asked.await();
		CompletableFuture<Boolean> second = CompletableFuture.supplyAsync(() -> helper.isOutdated(() -> null));
		// either it waits for the first one, or knows as much
		assertThat(second.completeOnTimeout(true, 500, TimeUnit.MILLISECONDS).join()).isTrue();
		told.countDown();
		assertThat(first.get(1, TimeUnit.MINUTES)).isTrue();
		assertThat(helper.isOutdated(() -> null)).isTrue();
	}

	@Test
	void isOutdatedWhenALinkLeadsElsewhereIsNotUntilADirectoryIsReplaced(@TempDir Path directory) throws Exception {
		Path uploads = Files.createDirectory(directory.resolve("uploads"));
		Path link = Files.createSymbolicLink(directory.resolve("current"),
				Files.createDirectory(directory.resolve("r1")));
		Logger logger = (Logger) LoggerFactory.getLogger(SandboxMounts.class);
		ListAppender<ILoggingEvent> events = new ListAppender<>();
		events.start();
		logger.addAppender(events);
		try {
			Sandbox sandbox = new Sandbox(false, List.of(link.toString(), uploads.toString()), List.of(), 1, false, 1,
					1, 1);
			SandboxMounts helper = new SandboxMounts("net", MountedPaths.ofInstalled(sandbox));
			Files.delete(link);
			Files.createSymbolicLink(link, Files.createDirectory(directory.resolve("r2")));
			// the next helper would be refused, or have the same
			assertThat(helper.isOutdated(() -> null)).isFalse();
			assertThat(helper.isOutdated(() -> null)).isFalse();
			assertThat(events.list).extracting(ILoggingEvent::getFormattedMessage)
				.containsExactly("Context 'net': '" + link + "' leads to '" + directory.resolve("r2")
						+ "' now, by a link. The helper still has '" + directory.resolve("r1")
						+ "', and none follows the link: restart the application or, if the helper is installed, run"
						+ " 'install' again");
			Files.move(uploads, directory.resolve("old"));
			Files.createDirectory(uploads);
			assertThat(helper.isOutdated(() -> null)).isTrue();
		}
		finally {
			logger.detachAppender(events);
		}
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
