package io.privsep.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;
import org.springframework.context.annotation.Import;

import io.privsep.PrivsepFunction;
import io.privsep.channel.ChannelState;
import io.privsep.channel.Channels;
import io.privsep.channel.HelperStartException;
import io.privsep.channel.HelpersNotStartedException;
import io.privsep.command.UntrustedCodeException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Helpers start beside the application and beside each other. Each test could not pass if
 * one waited for the other: what it waits for in the one start happens in the other.
 */
class HelperStartTests {

	private static final Duration BOUND = Duration.ofMinutes(2);

	@Test
	void helpersAreReadyWhileBeansOfTheApplicationAreMade(@TempDir Path directory) throws Exception {
		try (ConfigurableApplicationContext context = application(AwaitsHelpers.class, directory).run()) {
			assertThat(context.getBean(AwaitsHelpers.class).sawThemRunning).isTrue();
		}
	}

	@Test
	void helpersStartBesideEachOther(@TempDir Path directory) throws Exception {
		try (ConfigurableApplicationContext context = application(Nothing.class, directory).run()) {
			assertThat(context.getBean(First.class).sawTheOther()).isTrue();
			assertThat(context.getBean(Second.class).sawTheOther()).isTrue();
		}
	}

	@Test
	void startEndsAsSoonAsAHelperCertainlyDoesNotStart() {
		SpringApplication application = new SpringApplication(HopelessApplication.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.setDefaultProperties(Map.of("privsep.mode", "unprivileged", "privsep.contexts.hopeless.user",
				"nobody", "privsep.contexts.also-hopeless.user", "nobody"));
		AwaitsFailure.others = 0;
		assertThatException().isThrownBy(application::run)
			.havingRootCause()
			.isInstanceOf(HelperStartException.class)
			.satisfies((ex) -> assertThat(AwaitsFailure.others).as("beans that were made afterwards").isZero());
		assertThatException().isThrownBy(application::run)
			.havingCause()
			.isInstanceOf(HelpersNotStartedException.class)
			.withMessageContaining("Context 'hopeless'")
			.withMessageContaining("Context 'also-hopeless'");
	}

	@Test
	void startEndsAsSoonAsOthersCouldChangeTheCodeOfAHelperWithRights() {
		assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: only root can give a helper rights");
		SpringApplication application = new SpringApplication(HopelessApplication.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		Map<String, Object> properties = new HashMap<>();
		for (String context : List.of("hopeless", "also-hopeless")) {
			String prefix = "privsep.contexts." + context + ".";
			properties.putAll(Map.of(prefix + "user", "62999", prefix + "group", "62999", prefix + "capabilities",
					"dac_read_search", prefix + "jvm.options[0]", "-Djava.library.path=/tmp"));
		}
		application.setDefaultProperties(properties);
		AwaitsFailure.others = 0;
		assertThatException().isThrownBy(application::run)
			.havingRootCause()
			.isInstanceOf(UntrustedCodeException.class)
			.withMessageContaining("'/tmp' has mode 1777, and others than root could change it")
			.satisfies((ex) -> assertThat(AwaitsFailure.others).as("beans that were made afterwards").isZero());
	}

	private static SpringApplication application(Class<?> source, Path directory) throws IOException {
		SpringApplication application = new SpringApplication(TestApplication.class, source);
		application.setWebApplicationType(WebApplicationType.NONE);
		Path fresh = Files.createTempDirectory(directory, "files");
		application
			.setDefaultProperties(Map.of("privsep.mode", "unprivileged", "privsep.contexts.first.settings.directory",
					fresh.toString(), "privsep.contexts.second.settings.directory", fresh.toString(),
					"privsep.contexts.first.start-timeout", "5m", "privsep.contexts.second.start-timeout", "5m"));
		return application;
	}

	private static boolean holdsWithinBound(BooleanSupplier condition) {
		long end = System.nanoTime() + BOUND.toNanos();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() - end > 0) {
				return false;
			}
			try {
				Thread.sleep(5);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return false;
			}
		}
		return true;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ First.class, Second.class })
	static class TestApplication {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ Hopeless.class, AlsoHopeless.class, AwaitsFailure.class, AwaitsFailure.Later.class })
	static class HopelessApplication {

	}

	/** A bean that takes until a helper has failed. */
	static class AwaitsFailure {

		static int others;

		AwaitsFailure(Channels channels) {
			assertThat(holdsWithinBound(() -> channels.all()
				.values()
				.stream()
				.anyMatch((channel) -> channel.status().state() == ChannelState.BACKOFF))).isTrue();
		}

		/** One that is made after that. */
		@DependsOn("io.privsep.autoconfigure.HelperStartTests$AwaitsFailure")
		static class Later {

			Later() {
				others++;
			}

		}

	}

	/** It is not there for its helper. */
	@PrivsepFunction("hopeless")
	static class Hopeless {

		Hopeless() {
			throw new IllegalStateException("hopeless");
		}

		public void run() {
		}

	}

	/** Likewise. */
	@PrivsepFunction("also-hopeless")
	static class AlsoHopeless {

		AlsoHopeless() {
			throw new IllegalStateException("hopeless");
		}

		public void run() {
		}

	}

	/** Nothing more. */
	static class Nothing {

	}

	/** A bean of the application. */
	static class AwaitsHelpers {

		private final boolean sawThemRunning;

		AwaitsHelpers(Channels channels) {
			this.sawThemRunning = holdsWithinBound(() -> channels.all()
				.values()
				.stream()
				.allMatch((channel) -> channel.status().state() == ChannelState.RUNNING));
		}

	}

	/**
	 * Settings.
	 *
	 * @param directory where the helpers leave files for each other
	 */
	record Settings(Path directory) {

		boolean awaitOther(String own, String other) {
			try {
				Files.createFile(directory().resolve(own));
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
			return holdsWithinBound(() -> Files.exists(directory().resolve(other)));
		}

	}

	/** A helper that is not ready before the other has begun. */
	@PrivsepFunction("first")
	static class First {

		private final boolean sawTheOther;

		First(Settings settings) {
			this.sawTheOther = settings.awaitOther("first", "second");
		}

		public boolean sawTheOther() {
			return this.sawTheOther;
		}

	}

	/** The other. */
	@PrivsepFunction("second")
	static class Second {

		private final boolean sawTheOther;

		Second(Settings settings) {
			this.sawTheOther = settings.awaitOther("second", "first");
		}

		public boolean sawTheOther() {
			return this.sawTheOther;
		}

	}

}
