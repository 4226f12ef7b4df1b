package io.privsep.channel;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;

import org.junit.jupiter.api.Test;

import io.privsep.definition.AuditPlace;
import io.privsep.definition.HelperDefinition;
import io.privsep.definition.HelperDefinition.Installation;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.rights.Capabilities;
import io.privsep.rights.Capability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link InstallationCheck}.
 */
class InstallationCheckTests {

	private static final Capabilities NET = Capabilities.of(List.of(Capability.NET_ADMIN));

	private static final HelperDefinition CONFIGURED = definition(1, NET, 4, "b1", List.of("a.B.c() void"),
			Map.of("setMtu", "d1"));

	@Test
	void theSameIsAccepted() {
		assertThatNoException().isThrownBy(() -> InstallationCheck.run(CONFIGURED, CONFIGURED.publicText()));
	}

	@Test
	void higherInstalledLimitIsAccepted() {
		HelperDefinition installed = definition(1, NET, 5, "b1", List.of("a.B.c() void"), Map.of("setMtu", "d1"));
		assertThatNoException().isThrownBy(() -> InstallationCheck.run(CONFIGURED, installed.publicText()));
	}

	@Test
	void helperThatIsNotInstalledIsNotCompared() {
		HelperDefinition direct = new HelperDefinition("net", new HelperDefinition.Code(List.of(), null), null, -1,
				new HelperDefinition.Calls(1, 1, 250_000), new HelperDefinition.Logging("INFO", new AuditPlace.Off()),
				new HelperDefinition.Confinement(0, false, null), null);
		assertThatNoException().isThrownBy(() -> InstallationCheck.run(direct, ""));
	}

	@Test
	void helperThatSaysNothingIsRefused() {
		assertThatExceptionOfType(DifferentInstallationException.class)
			.isThrownBy(() -> InstallationCheck.run(CONFIGURED, ""))
			.withMessageEndingWith(": it does not say what it was installed with");
	}

	@Test
	void helperOfAnotherVersionIsToBeInstalledAgain() {
		for (String reported : List.of(CONFIGURED.publicText() + "new-key=1\n",
				CONFIGURED.publicText().replaceAll("max-elements=.*\n", ""))) {
			assertThatExceptionOfType(DifferentInstallationException.class)
				.isThrownBy(() -> InstallationCheck.run(CONFIGURED, reported))
				.withMessageStartingWith("the installed helper is not what the application is configured for:"
						+ " it was installed by another version of privsep (");
		}
	}

	@Test
	void allDifferencesAreTold() {
		HelperDefinition installed = definition(2, Capabilities.NONE, 3, "b1", List.of("a.B.d() void"),
				Map.of("setMtu", "d2"));
		assertThatExceptionOfType(DifferentInstallationException.class)
			.isThrownBy(() -> InstallationCheck.run(CONFIGURED, installed.publicText()))
			.withMessageContaining("'privsep.contexts.net.user' is 1, installed is 2")
			.withMessageContaining("'privsep.contexts.net.capabilities' is [net_admin], installed is []")
			.withMessageContaining("'privsep.contexts.net.max-concurrency' is 4, installed is no more than 3")
			.withMessageContaining("the functions [a.B.c() void] are not installed")
			.withMessageContaining("the installed functions [a.B.d() void] are not in the application")
			.withMessageContaining("'privsep.contexts.net.settings.set-mtu' has another value");
	}

	@Test
	void whatAHelperGoneBadReportsIsCutAndPrintable() {
		String evil = "\\n2026 INFO forged \\u001b[31m" + "x".repeat(100_000);
		HelperDefinition installed = CONFIGURED;
		String other = installed.publicText()
			.replaceAll("function\\.0=.*", "function.0=" + Matcher.quoteReplacement(evil));
		String noNumber = installed.publicText()
			.replaceAll("max-concurrency=.*", "max-concurrency=" + Matcher.quoteReplacement(evil));
		for (String reported : List.of(other, noNumber)) {
			assertThatExceptionOfType(DifferentInstallationException.class)
				.isThrownBy(() -> InstallationCheck.run(CONFIGURED, reported))
				.withMessageContaining("\\n2026 INFO forged \\u001b[31mxxx")
				.withNoCause()
				.satisfies((ex) -> assertThat(ex.getMessage()).hasSizeLessThan(8200));
		}
	}

	@Test
	void filterThatIsNotInstalledIsTold() {
		HelperDefinition configured = new HelperDefinition("net",
				new HelperDefinition.Code(CONFIGURED.code().beans(), null), CONFIGURED.rights(), 1000,
				new HelperDefinition.Calls(4, 1000, 250_000),
				new HelperDefinition.Logging("INFO", new AuditPlace.Off()),
				new HelperDefinition.Confinement(4096, true, null), CONFIGURED.installation());
		assertThatExceptionOfType(DifferentInstallationException.class)
			.isThrownBy(() -> InstallationCheck.run(configured, CONFIGURED.publicText()))
			.withMessageContaining("'privsep.contexts.net.seccomp' is true, installed is false");
	}

	@Test
	void anotherBuildIsTold() {
		HelperDefinition installed = definition(1, NET, 4, "b2", List.of("a.B.c() void"), Map.of("setMtu", "d1"));
		assertThatExceptionOfType(DifferentInstallationException.class)
			.isThrownBy(() -> InstallationCheck.run(CONFIGURED, installed.publicText()))
			.withMessageContaining("its classes are of build b2, those of the application of build b1");
	}

	private static HelperDefinition definition(int uid, Capabilities capabilities, int maxConcurrency, String build,
			List<String> functions, Map<String, String> settings) {
		return new HelperDefinition("net", new HelperDefinition.Code(List.of("a.B"), null),
				new Rights(uid, 1, List.of(), capabilities), 1000,
				new HelperDefinition.Calls(maxConcurrency, 1000, 250_000),
				new HelperDefinition.Logging("INFO", new AuditPlace.Off()),
				new HelperDefinition.Confinement(4096, false, null),
				new Installation(build, "max-heap 1, options []", false, functions, new TreeMap<>(settings)));
	}

}
