package io.privsep.autoconfigure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.privsep.channel.Channels;
import io.privsep.sample.Sample;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a start says where there is nothing to say, and what it leaves in the bean
 * factory.
 */
@ExtendWith(OutputCaptureExtension.class)
class QuietStartTests {

	@Test
	void startWithoutContextsSaysNothing(CapturedOutput output) {
		start(Nothing.class).close();
		assertThat(output).contains("Started").doesNotContain("i.privsep", "io.privsep", "Helper");
	}

	@Test
	void beansDoNotDependOnTheChannelsAndEndBeforeThemAllTheSame() {
		ConfigurableApplicationContext context = start(Nothing.class, Sample.class);
		String channels = context.getBeanNamesForType(Channels.class)[0];
		for (String bean : context.getBeanDefinitionNames()) {
			if (!bean.startsWith("privsep")) {
				assertThat(context.getBeanFactory().getDependenciesForBean(bean)).as(bean).doesNotContain(channels);
			}
		}
		Nothing.Caller caller = context.getBean(Nothing.Caller.class);
		context.close();
		assertThat(caller.last).isEqualTo("last");
	}

	private static ConfigurableApplicationContext start(Class<?>... sources) {
		return new SpringApplicationBuilder(sources).sources(PrivsepAutoConfiguration.class)
			.web(WebApplicationType.NONE)
			.properties("privsep.mode=in-process", "spring.main.banner-mode=off",
					(sources.length > 1) ? "privsep.contexts.sample.settings.name=x" : "a=b",
					(sources.length > 1) ? "privsep.contexts.sample.settings.sizes=1" : "a=b")
			.run();
	}

	/** Without functions. */
	@Configuration(proxyBeanMethods = false)
	static class Nothing {

		@Bean(destroyMethod = "end")
		Caller caller(ObjectProvider<Sample> sample) {
			return new Caller(sample);
		}

		/** Calls a function when it ends, which it looks up only then. */
		static class Caller {

			private final ObjectProvider<Sample> sample;

			private String last = "";

			Caller(ObjectProvider<Sample> sample) {
				this.sample = sample;
			}

			void end() {
				this.sample.ifAvailable((each) -> this.last = each.echo("last"));
			}

		}

	}

}
