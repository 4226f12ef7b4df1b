package io.privsep.autoconfigure;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.DefaultResourceLoader;

import io.privsep.autoconfigure.ApplicationContextsTests.Pids;
import io.privsep.channel.Channels;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application with Spring Cloud's bootstrap context, which is a parent without
 * functions.
 */
@ExtendWith(OutputCaptureExtension.class)
class BootstrapContextTests {

	@Test
	void bootstrapContextStartsNoHelperAndTheApplicationStartsItsOwn(CapturedOutput output) throws Exception {
		Thread thread = Thread.currentThread();
		ClassLoader before = thread.getContextClassLoader();
		try (URLClassLoader loader = new URLClassLoader(springCloud(), before)) {
			thread.setContextClassLoader(loader);
			try (ConfigurableApplicationContext context = new SpringApplicationBuilder(
					new DefaultResourceLoader(loader), Pids.class, PrivsepAutoConfiguration.class)
				.web(WebApplicationType.NONE)
				.run("--spring.cloud.bootstrap.enabled=true", "--privsep.mode=unprivileged",
						"--privsep.contexts.pids.capabilities=", "--spring.main.banner-mode=off")) {
				ApplicationContext bootstrap = context.getParent();
				assertThat(bootstrap).isNotNull();
				assertThat(bootstrap.getId()).isEqualTo("bootstrap");
				assertThat(bootstrap.getBeanNamesForType(Channels.class)).isEmpty();
				assertThat(context.getBean(Pids.class).pid()).isNotEqualTo(ProcessHandle.current().pid());
				assertThat(output).containsOnlyOnce("Started helpers [pids] ");
			}
		}
		finally {
			thread.setContextClassLoader(before);
		}
	}

	private static URL[] springCloud() throws IOException {
		try (Stream<Path> files = Files.list(Path.of("target/spring-cloud"))) {
			List<Path> jars = files.toList();
			URL[] urls = new URL[jars.size()];
			for (int i = 0; i < urls.length; i++) {
				urls[i] = jars.get(i).toUri().toURL();
			}
			return urls;
		}
	}

}
