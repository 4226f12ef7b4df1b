package io.privsep.autoconfigure;

import java.lang.reflect.Method;
import java.net.URL;

import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.devtools.restart.classloader.RestartClassLoader;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.DefaultResourceLoader;

import io.privsep.autoconfigure.ApplicationContextsTests.Pids;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application as DevTools runs it: its own classes are in another class loader than
 * its libraries, and in a new one after each restart.
 */
class DevToolsTests {

	@Test
	void applicationCallsItsHelperAfterARestartAsWell() throws Exception {
		long first = pidOfHelper();
		assertThat(pidOfHelper()).isNotEqualTo(first).isNotEqualTo(ProcessHandle.current().pid());
	}

	private static long pidOfHelper() throws Exception {
		URL classes = Pids.class.getProtectionDomain().getCodeSource().getLocation();
		Thread thread = Thread.currentThread();
		ClassLoader before = thread.getContextClassLoader();
		try (RestartClassLoader loader = new RestartClassLoader(before, new URL[] { classes })) {
			thread.setContextClassLoader(loader);
			Class<?> type = loader.loadClass(Pids.class.getName());
			assertThat(type).isNotSameAs(Pids.class);
			try (ConfigurableApplicationContext context = new SpringApplicationBuilder(
					new DefaultResourceLoader(loader), type)
				.web(WebApplicationType.NONE)
				.sources(PrivsepAutoConfiguration.class)
				.properties("privsep.mode=unprivileged", "privsep.contexts.pids.capabilities=",
						"spring.main.banner-mode=off")
				.run()) {
				Method pid = type.getMethod("pid");
				pid.setAccessible(true);
				return (long) pid.invoke(context.getBean(type));
			}
		}
		finally {
			thread.setContextClassLoader(before);
		}
	}

}
