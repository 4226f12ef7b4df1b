package io.privsep.benchmarks.startup;

import java.io.IOException;
import java.lang.management.ManagementFactory;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * An application that starts, says how long that took, and ends. It knows nothing of
 * contexts, so that it can be run without the starter.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class StartApplication {

	public static void main(String[] args) throws IOException {
		run(new SpringApplication(StartApplication.class), args);
	}

	static void run(SpringApplication application, String[] args) throws IOException {
		application.setWebApplicationType(WebApplicationType.NONE);
		try (ConfigurableApplicationContext context = application.run(args)) {
			System.out.println("{\"ready\":" + ManagementFactory.getRuntimeMXBean().getUptime() + ",\"beans\":"
					+ context.getBeanDefinitionCount() + "}");
			if (context.getEnvironment().getProperty("stay", boolean.class, false)) {
				System.in.read();
			}
		}
	}

}
