package io.privsep.context;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.mock.env.MockEnvironment;

import io.privsep.PrivsepFunction;
import io.privsep.channel.ContextSettings;
import io.privsep.function.FunctionTable;
import io.privsep.launch.DirectLauncher;
import io.privsep.rights.Capabilities;
import io.privsep.rights.Capability;
import io.privsep.rights.ThreadRights;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SeparationWarnings}: one warning each, and none where all is well.
 */
class SeparationWarningsTests {

	private static final Capabilities ALL = new Capabilities((1L << Capability.values().length) - 1);

	private static final ThreadRights ROOT = rights(0, ALL);

	private static final ThreadRights USER = rights(61300, Capabilities.NONE);

	private final Map<String, Object> properties = new HashMap<>(
			Map.of("privsep.contexts.a.user", "61301", "privsep.contexts.a.capabilities", "net_raw",
					"privsep.contexts.b.user", "61302", "privsep.contexts.b.capabilities", ""));

	private final Logger logger = (Logger) LoggerFactory.getLogger("io.privsep");

	private final ListAppender<ILoggingEvent> events = new ListAppender<>();

	@BeforeEach
	void listen() {
		this.events.start();
		this.logger.addAppender(this.events);
	}

	@AfterEach
	void stopListening() {
		this.logger.detachAppender(this.events);
	}

	@Test
	void applicationThatStaysRootIsWarnedOfOnce() {
		resolve(ROOT);
		assertThat(warnings()).containsExactly(
				"The application has the rights of root and keeps them, so the helpers of contexts [a, b] protect nothing"
						+ " from it; set 'privsep.drop-root.user', or install the helpers and start the application as an"
						+ " ordinary user");
	}

	@Test
	void codeOfAnApplicationThatStaysRootIsChecked() {
		assertThat(resolve(ROOT))
			.allSatisfy((context) -> assertThat(((DirectLauncher) context.launcher()).checksCode()).isTrue());
	}

	@Test
	void applicationThatMayBecomeRootIsWarnedOf() {
		resolve(rights(61300, ALL));
		assertThat(warnings()).singleElement().asString().startsWith("The application has the rights of root");
	}

	@Test
	void dropWithoutSparesIsWarnedOfOnce() {
		this.properties.put("privsep.drop-root.user", "61300");
		resolve(ROOT);
		assertThat(warnings()).containsExactly(
				"Without root, the application cannot replace a helper of contexts [a, b] that ends, and they"
						+ " have no spares; set 'privsep.contexts.a.standby=1' and likewise for the others");
	}

	@Test
	void dropInModeUnprivilegedIsWarnedOfLikewiseAndUsersThatHaveNoEffectAreNoSharedOnes() {
		this.properties.put("privsep.mode", "unprivileged");
		this.properties.put("privsep.drop-root.user", "61300");
		resolve(ROOT);
		assertThat(warnings()).hasSize(2)
			.anyMatch((warning) -> warning.contains("application's own rights; their 'user'"))
			.anyMatch((warning) -> warning.contains("cannot replace a helper of contexts [a, b] that ends"));
	}

	@Test
	void dropWithSparesIsNotWarnedOf() {
		this.properties.put("privsep.drop-root.user", "61300");
		this.properties.put("privsep.contexts.a.standby", "1");
		this.properties.put("privsep.contexts.b.standby", "2");
		resolve(ROOT);
		assertThat(warnings()).isEmpty();
	}

	@Test
	void installedHelpersAreNotWarnedOf() {
		this.properties.put("privsep.contexts.a.launcher", "command");
		this.properties.put("privsep.contexts.a.command", "doas");
		this.properties.put("privsep.contexts.b.launcher", "command");
		this.properties.put("privsep.contexts.b.command", "doas");
		resolve(USER);
		this.properties.put("privsep.drop-root.user", "61300");
		resolve(ROOT);
		assertThat(warnings()).isEmpty();
	}

	@Test
	void rightsInModeUnprivilegedAreWarnedOfOnce() {
		this.properties.put("privsep.mode", "unprivileged");
		resolve(USER);
		assertThat(warnings()).containsExactly("'privsep.mode' is 'unprivileged': the functions of contexts [a, b]"
				+ " run in helpers with the application's own rights; their 'user' and 'capabilities' have no effect");
	}

	@Test
	void modeUnprivilegedOfRootSaysThatTheRightsAreRoots() {
		this.properties.put("privsep.mode", "unprivileged");
		resolve(ROOT);
		assertThat(warnings()).singleElement()
			.asString()
			.contains("with the application's own rights, which are root's;");
	}

	@Test
	void contextsWithoutRightsInModeUnprivilegedAreNotWarnedOf() {
		this.properties.keySet().removeIf((name) -> !name.endsWith("b.capabilities"));
		this.properties.put("privsep.mode", "unprivileged");
		resolve(USER);
		assertThat(warnings()).isEmpty();
	}

	@Test
	void modeInProcessIsNotWarnedOfInTests() {
		this.properties.put("privsep.mode", "in-process");
		resolve(USER);
		assertThat(warnings()).isEmpty();
	}

	@Test
	void rightsOfADisabledApplicationAreWarnedOfOnce() {
		SeparationWarnings.logDisabled(bound());
		assertThat(warnings()).containsExactly("'privsep.enabled' is false: the functions of contexts [a, b] run in"
				+ " the application's own process, with its rights; their 'user' and 'capabilities' have no effect");
	}

	private List<String> warnings() {
		return this.events.list.stream()
			.filter((event) -> event.getLevel() == Level.WARN)
			.map(ILoggingEvent::getFormattedMessage)
			.toList();
	}

	private List<ContextSettings> resolve(ThreadRights own) {
		return ContextResolver
			.of(bound(), "some-app", new SettingsBinder(new MockEnvironment(), List.of()), getClass().getClassLoader(),
					own)
			.resolve(Map.of("a", FunctionTable.of("a", List.of(Functions.class)), "b",
					FunctionTable.of("b", List.of(OtherFunctions.class))));
	}

	private PrivsepProperties bound() {
		return new Binder(new MapConfigurationPropertySource(this.properties)).bind("privsep", PrivsepProperties.class)
			.get();
	}

	private static ThreadRights rights(int uid, Capabilities own) {
		List<Integer> ids = List.of(uid, uid, uid, uid);
		return new ThreadRights(ids, ids, List.of(), Capabilities.NONE, own, own, ALL, Capabilities.NONE, false, 0);
	}

	static class Functions {

		@PrivsepFunction("a")
		public void run() {
		}

	}

	static class OtherFunctions {

		@PrivsepFunction("b")
		public void run() {
		}

	}

}
