package io.privsep.advice;

import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.privsep.PrivsepFunction;

/**
 * The table of docs/beans.md: {@code @ConfigurationProperties} that a helper would not
 * read fails the start.
 */
class RefusedSettingsTests {

	private final BeanStart start = new BeanStart();

	@Test
	void settingsWithAnotherPrefixAreToldTheRightOne() {
		String problem = "), and a helper gets it from 'privsep.contexts.net.settings'; write that prefix and move the"
				+ " values there, or take another record, and let its values refer to these, such as"
				+ " 'privsep.contexts.net.settings.<name>=${<name>}'";
		this.start.refuses("'" + OtherSettings.class.getName() + "' has @ConfigurationProperties(\"app.net\"" + problem,
				WithOtherSettings.class);
		this.start.refuses("'" + BareSettings.class.getName() + "' has @ConfigurationProperties(\"\"" + problem,
				WithBareSettings.class);
		this.start.accepts(WithRightSettings.class);
		this.start.accepts(WithPlainSettings.class);
	}

	@Test
	void propertiesThatAreABeanWithFunctionsAreToldToBeSettings() {
		String problem = "' has @ConfigurationProperties, which binds nothing in a helper; keep the values in"
				+ " 'privsep.contexts.net.settings', and take the record that is bound from there as a constructor"
				+ " parameter";
		this.start.refuses("'" + Bound.class.getName() + problem, Bound.class);
		this.start.refuses("'BoundConfiguration.plain" + problem, BoundConfiguration.class);
		this.start.accepts(WithPlainSettings.class);
	}

	@ConfigurationProperties("app.net")
	record OtherSettings(String name) {
	}

	@ConfigurationProperties
	record BareSettings(String name) {
	}

	@ConfigurationProperties(prefix = "privsep.contexts.net.settings")
	record RightSettings(String name) {
	}

	record PlainSettings(String name) {
	}

	@PrivsepFunction("net")
	static class WithOtherSettings {

		private final OtherSettings settings;

		WithOtherSettings(OtherSettings settings) {
			this.settings = settings;
		}

		public String name() {
			return this.settings.name();
		}

	}

	@PrivsepFunction("net")
	static class WithBareSettings {

		private final BareSettings settings;

		WithBareSettings(BareSettings settings) {
			this.settings = settings;
		}

		public String name() {
			return this.settings.name();
		}

	}

	@PrivsepFunction("net")
	static class WithRightSettings {

		private final RightSettings settings;

		WithRightSettings(RightSettings settings) {
			this.settings = settings;
		}

		public String name() {
			return this.settings.name();
		}

	}

	@PrivsepFunction("net")
	static class WithPlainSettings {

		private final PlainSettings settings;

		WithPlainSettings(PlainSettings settings) {
			this.settings = settings;
		}

		public String name() {
			return this.settings.name();
		}

	}

	@ConfigurationProperties("app.net")
	@PrivsepFunction("net")
	static class Bound {

		private String name = "";

		public void setName(String name) {
			this.name = name;
		}

		public String getName() {
			return this.name;
		}

	}

	@PrivsepFunction("net")
	static class Plain {

		public void run() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class BoundConfiguration {

		@Bean
		@ConfigurationProperties("app.net")
		Plain plain() {
			return new Plain();
		}

	}

}
