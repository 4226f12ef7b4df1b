package io.privsep.autoconfigure;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.context.support.GenericApplicationContext;

import io.privsep.channel.Channels;
import io.privsep.channel.TraceSource;
import io.privsep.context.PrivsepProperties;
import io.privsep.rights.Capabilities;
import io.privsep.rights.ThreadRights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Whether {@link PrivsepLifecycle} drops root. The user is one that does not exist, so
 * that the JVM of the tests never becomes it.
 */
class PrivsepLifecycleTests {

	@ParameterizedTest
	@ValueSource(strings = { "unprivileged", "in-process" })
	void startWithoutRootToDropIsNoFailureWhereHelpersHaveNoOtherRights(String mode) {
		PrivsepLifecycle lifecycle = lifecycle(mode, rights(1000, Capabilities.NONE));
		lifecycle.start();
		assertThat(lifecycle.isRunning()).isTrue();
	}

	@Test
	void startWithoutRootToDropFailsInModeProcess() {
		assertDrops("process", rights(1000, Capabilities.NONE));
	}

	@ParameterizedTest
	@ValueSource(strings = { "unprivileged", "in-process" })
	void startAsRootDropsItInEveryMode(String mode) {
		assertDrops(mode, rights(0, Capabilities.NONE));
		assertDrops(mode, rights(1000, new Capabilities(1)));
	}

	private static void assertDrops(String mode, ThreadRights own) {
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> lifecycle(mode, own).start())
			.withMessageContaining("privsep.drop-root.user");
	}

	private static PrivsepLifecycle lifecycle(String mode, ThreadRights own) {
		PrivsepProperties properties = new Binder(new MapConfigurationPropertySource(
				Map.of("privsep.mode", mode, "privsep.drop-root.user", "privsep-no-such-user")))
			.bind("privsep", PrivsepProperties.class)
			.get();
		return new PrivsepLifecycle(Channels.start(List.of(), TraceSource.NONE, () -> null), properties,
				new DefaultListableBeanFactory().getBeanProvider(WebServerFiles.class), new GenericApplicationContext(),
				own);
	}

	private static ThreadRights rights(int uid, Capabilities permitted) {
		List<Integer> ids = List.of(uid, uid, uid, uid);
		return new ThreadRights(ids, ids, List.of(), Capabilities.NONE, permitted, Capabilities.NONE, Capabilities.NONE,
				Capabilities.NONE, false, 0);
	}

}
