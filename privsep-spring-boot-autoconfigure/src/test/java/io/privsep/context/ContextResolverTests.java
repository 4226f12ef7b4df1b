package io.privsep.context;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.env.MockEnvironment;

import io.privsep.Audited;
import io.privsep.PrivsepFunction;
import io.privsep.channel.ContextSettings;
import io.privsep.context.PrivsepProperties.LauncherType;
import io.privsep.definition.HelperDefinition;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.function.FunctionTable;
import io.privsep.launch.DirectLauncher;
import io.privsep.launch.SystemdLauncher;
import io.privsep.launch.WrapperLauncher;
import io.privsep.rights.Capabilities;
import io.privsep.rights.Capability;
import io.privsep.rights.ThreadRights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests for {@link ContextResolver}: what is refused, what is warned of, and which
 * launcher is chosen.
 */
@ExtendWith(OutputCaptureExtension.class)
class ContextResolverTests {

	private static final Capabilities ALL = new Capabilities((1L << Capability.values().length) - 1);

	private static final ThreadRights ROOT = rights(0, ALL, ALL, false);

	private static final ThreadRights USER = rights(61300, Capabilities.NONE, ALL, false);

	private final Map<String, Object> properties = new HashMap<>(
			Map.of("privsep.contexts.a.user", "61301", "privsep.contexts.a.capabilities", "net_raw"));

	@Test
	void uidZeroIsRefusedUnlessAllowed() {
		this.properties.put("privsep.contexts.a.user", "0");
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(() -> resolve(ROOT))
			.satisfies((ex) -> assertThat(ex.getReason()).contains("privsep.contexts.a.allow-root=true"));
		this.properties.put("privsep.contexts.a.allow-root", "true");
		assertThatNoException().isThrownBy(() -> resolve(ROOT));
	}

	@Test
	void applicationsOwnUserIsRefusedUnlessAllowed() {
		this.properties.put("privsep.drop-root.user", "61301");
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(() -> resolve(ROOT))
			.satisfies((ex) -> assertThat(ex.getReason()).contains("it is the application's own user")
				.contains("privsep.contexts.a.allow-same-user=true"));
		this.properties.put("privsep.contexts.a.allow-same-user", "true");
		assertThatNoException().isThrownBy(() -> resolve(ROOT));
	}

	@Test
	void contextsThatShareAUserAreWarnedOf(CapturedOutput output) {
		this.properties.put("privsep.contexts.b.user", "61301");
		this.properties.put("privsep.contexts.b.capabilities", "");
		resolve(ROOT);
		assertThat(output).contains("WARN")
			.contains("Contexts [a, b] share the user 61301: their helpers could take over each other");
	}

	@Test
	void capabilitiesThatAreAsGoodAsRootAreWarnedOfWithTheReason(CapturedOutput output) {
		resolve(ROOT);
		assertThat(output).doesNotContain("as good as root");
		this.properties.put("privsep.contexts.a.capabilities", "net_raw,sys_module,chown");
		resolve(ROOT);
		assertThat(output).contains("Context 'a' has capabilities that are as good as root, or nearly: 'chown' can make"
				+ " any file its own, 'sys_module' can load code into the kernel");
	}

	@Test
	void broadFunctionsOfContextsWithCapabilitiesAreWarnedOf(CapturedOutput output) {
		this.properties.put("privsep.contexts.b.user", "61302");
		this.properties.put("privsep.contexts.b.capabilities", "");
		resolve(ROOT);
		assertThat(output).doesNotContain("has rights");
		this.properties.put("privsep.contexts.b.capabilities", "net_raw");
		resolve(ROOT);
		assertThat(output).containsOnlyOnce("has rights, and")
			.contains("Context 'b' has rights, and 'OtherFunctions.move' takes a Path, 'from', that its caller chooses;"
					+ " take a name or a number, and keep the place in the settings of the context;"
					+ " 'OtherFunctions.run' takes the text 'command', which reads like a command or options of its"
					+ " caller's choice, 'OtherFunctions.start' takes the text 'args', which reads like a command or"
					+ " options of its caller's choice; write a function for each thing that is to be done, or say why"
					+ " not: @PrivsepFunction(broad = \"...\")");
	}

	@Test
	void whatLimitsTheHeapIsNamedWithItsValueOrWithItsOptions() {
		assertThat(resolve(ROOT).get(0).description().heap()).isEqualTo("'privsep.contexts.a.jvm.max-heap' of 64MB");
		this.properties.put("privsep.contexts.a.jvm.max-heap", "96MB");
		assertThat(resolve(ROOT).get(0).description().heap()).isEqualTo("'privsep.contexts.a.jvm.max-heap' of 96MB");
		this.properties.put("privsep.contexts.a.jvm.options", "-XX:MaxRAMPercentage=10");
		assertThat(resolve(ROOT).get(0).description().heap()).isEqualTo("the heap in 'privsep.contexts.a.jvm.options'");
	}

	@Test
	void callTimeoutOfZeroIsNoLimit() {
		this.properties.put("privsep.contexts.a.call-timeout", "0");
		Duration timeout = resolve(ROOT).get(0).times().call();
		assertThat(timeout).isGreaterThan(Duration.ofDays(3650));
		// as a deadline is made of it
		assertThat(System.nanoTime() + timeout.toNanos()).isGreaterThan(System.nanoTime());
		this.properties.put("privsep.contexts.a.call-timeout", "-1s");
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(() -> resolve(ROOT))
			.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo("it must be positive, or 0 for no limit"));
	}

	@ParameterizedTest
	@CsvSource({ "recycle.calls, 0", "recycle.after, 0s", "recycle.after, -1s" })
	void recyclingBeforeTheFirstCallIsRefused(String property, String value) {
		this.properties.put("privsep.contexts.a." + property, value);
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(() -> resolve(ROOT))
			.satisfies((ex) -> assertThat(ex.getName()).isEqualTo("privsep.contexts.a." + property));
	}

	@ParameterizedTest
	@CsvSource({ "recycle.calls, 1", "recycle.after, 1s" })
	void oneSpareIsKeptWhereHelpersAreRecycledUnlessItIsConfigured(String property, String value) {
		assertThat(resolve(ROOT).get(0).standby()).isZero();
		this.properties.put("privsep.contexts.a." + property, value);
		assertThat(resolve(ROOT).get(0).standby()).isEqualTo(1);
		this.properties.put("privsep.contexts.a.standby", 0);
		assertThat(resolve(ROOT).get(0).standby()).isZero();
	}

	@Test
	void inModeUnprivilegedHelpersHaveWhatTheApplicationKeeps() {
		this.properties.put("privsep.mode", "unprivileged");
		assertThat(resolve(ROOT).get(0).definition().rights()).isNull();
		this.properties.put("privsep.drop-root.user", "61302");
		assertThat(resolve(ROOT).get(0).definition().rights())
			.isEqualTo(new HelperDefinition.Rights(61302, 61302, List.of(), Capabilities.NONE));
		assertThat(resolve(ROOT).get(0).description().capabilities()).isEmpty();
		this.properties.put("privsep.drop-root.group", "61303");
		assertThat(resolve(ROOT).get(0).definition().rights())
			.isEqualTo(new HelperDefinition.Rights(61302, 61303, List.of(), Capabilities.NONE));
		this.properties.put("privsep.drop-root.group", "privsep-no-such-group");
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(() -> resolve(ROOT))
			.satisfies((ex) -> assertThat(ex.getName()).isEqualTo("privsep.drop-root.group"));
		assertThat(resolve(USER).get(0).definition().rights()).isNull();
		// what an ordinary user would drop need not exist
		this.properties.put("privsep.drop-root.user", "privsep-no-such-user");
		assertThat(resolve(USER).get(0).definition().rights()).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "process, true", "unprivileged, true", "in-process, false" })
	void recyclingIsRefusedWhereTheApplicationCanStartNoHelperAfterTheDrop(String mode, boolean isRefused) {
		this.properties.put("privsep.mode", mode);
		this.properties.put("privsep.contexts.a.recycle.after", "1h");
		assertThatNoException().isThrownBy(() -> resolve(ROOT));
		this.properties.put("privsep.drop-root.user", "61302");
		if (isRefused) {
			assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(() -> resolve(ROOT))
				.satisfies((ex) -> assertThat(ex.getName()).isEqualTo("privsep.contexts.a.recycle.after"))
				.satisfies((ex) -> assertThat(ex.getReason()).contains("cannot start helpers itself after the drop"));
		}
		else {
			assertThatNoException().isThrownBy(() -> resolve(ROOT));
		}
	}

	@Test
	void recyclingIsNotRefusedWhereAnInstallationStartsHelpersOrThereIsNothingToDrop() {
		this.properties.put("privsep.contexts.a.recycle.calls", "1");
		this.properties.put("privsep.drop-root.user", "61302");
		this.properties.put("privsep.contexts.a.launcher", "command");
		this.properties.put("privsep.contexts.a.command", "doas,/x");
		assertThatNoException().isThrownBy(() -> resolve(ROOT));
		this.properties.put("privsep.mode", "unprivileged");
		assertThatNoException().isThrownBy(() -> resolve(USER));
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(() -> resolve(ROOT));
	}

	@ParameterizedTest
	@CsvSource({ "restart.initial-backoff, 0s", "restart.max-backoff, -1s", "restart.multiplier, 0.9",
			"restart.multiplier, NaN" })
	void restartsInATightLoopAreRefused(String property, String value) {
		this.properties.put("privsep.contexts.a." + property, value);
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(() -> resolve(ROOT))
			.satisfies((ex) -> assertThat(ex.getName()).isEqualTo("privsep.contexts.a." + property));
	}

	@Test
	void capabilitiesThatTheSystemDoesNotHaveAreRefusedWithTheBoundingSet() {
		Capabilities bounding = LauncherChoice.TO_CHANGE_CREDENTIALS;
		assertThatExceptionOfType(InsufficientRightsException.class)
			.isThrownBy(() -> resolve(rights(0, bounding, bounding, false)))
			.withMessageContaining("The capabilities [net_raw] are not in the bounding set of this system or container,"
					+ " which is [setgid, setuid, setpcap]")
			.satisfies((ex) -> assertThat(ex.action()).contains("--cap-add"));
	}

	@Test
	void autoIsDirectWhereTheApplicationMayChangeUsers(CapturedOutput output) {
		assertThat(resolve(ROOT).get(0).launcher()).isInstanceOf(DirectLauncher.class);
		assertThat(output).contains("INFO")
			.contains("Context 'a': launcher 'direct', because this application may change users itself");
	}

	@Test
	void autoIsSudoWhereThereIsAWrapper(@TempDir Path directory, CapturedOutput output) throws IOException {
		Path wrapper = Files.createFile(directory.resolve("a"));
		this.properties.put("privsep.contexts.a.wrapper", wrapper.toString());
		if (Files.isExecutable(Path.of("/usr/bin/sudo"))) {
			assertThat(resolve(USER).get(0).launcher()).isInstanceOf(WrapperLauncher.class);
		}
		assertThat(output).contains("launcher 'sudo', because there is '" + wrapper + "'");
	}

	@Test
	void autoIsSystemdWhereThereIsASocketToo(@TempDir Path directory, CapturedOutput output) throws IOException {
		this.properties.put("privsep.contexts.a.wrapper", Files.createFile(directory.resolve("a")).toString());
		Path socket = Files.createFile(directory.resolve("a.sock"));
		this.properties.put("privsep.contexts.a.socket", socket.toString());
		assertThat(resolve(USER).get(0).launcher()).isInstanceOf(SystemdLauncher.class);
		assertThat(output).contains("launcher 'systemd', because there is '" + socket + "'");
	}

	@Test
	void autoWithNothingInstalledIsRefusedAndSaysWhereItHasLooked() {
		assertThatExceptionOfType(InsufficientRightsException.class).isThrownBy(() -> resolve(USER))
			.withMessageContaining("there is neither '/run/privsep/some-app/a.sock' nor"
					+ " '/usr/lib/privsep/some-app/current/bin/a'")
			.satisfies((ex) -> assertThat(ex.action()).contains("-Djarmode=privsep"));
	}

	@Test
	void sudoWithoutNewPrivilegesIsRefused() {
		this.properties.put("privsep.contexts.a.launcher", "sudo");
		this.properties.put("privsep.contexts.a.wrapper", "/bin/true");
		this.properties.put("privsep.contexts.a.wrapper", "/bin/true");
		assertThatExceptionOfType(InsufficientRightsException.class)
			.isThrownBy(() -> resolve(rights(61300, Capabilities.NONE, ALL, true)))
			.withMessageContaining("no_new_privs")
			.satisfies((ex) -> assertThat(ex.action()).contains("Use launcher 'systemd'"));
	}

	@Test
	void commandWithoutWordsIsRefused() {
		this.properties.put("privsep.contexts.a.launcher", "command");
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(() -> resolve(USER))
			.satisfies((ex) -> assertThat(ex.getName()).isEqualTo("privsep.contexts.a.command"));
	}

	@Test
	void codeIsCheckedWhereTheHelperHasMoreThanTheApplicationInTheEnd() {
		this.properties.put("privsep.drop-root.user", "61300");
		assertThat(checksCode(ROOT)).isTrue();
		this.properties.remove("privsep.drop-root.user");
		ThreadRights fewer = rights(61300, LauncherChoice.TO_CHANGE_CREDENTIALS, ALL, false);
		assertThat(checksCode(fewer)).isTrue();
		this.properties.put("privsep.mode", "unprivileged");
		assertThat(checksCode(fewer)).isFalse();
	}

	private boolean checksCode(ThreadRights own) {
		return ((DirectLauncher) resolve(own).get(0).launcher()).checksCode();
	}

	@Test
	void installedHelperIsExpectedToSayWhatItWasInstalledWith(@TempDir Path directory) throws IOException {
		this.properties.put("privsep.contexts.a.socket", Files.createFile(directory.resolve("a.sock")).toString());
		ContextSettings settings = resolve(USER).get(0);
		assertThat(settings.definition().installation()).satisfies((installation) -> {
			assertThat(installation.build()).hasSize(64);
			assertThat(installation.logsToConnection()).isTrue();
			assertThat(installation.functions()).containsExactly(Functions.class.getName() + ".open(int) void",
					Functions.class.getName() + ".run() void");
		});
	}

	@Test
	void debuggerOfAHelperThatIsOrWillBeInstalledIsRefused(@TempDir Path directory) throws IOException {
		this.properties.put("privsep.contexts.a.debug", "5005");
		this.properties.put("privsep.contexts.a.socket", Files.createFile(directory.resolve("a.sock")).toString());
		String refusal = "a helper that is installed takes no debugger";
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(() -> resolve(USER))
			.satisfies((ex) -> assertThat(ex.getReason()).contains(refusal));
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> resolver(ROOT).resolveForInstallation("a",
					FunctionTable.of("a", List.of(Functions.class)), LauncherType.SYSTEMD, 61300, directory))
			.satisfies((ex) -> assertThat(ex.getReason()).contains(refusal));
	}

	@Test
	void auditIsOffUnlessAskedForAndAnnotationsThatCountOnItAreWarnedOf(CapturedOutput output) {
		assertThat(resolve(ROOT).get(0).definition().logging().audit().text()).isEqualTo("off");
		assertThat(output).contains("WARN")
			.contains("Context 'a': [Functions.open] have @Audited parameters, and no calls are audited; set"
					+ " 'privsep.contexts.a.audit'");
	}

	@ParameterizedTest
	@CsvSource({ "file, /var/log/privsep/some-app/a.log", "stderr, stderr", "false, off", "OFF, off" })
	void auditIsWhereItIsConfigured(String configured, String audit) {
		// YAML reads 'off' as false
		this.properties.put("privsep.contexts.a.audit", configured.equals("false") ? false : configured);
		assertThat(resolve(ROOT).get(0).definition().logging().audit().text()).isEqualTo(audit);
		this.properties.put("privsep.mode", "in-process");
		assertThat(resolve(ROOT).get(0).definition().logging().audit().text()).isEqualTo("off");
	}

	@Test
	void auditOfTheApplicationsOwnHelpersMayBeElsewhere(CapturedOutput output) {
		this.properties.put("privsep.contexts.a.audit", "file");
		this.properties.put("privsep.audit.directory", "/srv/audit");
		assertThat(resolve(ROOT).get(0).definition().logging().audit().text()).isEqualTo("/srv/audit/a.log");
		assertThat(output).contains("Context 'a': its calls are audited to '/srv/audit/a.log'")
			.doesNotContain("@Audited");
		this.properties.put("privsep.audit.directory", "audit");
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(() -> resolve(ROOT))
			.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo("it must be an absolute path"));
	}

	@Test
	void filterIsLoadedWhereItIsConfiguredAndTheJvmIsToldOfNativeCode() {
		assertThat(resolve(ROOT).get(0).definition().confinement().isFiltered()).isFalse();
		this.properties.put("privsep.contexts.a.jvm.options", "-Xss1m");
		assertThat(context().jvmOptions()).containsExactly("-Xss1m");
		this.properties.put("privsep.contexts.a.seccomp", "true");
		assertThat(resolve(ROOT).get(0).definition().confinement().isFiltered()).isTrue();
		assertThat(context().jvmOptions()).startsWith("--enable-native-access=ALL-UNNAMED").endsWith("-Xss1m");
	}

	private PrivsepProperties.Context context() {
		return Objects.requireNonNull(bound().contexts().get("a"));
	}

	private PrivsepProperties bound() {
		return new Binder(new MapConfigurationPropertySource(this.properties)).bind("privsep", PrivsepProperties.class)
			.get();
	}

	@Test
	void sandboxOfAnOrdinaryUserTakesFromItsOwnRights(CapturedOutput output) {
		sandboxed();
		ThreadRights own = ContextResolver.ownRights();
		assumeTrue(own != null && own.uids().get(1) == 0, "SKIPPED: only root gives sandboxes to other users");
		ContextSettings settings = resolve(USER).get(0);
		assertThat(settings.description().user()).isEqualTo("application");
		assertThat(settings.description().capabilities()).isEmpty();
		HelperDefinition definition = settings.definition();
		assertThat(Objects.requireNonNull(definition.rights()).uid()).isEqualTo(61300);
		assertThat(checksCode(USER)).isFalse();
		assertThat(definition.confinement().isFiltered()).isTrue();
		assertThat(definition.clientUid()).isEqualTo(-1);
		assertThat(output).contains(
				"Context 'a': launcher 'direct', because its sandbox only takes from this application's own rights",
				"Context 'a': in a sandbox, network 'none', 128 MB of memory, limited by RLIMIT_DATA");
	}

	@ParameterizedTest
	@ValueSource(strings = { "process", "unprivileged" })
	void sandboxOfAnApplicationThatDropsRootHasItsGroupOfThen(String mode) {
		sandboxed();
		assumeTrue(ContextResolver.ownRights() != null, "SKIPPED: only Linux has sandboxes");
		this.properties.put("privsep.mode", mode);
		this.properties.put("privsep.drop-root.user", "61302");
		this.properties.put("privsep.drop-root.group", "61303");
		assertThat(resolve(ROOT).get(0).definition().rights())
			.isEqualTo(new HelperDefinition.Rights(61302, 61303, List.of(), Capabilities.NONE));
	}

	@Test
	void sandboxOfRootIsANumberThatNobodyHas() {
		sandboxed();
		assumeTrue(ContextResolver.ownRights() != null, "SKIPPED: only Linux has sandboxes");
		Rights rights = Objects.requireNonNull(resolve(ROOT).get(0).definition().rights());
		assertThat(rights.uid()).isEqualTo(rights.gid()).isBetween(0x70000000, 0x70ffffff);
		assertThat(resolve(ROOT).get(0).definition().rights()).isEqualTo(rights);
		assertThat(Objects.requireNonNull(SandboxUser.of("b", 0, 0, ROOT)).uid()).isNotEqualTo(rights.uid());
	}

	@ParameterizedTest
	@CsvSource({ "0 0 4294967295, 0 0 4294967295, 1894445415", "0 0 4294967295, 0 1000 1;1 100000 65536, 61069",
			"0 1000 1;1 100000 65536, 0 0 4294967295, 61069" })
	void sandboxOfRootIsANumberThatItsNamespaceHas(String uids, String gids, int number) {
		assertThat(SandboxUser.number("sandbox", List.of(uids.replace(';', '\n'), gids.replace(';', '\n'))))
			.isEqualTo(number);
	}

	@Test
	void sandboxOfRootWhoseNamespaceHasNoNumbersFails() {
		assertThatExceptionOfType(InsufficientRightsException.class)
			.isThrownBy(() -> SandboxUser.number("a", List.of("0 1000 1\n", "0 0 4294967295\n")))
			.withMessageContaining("none of those that are nobody's, from 60706 to 61183");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void contextWithoutUserAndSandboxIsRefused(boolean disabled) {
		assumeTrue(ContextResolver.ownRights() != null, "SKIPPED: only Linux has users");
		sandboxed();
		this.properties.remove("privsep.contexts.a.sandbox.enabled");
		if (disabled) {
			this.properties.put("privsep.contexts.a.sandbox.enabled", "false");
			this.properties.put("privsep.contexts.a.sandbox.network", "host");
		}
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(() -> resolve(USER))
			.satisfies((ex) -> assertThat(ex.getName()).isEqualTo("privsep.contexts.a.user"))
			.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo("'privsep.contexts.a.user' is required; give the"
					+ " helper its own user, by name or number, or set 'privsep.contexts.a.sandbox.enabled=true'"));
	}

	@Test
	void sandboxWithoutUserIsNotInstalled() {
		sandboxed();
		this.properties.put("privsep.contexts.a.launcher", "sudo");
		this.properties.put("privsep.contexts.a.wrapper", "/bin/true");
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(() -> resolve(USER))
			.satisfies((ex) -> assertThat(ex.getReason()).contains("launcher 'sudo' needs one"));
	}

	@Test
	void sandboxWithoutUserHasNoGroups() {
		sandboxed();
		this.properties.put("privsep.contexts.a.groups", "61301");
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(() -> resolve(USER))
			.satisfies((ex) -> assertThat(ex.getName()).isEqualTo("privsep.contexts.a.groups"));
	}

	@Test
	void sandboxIsNeverRoots() {
		sandboxed();
		assumeTrue(ContextResolver.ownRights() != null, "SKIPPED: only Linux has sandboxes");
		this.properties.put("privsep.mode", "unprivileged");
		assertThat(Objects.requireNonNull(resolve(ROOT).get(0).definition().rights()).uid()).isBetween(0x70000000,
				0x70ffffff);
		this.properties.put("privsep.mode", "process");
		this.properties.put("privsep.contexts.a.user", "0");
		this.properties.put("privsep.contexts.a.allow-root", "true");
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(() -> resolve(ROOT))
			.satisfies((ex) -> assertThat(ex.getReason()).contains("root's own files in /proc"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "-Xss512k,-XX:+UseG1GC", "-Xss512k -XX:+UseG1GC", "-Xint, -Dkey=value",
			"-ea,--enable-preview" })
	void optionsInOneTextAreRefused(String text) {
		this.properties.put("privsep.contexts.a.jvm.options", text);
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(() -> resolve(ROOT))
			.satisfies((ex) -> assertThat(ex.getName()).isEqualTo("privsep.contexts.a.jvm.options"))
			.satisfies((ex) -> assertThat(ex.getValue()).isEqualTo(text))
			.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo("it looks like more than one option; write a list"
					+ " in a YAML file, or 'jvm.options[0]', 'jvm.options[1]' and so on in other places"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n", "-Dkey=1,-2", "-Dkey=a -b",
			"-Xlog:gc,class:stderr", "--add-modules=java.sql,java.xml" })
	void optionWithCommasIsOneOption(String option) {
		this.properties.put("privsep.contexts.a.jvm.options", option);
		assertThatNoException().isThrownBy(() -> resolve(ROOT));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			net_raw   | 1KB  | it must be at least 64KB
			sys_admin | 16MB | with it, other processes would not see what functions with 'sys_admin' mount
			""")
	void temporaryDirectoryThatMakesNoSenseIsRefused(String capability, String tmp, String reason) {
		this.properties.put("privsep.contexts.a.capabilities", capability);
		this.properties.put("privsep.contexts.a.tmp", tmp);
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(() -> resolve(ROOT))
			.satisfies((ex) -> assertThat(ex.getName()).isEqualTo("privsep.contexts.a.tmp"))
			.satisfies((ex) -> assertThat(ex.getReason()).startsWith(reason));
	}

	@Test
	void temporaryDirectoryOfASandboxIsRefused() {
		sandboxed();
		this.properties.put("privsep.contexts.a.tmp", "16MB");
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(() -> resolve(ROOT))
			.satisfies((ex) -> assertThat(ex.getReason()).contains("'sandbox.tmp-size'"));
	}

	@Test
	void temporaryDirectoryThatCannotBeMountedIsRefused() {
		this.properties.put("privsep.contexts.a.tmp", "16MB");
		assertThatNoException().isThrownBy(() -> resolve(ROOT));
		ThreadRights inContainer = rights(0, ALL.without(Capabilities.of(List.of(Capability.SYS_ADMIN))), ALL, false);
		assertThatExceptionOfType(InsufficientRightsException.class).isThrownBy(() -> resolve(inContainer))
			.withMessageContaining("'privsep.contexts.a.tmp' is mounted for the helper");
	}

	private void sandboxed() {
		this.properties.remove("privsep.contexts.a.user");
		this.properties.put("privsep.contexts.a.capabilities", "");
		this.properties.put("privsep.contexts.a.sandbox.enabled", "true");
	}

	private List<ContextSettings> resolve(ThreadRights own) {
		return resolver(own).resolve(Map.of("a", FunctionTable.of("a", List.of(Functions.class)), "b",
				FunctionTable.of("b", List.of(OtherFunctions.class))));
	}

	private ContextResolver resolver(ThreadRights own) {
		return ContextResolver.of(bound(), "some-app", new SettingsBinder(new MockEnvironment(), List.of()),
				getClass().getClassLoader(), own);
	}

	private static ThreadRights rights(int uid, Capabilities own, Capabilities bounding, boolean noNewPrivs) {
		List<Integer> ids = List.of(uid, uid, uid, uid);
		return new ThreadRights(ids, ids, List.of(), Capabilities.NONE, own, own, bounding, Capabilities.NONE,
				noNewPrivs, 0);
	}

	static class Functions {

		@PrivsepFunction("a")
		public void run() {
		}

		@PrivsepFunction("a")
		public void open(@Audited int port) {
		}

	}

	static class OtherFunctions {

		@PrivsepFunction("b")
		public void move(Path from) {
		}

		@PrivsepFunction("b")
		public void run(String command) {
		}

		@PrivsepFunction("b")
		public void start(String args) {
		}

	}

}
