package io.privsep.benchmarks.tika;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import io.privsep.channel.Channels;

/**
 * A bean that is called in a Spring Boot application, and runs in a sandboxed context.
 */
final class SandboxSubject implements Subject {

	static final String NAME = "sandbox";

	private static final List<String> PROPERTIES = List.of("capabilities=", "sandbox.enabled=true",
			"sandbox.tmp-size=64MB", "sandbox.max-memory=512MB", "max-concurrency=" + AT_ONCE,
			"call-timeout=" + TIMEOUT + "s", "max-message-size=16MB", "jvm.max-heap=" + HEAP + "MB",
			"jvm.options=-Djava.awt.headless=true");

	private static final String PREFIX = "--privsep.contexts." + TikaFunctions.CONTEXT + ".";

	private final ConfigurableApplicationContext context;

	private final TikaFunctions functions;

	private final Channels channels;

	/**
	 * Starts the application.
	 * @param properties more of the context, such as {@code standby=1}
	 */
	SandboxSubject(String... properties) {
		List<String> arguments = new ArrayList<>(List.of("--spring.main.banner-mode=off"));
		PROPERTIES.forEach((property) -> arguments.add(PREFIX + property));
		Stream.of(properties).forEach((property) -> arguments.add(PREFIX + property));
		SpringApplication application = new SpringApplication(Application.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		this.context = application.run(arguments.toArray(String[]::new));
		this.functions = this.context.getBean(TikaFunctions.class);
		this.channels = this.context.getBean(Channels.class);
	}

	@Override
	public ParsedDocument parse(byte[] document) throws Exception {
		return this.functions.parse(document);
	}

	@Override
	public void stop() {
		this.channels.close();
	}

	@Override
	public void start() {
		this.channels.startAgain();
	}

	@Override
	public String mainClass() {
		return "io.privsep.helper.Main";
	}

	@Override
	public void close() {
		this.context.close();
	}

	@Override
	public String toString() {
		return NAME;
	}

	/** The application. */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(TikaFunctions.class)
	static class Application {

	}

}
