package io.privsep.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import io.privsep.PrivsepConnectionLostException;
import io.privsep.channel.Channel;
import io.privsep.channel.ChannelStatus;
import io.privsep.channel.Channels;
import io.privsep.sample.Faulty;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * An application with a real helper that is to come to harm.
 */
final class FaultyApplication implements AutoCloseable {

	static final Duration SOON = Duration.ofMinutes(2);

	static {
		// where nothing else is said
		Awaitility.setDefaultTimeout(SOON);
	}

	private final ConfigurableApplicationContext context;

	private FaultyApplication(ConfigurableApplicationContext context) {
		this.context = context;
	}

	static FaultyApplication start(String... properties) {
		return start(List.of(), properties);
	}

	/**
	 * Starts an application that has more beans.
	 * @param beans their classes
	 * @param properties as {@code name=value}: of the context, or, with their full name,
	 * of the application
	 * @return the application, with its helper
	 */
	static FaultyApplication start(List<Class<?>> beans, String... properties) {
		List<String> all = new ArrayList<>(List.of("privsep.mode=unprivileged",
				"privsep.contexts.faulty.max-concurrency=2", "privsep.contexts.faulty.restart.max-backoff=200ms",
				"privsep.contexts.faulty.jvm.max-heap=32MB",
				// on a busy machine a helper may start late
				"privsep.contexts.faulty.queue-timeout=60s", "privsep.contexts.faulty.start-timeout=5m",
				"privsep.contexts.faulty.call-timeout=2m", "spring.main.banner-mode=off"));
		for (String property : properties) {
			all.add(property.startsWith("privsep.") ? property : "privsep.contexts.faulty." + property);
		}
		return new FaultyApplication(new SpringApplicationBuilder(Faulty.class).web(WebApplicationType.NONE)
			.sources(PrivsepAutoConfiguration.class)
			.sources(beans.toArray(Class<?>[]::new))
			.properties(all.toArray(String[]::new))
			.run());
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	Faulty functions() {
		return this.context.getBean(Faulty.class);
	}

	Channel channel() {
		return this.context.getBean(Channels.class).get("faulty");
	}

	ChannelStatus status() {
		return channel().status();
	}

	/**
	 * Makes calls that have slots until a file exists. On a busy machine one may find no
	 * thread within the queue timeout, and is made again.
	 * @param file the file
	 * @param calls how many
	 * @return their results
	 */
	List<CompletableFuture<Long>> hold(Path file, int calls) {
		List<CompletableFuture<Long>> held = new ArrayList<>();
		Awaitility.await().until(() -> {
			held.removeIf(CompletableFuture::isDone);
			while (held.size() < calls) {
				held.add(functions().waitFor(file));
			}
			return channel().running() == calls;
		});
		return held;
	}

	/**
	 * Makes a call that is lost, until its caller is told how the helper has ended: on a
	 * busy machine that may be known too late for one that waits for half a second.
	 * @param call the call
	 * @return what the caller is told
	 */
	static PrivsepConnectionLostException lose(ThrowingCallable call) {
		return Awaitility.await()
			.atMost(SOON)
			.until(() -> catchThrowableOfType(PrivsepConnectionLostException.class, call),
					(lost) -> lost != null && String.valueOf(lost.getCause()).contains(": helper ended ("));
	}

	/**
	 * The helper that serves.
	 * @return its process
	 */
	ProcessHandle helper() {
		Awaitility.await().atMost(SOON).until(() -> status().pid() != null);
		return ProcessHandle.of(functions().pid()).orElseThrow();
	}

	@Override
	public void close() {
		this.context.close();
	}

}
