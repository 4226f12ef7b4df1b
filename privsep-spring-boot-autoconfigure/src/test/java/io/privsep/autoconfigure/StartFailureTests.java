package io.privsep.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.mock.env.MockEnvironment;

import io.privsep.PrivsepFunction;
import io.privsep.PrivsepUnavailableException;
import io.privsep.channel.Channels;
import io.privsep.context.ContextResolver;
import io.privsep.context.InsufficientRightsException;
import io.privsep.context.PrivsepProperties;
import io.privsep.context.SettingsBinder;
import io.privsep.function.FunctionTable;
import io.privsep.rights.Capabilities;
import io.privsep.rights.ThreadRights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A helper that cannot start, or a context that asks for what cannot be, fails the start
 * with an analysis, and leaves nothing behind.
 */
@ExtendWith(OutputCaptureExtension.class)
class StartFailureTests {

	private static String start(CapturedOutput output, Class<?> bean, String... properties) {
		return StartFailures.analysis(output, List.of(bean), properties);
	}

	@Test
	void startWhenConstructorThrowsFailsAndShowsItAndLeavesNothing(CapturedOutput output, @TempDir Path directory)
			throws IOException {
		Set<Long> children = children();
		long descriptors = descriptors();
		assertThat(startWithTemporaryFiles(directory, output, Throwing.class, "privsep.mode=unprivileged",
				"privsep.contexts.net.capabilities="))
			.startsWith("Description:\n\nHelpers did not start:\n\n\t- Context 'net': helper ended (exit code 70)")
			.contains("java.lang.IllegalStateException: no disk")
			.endsWith("\n\nAction:\n\nFix the problem above. To start without this helper, set"
					+ " 'privsep.fail-fast=false'; its context is then reported as DOWN.");
		assertThat(children()).isEqualTo(children);
		// the class loader may have opened a jar meanwhile, but a helper leaves three and
		// more
		assertThat(descriptors()).isLessThanOrEqualTo(descriptors + 1);
		assertThat(directory).isEmptyDirectory();
	}

	private static String startWithTemporaryFiles(Path directory, CapturedOutput output, Class<?> bean,
			String... properties) {
		String before = System.getProperty("java.io.tmpdir");
		System.setProperty("java.io.tmpdir", directory.toString());
		try {
			return start(output, bean, properties);
		}
		finally {
			System.setProperty("java.io.tmpdir", before);
		}
	}

	@Test
	void startWhenAPathIsWrongNamesThePathThatAPlaceholderStandsFor(CapturedOutput output) {
		assertThat(start(output, Fine.class, "storage.location=/privsep-no-such-path",
				"privsep.contexts.net.capabilities=", "privsep.contexts.net.sandbox.enabled=true",
				"privsep.contexts.net.sandbox.read=${storage.location}"))
			.contains("'/privsep-no-such-path': there is no such file or directory");
	}

	@Test
	void startInProcessWhenConstructorThrowsFailsAndNamesWhatItThrew(CapturedOutput output) {
		assertThat(start(output, Throwing.class, "privsep.mode=in-process", "privsep.contexts.net.capabilities="))
			.startsWith("Description:\n\nHelpers did not start:\n\n\t- Context 'net': helper ended (in-process helper"
					+ " ended, java.lang.IllegalStateException: no disk)");
	}

	@Test
	void startWhenHelperIsNotReadyInTimeFailsAndLeavesNoProcess(CapturedOutput output) {
		Set<Long> children = children();
		assertThat(start(output, Slow.class, "privsep.mode=unprivileged", "privsep.contexts.net.capabilities=",
				"privsep.contexts.net.start-timeout=1s"))
			.contains("the helper was not ready within 1s");
		assertThat(children()).isEqualTo(children);
	}

	@Test
	void startWhenJvmDoesNotKnowAnOptionFailsAndShowsWhatItSaid(CapturedOutput output) {
		assertThat(start(output, Fine.class, "privsep.mode=unprivileged", "privsep.contexts.net.capabilities=",
				"privsep.contexts.net.jvm.options=-XX:NoSuchOption"))
			.contains("Unrecognized VM option 'NoSuchOption'");
	}

	@Test
	void startWhenThereIsNoJvmFailsAndNamesIt(CapturedOutput output) {
		String home = System.getProperty("java.home");
		System.setProperty("java.home", "/privsep-no-such-jvm");
		try {
			assertThat(start(output, Fine.class, "privsep.mode=unprivileged", "privsep.contexts.net.capabilities="))
				.contains("the JVM that the application runs on is gone: there is no '/privsep-no-such-jvm' any more")
				.contains("restart the application");
		}
		finally {
			System.setProperty("java.home", home);
		}
	}

	@Test
	void startWhenASandboxIsConfiguredAndNotEnabledFailsAndSaysWhatToType(CapturedOutput output) {
		assertThat(start(output, Fine.class, "privsep.contexts.net.capabilities=",
				"privsep.contexts.net.sandbox.network=none"))
			.contains("'privsep.contexts.net.sandbox' is configured, but not enabled. For a sandbox, set"
					+ " 'privsep.contexts.net.sandbox.enabled=true'. For none, set it to 'false'");
	}

	@Test
	void startWhenThereIsNeitherAUserNorASandboxFailsAndSaysWhatToType(CapturedOutput output) {
		assertThat(start(output, Fine.class, "privsep.contexts.net.capabilities="))
			.contains("'privsep.contexts.net.user' is required; give the helper its own user, by name or number,"
					+ " or set 'privsep.contexts.net.sandbox.enabled=true'");
	}

	@Test
	void startWithoutFailFastGoesOn(CapturedOutput output) {
		ConfigurableApplicationContext context = new SpringApplicationBuilder(Throwing.class,
				PrivsepAutoConfiguration.class)
			.web(WebApplicationType.NONE)
			.properties("privsep.mode=unprivileged", "privsep.fail-fast=false", "privsep.contexts.net.capabilities=",
					"privsep.contexts.net.queue-timeout=100ms")
			.run();
		try {
			assertThat(output).contains("Going on without some helpers");
			assertThatExceptionOfType(PrivsepUnavailableException.class)
				.isThrownBy(() -> context.getBean(Throwing.class).run())
				.withMessageContaining("there is no helper to run 'Throwing.run'");
			// what the operator sees in health
			assertThat(context.getBean(Channels.class).get("net").status().lastFailure())
				.contains("helper ended (exit code 70)")
				.contains("it said: ")
				.contains("no disk");
		}
		finally {
			context.close();
		}
	}

	@Test
	void startWhenSettingIsOfAnotherTypeFails(CapturedOutput output) {
		assertThat(
				start(output, WithSettings.class, "privsep.mode=in-process", "privsep.contexts.net.settings.mtu=big"))
			.contains("Property: privsep.contexts.net.settings.mtu")
			.contains("Value: \"big\"")
			.contains("Reason: failed to convert java.lang.String to int");
	}

	@Test
	void startWhenUserToBecomeDoesNotExistFails(CapturedOutput output) {
		assertThat(start(output, Fine.class, "privsep.mode=in-process", "privsep.contexts.net.capabilities=",
				"privsep.drop-root.user=privsep-no-such-user"))
			.contains("Invalid value 'privsep-no-such-user' for configuration property 'privsep.drop-root.user'")
			.contains("there is no such user");
	}

	@Test
	void startInProcessWithoutTheHelperOnTheClassPathFails() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(PrivsepAutoConfiguration.class))
			.withUserConfiguration(Fine.class)
			.withPropertyValues("privsep.mode=in-process", "privsep.contexts.net.capabilities=")
			.withClassLoader(new FilteredClassLoader("io.privsep.helper"))
			.run((context) -> {
				assertThat(context).hasFailed();
				assertThat(new HelpersNotStartedFailureAnalyzer(null).analyze(context.getStartupFailure()))
					.satisfies((analysis) -> {
						assertThat(analysis.getDescription()).contains("Context 'net'")
							.contains("'io.privsep:privsep-helper' is not on the class path");
						assertThat(analysis.getAction()).isEqualTo(
								"Add the dependency 'io.privsep:privsep-spring-boot-starter', which brings it along.");
					});
			});
	}

	@Test
	void startWhenTheJvmOfAnInstalledHelperIsGoneNamesTheWholeCommand(CapturedOutput output) {
		assertThat(start(output, Fine.class, "privsep.contexts.net.user=62999", "privsep.contexts.net.capabilities=",
				"privsep.contexts.net.launcher=command", "privsep.contexts.net.command[0]=/bin/sh",
				"privsep.contexts.net.command[1]=-c",
				"privsep.contexts.net.command[2]=echo \"privsep: there is no JVM in '/opt/jdk' any more\" >&2; exit 78",
				"privsep.contexts.net.wrapper=/srv/image/usr/lib/privsep/app/current/bin/net"))
			.contains("there is no JVM in '/opt/jdk' any more")
			.contains("Install again, as root, with 'java ")
			.contains(" install --prefix /srv/image'")
			.contains("add '--java <program>'.");
	}

	@Test
	void startWhenCapabilitiesAreMissingFails(CapturedOutput output) {
		assertThat(start(output, Fine.class, "privsep.contexts.net.user=62999"))
			.contains("'privsep.contexts.net.capabilities' is required; use [] to keep none"
					+ " (in a .properties file, leave the value empty)");
	}

	@Test
	void startWhenCapabilitiesAreTheEmptyListOfYamlInPropertiesFails(CapturedOutput output) {
		assertThat(start(output, Fine.class, "privsep.contexts.net.capabilities=[]", "privsep.contexts.net.user=62999"))
			.contains("'[]': this is an empty list in YAML only; leave the value empty instead")
			.doesNotContain("there is no such capability");
	}

	@Test
	void startWhenUserIsMissingFails(CapturedOutput output) {
		assertThat(start(output, Fine.class, "privsep.contexts.net.capabilities="))
			.contains("'privsep.contexts.net.user' is required");
	}

	@Test
	void startWhenUserDoesNotExistFails(CapturedOutput output) {
		assertThat(start(output, Fine.class, "privsep.contexts.net.capabilities=",
				"privsep.contexts.net.user=privsep-no-such-user"))
			.contains("there is no such user")
			.contains("useradd --system");
	}

	@Test
	void startWhenNumberOfUserIsNoneFails(CapturedOutput output) {
		assertThat(start(output, Fine.class, "privsep.contexts.net.capabilities=", "privsep.contexts.net.user=-1"))
			.contains("a user has a number from 0 to 4294967294")
			.doesNotContain("useradd");
	}

	@Test
	void startWhenCapabilityIsUnknownFails(CapturedOutput output) {
		assertThat(start(output, Fine.class, "privsep.contexts.net.capabilities=net_amdin",
				"privsep.contexts.net.user=62999"))
			.contains("'net_amdin': there is no such capability; did you mean 'net_admin'?");
	}

	@ParameterizedTest
	@ValueSource(strings = { "all", "CAP_ALL", "full", "everything" })
	void startWhenCapabilityIsLikeNoOtherListsAll(String capability, CapturedOutput output) {
		assertThat(start(output, Fine.class, "privsep.contexts.net.capabilities=" + capability,
				"privsep.contexts.net.user=62999"))
			.contains("'" + capability + "': there is no such capability; it is one of [chown, dac_override, ");
	}

	@Test
	void startWhenUserIsRootFails(CapturedOutput output) {
		assertThat(start(output, Fine.class, "privsep.contexts.net.capabilities=", "privsep.contexts.net.user=root"))
			.contains("privsep.contexts.net.allow-root=true");
	}

	@Test
	void startWhenUserIsTheApplicationsFails(CapturedOutput output) {
		assertThat(start(output, Fine.class, "privsep.contexts.net.capabilities=", "privsep.contexts.net.user=62999",
				"privsep.drop-root.user=62999"))
			.contains("it is the application's own user")
			.contains("privsep.contexts.net.allow-same-user=true");
	}

	@Test
	void startWithoutRightsFailsAndSaysWhatToDo() {
		Binder binder = new Binder(new MapConfigurationPropertySource(
				Map.of("privsep.contexts.net.user", "62999", "privsep.contexts.net.capabilities", "chown")));
		PrivsepProperties properties = binder.bind("privsep", PrivsepProperties.class).get();
		ThreadRights own = new ThreadRights(List.of(1000, 1000, 1000, 1000), List.of(1000, 1000, 1000, 1000), List.of(),
				Capabilities.NONE, Capabilities.NONE, Capabilities.NONE, Capabilities.NONE, Capabilities.NONE, false,
				0);
		ContextResolver resolver = ContextResolver.of(properties, "no-such-application",
				new SettingsBinder(new MockEnvironment(), List.of()), getClass().getClassLoader(), own);
		assertThatExceptionOfType(InsufficientRightsException.class)
			.isThrownBy(() -> resolver.resolve(Map.of("net", FunctionTable.of("net", List.of(Fine.class)))))
			.satisfies((ex) -> {
				FailureAnalysis analysis = new InsufficientRightsFailureAnalyzer().analyze(ex, ex);
				assertThat(analysis.getDescription()).contains("context 'net' cannot be given its rights")
					.contains("runs as user 1000 and lacks the capabilities [setgid, setuid, setpcap]");
				assertThat(analysis.getAction()).contains("privsep.drop-root.user")
					.contains("privsep.mode=unprivileged");
			});
	}

	private static Set<Long> children() {
		return ProcessHandle.current()
			.children()
			.filter(ProcessHandle::isAlive)
			.map(ProcessHandle::pid)
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static long descriptors() throws IOException {
		try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
			return descriptors.count();
		}
	}

	@PrivsepFunction("net")
	static class Fine {

		public void run() {
		}

	}

	@PrivsepFunction("net")
	static class Throwing {

		Throwing() {
			throw new IllegalStateException("no disk");
		}

		public void run() {
		}

	}

	@PrivsepFunction("net")
	static class Slow {

		Slow() throws InterruptedException {
			Thread.sleep(60_000);
		}

		public void run() {
		}

	}

	record Settings(int mtu) {
	}

	@PrivsepFunction("net")
	static class WithSettings {

		WithSettings(Settings settings) {
		}

		public void run() {
		}

	}

}
