package io.privsep.benchmarks.application;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import io.privsep.benchmarks.load.Commands;
import io.privsep.channel.Channels;

/**
 * An application that calls functions in two helpers, the one of texts and the other of
 * records; and, where it is configured, in a third one that checks constraints.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ TextFunctions.class, RecordFunctions.class })
public class CallApplication {

	public static void main(String[] args) throws Exception {
		PrintStream answers = System.out;
		System.setOut(System.err);
		SpringApplication application = new SpringApplication(CallApplication.class);
		if (Arrays.stream(args).anyMatch((argument) -> argument.startsWith("--privsep.contexts.constrained."))) {
			application.addPrimarySources(List.of(ConstrainedFunctions.class));
		}
		application.setWebApplicationType(WebApplicationType.NONE);
		try (ConfigurableApplicationContext context = application.run(args)) {
			Commands
				.serve(new PrivsepSubject(context.getBean(TextFunctions.class), context.getBean(RecordFunctions.class),
						context.getBeanProvider(ConstrainedFunctions.class).getIfAvailable(),
						context.getBean(Channels.class)), answers);
		}
	}

}
