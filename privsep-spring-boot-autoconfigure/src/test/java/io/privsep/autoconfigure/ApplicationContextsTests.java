package io.privsep.autoconfigure;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import io.privsep.PrivsepFunction;
import io.privsep.channel.Channels;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Several application contexts in one JVM, with real helpers.
 */
class ApplicationContextsTests {

	private static final String[] PROPERTIES = { "privsep.mode=unprivileged", "privsep.contexts.pids.capabilities=",
			"spring.main.banner-mode=off" };

	@Test
	void applicationsInOneJvmHaveHelpersOfTheirOwn() {
		try (ConfigurableApplicationContext first = start()) {
			long pid = first.getBean(Pids.class).pid();
			try (ConfigurableApplicationContext second = start()) {
				assertThat(pid).isNotEqualTo(second.getBean(Pids.class).pid())
					.isNotEqualTo(ProcessHandle.current().pid());
			}
			assertThat(first.getBean(Pids.class).pid()).isEqualTo(pid);
		}
	}

	@Test
	void childContextHasItsHelpersAndUsesThemBesideItsParent() {
		try (ConfigurableApplicationContext parent = new SpringApplicationBuilder(Parent.class)
			.web(WebApplicationType.NONE)
			.run("--spring.main.banner-mode=off");
				ConfigurableApplicationContext child = new SpringApplicationBuilder(Pids.class)
					.web(WebApplicationType.NONE)
					.parent(parent)
					.sources(PrivsepAutoConfiguration.class)
					.properties(PROPERTIES)
					.run()) {
			assertThat(child.getBean(Pids.class).pid()).isNotEqualTo(ProcessHandle.current().pid());
		}
	}

	@Test
	void parentContextHasTheHelpersThatItsChildUses() {
		try (ConfigurableApplicationContext parent = start()) {
			long pid;
			try (ConfigurableApplicationContext child = new SpringApplicationBuilder(Parent.class)
				.web(WebApplicationType.NONE)
				.parent(parent)
				.run("--spring.main.banner-mode=off")) {
				pid = child.getBean(Pids.class).pid();
			}
			assertThat(parent.getBean(Pids.class).pid()).isEqualTo(pid);
		}
	}

	@Test
	void childContextWithoutFunctionsStartsNoHelperOfItsParent() {
		try (ConfigurableApplicationContext parent = start();
				ConfigurableApplicationContext child = child(parent, Parent.class);
				ConfigurableApplicationContext grandchild = child(child, Parent.class)) {
			for (ConfigurableApplicationContext each : List.of(child, grandchild)) {
				assertThat(each.getEnvironment().containsProperty("privsep.contexts.pids.capabilities")).isTrue();
				assertThat(each.getBeanFactory().containsLocalBean("privsepChannels")).isTrue();
				assertThat(each.getBean(Channels.class).all()).isEmpty();
				assertThat(each.getBean(Pids.class).pid()).isEqualTo(parent.getBean(Pids.class).pid());
			}
		}
	}

	@Test
	void parentAndChildContextsWithFunctionsHaveHelpersOfTheirOwn() {
		try (ConfigurableApplicationContext parent = start();
				ConfigurableApplicationContext child = child(parent, Others.class,
						"--privsep.contexts.others.capabilities=")) {
			assertThat(parent.getBean(Channels.class).all()).containsOnlyKeys("pids");
			assertThat(child.getBean(Channels.class).all()).containsOnlyKeys("others");
			long pid = parent.getBean(Pids.class).pid();
			assertThat(child.getBean(Others.class).pid()).isNotEqualTo(pid).isNotEqualTo(ProcessHandle.current().pid());
			assertThat(child.getBean(Pids.class).pid()).isEqualTo(pid);
		}
	}

	@Test
	void childContextWithFunctionsOfAContextOfItsParentHasAHelperOfItsOwn() {
		try (ConfigurableApplicationContext parent = start();
				ConfigurableApplicationContext child = child(parent, MorePids.class)) {
			long pid = parent.getBean(Pids.class).pid();
			assertThat(child.getBean(MorePids.class).pid()).isNotEqualTo(pid)
				.isNotEqualTo(ProcessHandle.current().pid());
			assertThat(child.getBean(Pids.class).pid()).isEqualTo(pid);
		}
	}

	private static ConfigurableApplicationContext child(ConfigurableApplicationContext parent, Class<?> source,
			String... arguments) {
		return new SpringApplicationBuilder(source).web(WebApplicationType.NONE)
			.parent(parent)
			.sources(PrivsepAutoConfiguration.class)
			.run(arguments);
	}

	private static ConfigurableApplicationContext start() {
		return new SpringApplicationBuilder(Pids.class).web(WebApplicationType.NONE)
			.sources(PrivsepAutoConfiguration.class)
			.properties(PROPERTIES)
			.run();
	}

	@Configuration(proxyBeanMethods = false)
	static class Parent {

	}

	@PrivsepFunction("pids")
	static class Pids {

		public long pid() {
			return ProcessHandle.current().pid();
		}

	}

	@PrivsepFunction("others")
	static class Others {

		public long pid() {
			return ProcessHandle.current().pid();
		}

	}

	@PrivsepFunction("pids")
	static class MorePids {

		public long pid() {
			return ProcessHandle.current().pid();
		}

	}

}
