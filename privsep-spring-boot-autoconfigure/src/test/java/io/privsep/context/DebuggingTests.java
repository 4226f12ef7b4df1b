package io.privsep.context;

import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import io.privsep.context.PrivsepProperties.Context;
import io.privsep.context.PrivsepProperties.LauncherType;
import io.privsep.context.PrivsepProperties.Mode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Where {@code privsep.contexts.<name>.debug} is refused.
 */
class DebuggingTests {

	@ParameterizedTest
	@EnumSource(names = { "SUDO", "SYSTEMD", "COMMAND" })
	void installedHelperRefuses(LauncherType launcher) {
		assertThat(refusal(context("debug", "5005"), launcher, Mode.PROCESS))
			.contains("a helper that is installed takes no debugger");
	}

	@Test
	void installationRefuses() {
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> Debugging.refuseInstalled("net", context("debug", "5005")))
			.satisfies((ex) -> assertThat(ex.getReason()).contains("a helper that is installed takes no debugger"));
		Debugging.refuseInstalled("net", context("user", "net"));
	}

	@Test
	void sandboxWithoutNetworkRefuses() {
		assertThat(refusal(context("debug", "5005", "sandbox.enabled", "true"), LauncherType.DIRECT, Mode.PROCESS))
			.contains("set 'privsep.contexts.net.sandbox.network=host' while you debug");
		assertThat(refusal(context("debug", "5005", "sandbox.enabled", "true", "sandbox.network", "host"),
				LauncherType.DIRECT, Mode.PROCESS))
			.isNull();
	}

	@Test
	void whatIsNoPortIsRefused() {
		assertThat(refusal(context("debug", "0"), LauncherType.DIRECT, Mode.PROCESS)).contains("it must be a port");
		assertThat(refusal(context("debug", "65536"), LauncherType.DIRECT, Mode.PROCESS)).contains("it must be a port");
	}

	@Test
	void itIsOffByDefault() {
		assertThat(Debugging.options(context("user", "net"))).isEmpty();
		assertThat(Debugging.options(context("debug", "5005")))
			.contains("-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:5005");
	}

	private static @Nullable String refusal(Context context, LauncherType launcher, Mode mode) {
		try {
			Debugging.check("net", context, launcher, mode);
			return null;
		}
		catch (InvalidConfigurationPropertyValueException ex) {
			assertThat(ex.getName()).isEqualTo("privsep.contexts.net.debug");
			return ex.getReason();
		}
	}

	private static Context context(String... properties) {
		Map<String, String> source = new HashMap<>();
		for (int i = 0; i < properties.length; i += 2) {
			source.put("net." + properties[i], properties[i + 1]);
		}
		return new Binder(new MapConfigurationPropertySource(source)).bindOrCreate("net", Context.class);
	}

}
