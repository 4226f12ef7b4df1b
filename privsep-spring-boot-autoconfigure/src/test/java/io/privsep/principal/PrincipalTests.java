package io.privsep.principal;

import java.util.List;
import java.util.concurrent.TimeUnit;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;

import io.privsep.autoconfigure.PrivsepAutoConfiguration;
import io.privsep.sample.Sample;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who asked for a call, in the audit of a real helper.
 */
class PrincipalTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(PrivsepAutoConfiguration.class, PrivsepSecurityAutoConfiguration.class))
		.withUserConfiguration(Sample.class)
		.withPropertyValues("privsep.mode=unprivileged", "privsep.contexts.sample.audit=stderr",
				"privsep.contexts.sample.settings.name=x", "privsep.contexts.sample.settings.sizes=1");

	@AfterEach
	void logOut() {
		SecurityContextHolder.clearContext();
	}

	@Test
	void auditSaysWhomTheApplicationClaimsToCallFor() {
		Logger raw = (Logger) LoggerFactory.getLogger("io.privsep.helper.sample");
		ListAppender<ILoggingEvent> appender = new ListAppender<>();
		appender.start();
		raw.addAppender(appender);
		try {
			this.runner.run((context) -> {
				Sample sample = context.getBean(Sample.class);
				sample.echo("nobody");
				SecurityContextHolder.getContext()
					.setAuthentication(new TestingAuthenticationToken("alice", "secret", "ROLE_USER"));
				sample.echo("alice");
				SecurityContextHolder.getContext()
					.setAuthentication(new TestingAuthenticationToken("mallory", "wrong"));
				SecurityContextHolder.getContext().getAuthentication().setAuthenticated(false);
				sample.echo("mallory");
				Awaitility.await().atMost(2, TimeUnit.MINUTES).until(() -> lines(appender).size() == 6);
				assertThat(lines(appender).subList(0, 2)).noneMatch((line) -> line.contains("claimed"));
				assertThat(lines(appender).subList(2, 4))
					.allMatch((line) -> line.contains("\"claimed\":{\"principal\":\"alice\"}"));
				assertThat(lines(appender).subList(4, 6)).noneMatch((line) -> line.contains("claimed"));
			});
		}
		finally {
			raw.detachAppender(appender);
		}
	}

	private static List<String> lines(ListAppender<ILoggingEvent> appender) {
		return List.copyOf(appender.list)
			.stream()
			.map(ILoggingEvent::getFormattedMessage)
			.filter((line) -> line.contains("Sample.echo"))
			.toList();
	}

	@Test
	void sourceOfTheApplicationTakesThePlaceOfSpringSecurity() {
		this.runner.withPropertyValues("privsep.mode=in-process")
			.withBean(PrincipalSource.class, () -> () -> "bob")
			.run((context) -> assertThat(context.getBean(PrincipalSource.class).current()).isEqualTo("bob"));
	}

	@Test
	void withoutSpringSecurityNobodyIsAsked() {
		this.runner.withPropertyValues("privsep.mode=in-process")
			.withClassLoader(new FilteredClassLoader("org.springframework.security"))
			.run((context) -> {
				assertThat(context).doesNotHaveBean(PrincipalSource.class);
				assertThat(context.getBean(Sample.class).echo("x")).isEqualTo("x");
			});
	}

}
