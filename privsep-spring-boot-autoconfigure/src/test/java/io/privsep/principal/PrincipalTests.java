package io.privsep.principal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContextHolder;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import io.privsep.PrivsepFunction;
import io.privsep.autoconfigure.PrivsepAutoConfiguration;
import io.privsep.channel.Channels;
import io.privsep.sample.Sample;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who asked for a call, in the audit of a real helper.
 */
class PrincipalTests {

	private static final String NOBODY = "nobody";

	private ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(PrivsepAutoConfiguration.class, PrivsepSecurityAutoConfiguration.class))
		.withUserConfiguration(Sample.class, Later.class)
		.withPropertyValues("privsep.mode=unprivileged", "privsep.contexts.sample.audit=stderr",
				"privsep.contexts.sample.settings.name=x", "privsep.contexts.sample.settings.sizes=1");

	@AfterEach
	void logOut() {
		SecurityContextHolder.clearContext();
	}

	@Test
	void auditSaysWhomTheApplicationClaimsToCallFor() {
		run((context, audit) -> {
			Sample sample = context.getBean(Sample.class);
			sample.echo("nobody");
			assertThat(audit.claims("Sample.echo", 1)).containsExactly(NOBODY, NOBODY);
			logIn("alice");
			sample.echo("alice");
			assertThat(audit.claims("Sample.echo", 2)).containsExactly("alice", "alice");
			SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken("mallory", "wrong"));
			SecurityContextHolder.getContext().getAuthentication().setAuthenticated(false);
			sample.echo("mallory");
			assertThat(audit.claims("Sample.echo", 3)).containsExactly(NOBODY, NOBODY);
			SecurityContextHolder.getContext()
				.setAuthentication(new AnonymousAuthenticationToken("key", "anonymousUser",
						AuthorityUtils.createAuthorityList("ROLE_ANONYMOUS")));
			sample.echo("anonymous");
			assertThat(audit.claims("Sample.echo", 4)).containsExactly(NOBODY, NOBODY);
		});
	}

	@Test
	void futureIsClaimedForTheUserWhoCalledThoughItHasToWait(@TempDir Path directory) {
		Path file = directory.resolve("go");
		this.runner = this.runner.withPropertyValues("privsep.contexts.sample.max-concurrency=1",
				"privsep.contexts.sample.queue-timeout=5m", "privsep.contexts.sample.call-timeout=5m");
		run((context, audit) -> {
			Later later = context.getBean(Later.class);
			CompletableFuture<String> first = later.waitFor(file);
			Awaitility.await()
				.atMost(2, TimeUnit.MINUTES)
				.until(() -> context.getBean(Channels.class).get("sample").running() == 1);
			logIn("alice");
			CompletableFuture<String> second = later.future();
			logIn("bob");
			Files.createFile(file);
			assertThat(first.get(2, TimeUnit.MINUTES)).isEqualTo("awaited");
			assertThat(second.get(2, TimeUnit.MINUTES)).isEqualTo("future");
			assertThat(audit.claims("Later.waitFor", 1)).containsExactly(NOBODY, NOBODY);
			assertThat(audit.claims("Later.future", 1)).containsExactly("alice", "alice");
		});
	}

	@Test
	void monoIsClaimedForTheUserOfTheThreadThatSubscribes() {
		run((context, audit) -> {
			logIn("alice");
			Mono<String> mono = context.getBean(Later.class).mono();
			logIn("bob");
			assertThat(mono.block()).isEqualTo("mono");
			assertThat(audit.claims("Later.mono", 1)).containsExactly("bob", "bob");
			// another thread, which nobody has logged in to
			assertThat(mono.subscribeOn(Schedulers.boundedElastic()).block()).isEqualTo("mono");
			assertThat(audit.claims("Later.mono", 2)).containsExactly(NOBODY, NOBODY);
			// not in the common pool, which may have one thread, for what arrives
			FutureTask<String> other = new FutureTask<>(() -> {
				logIn("carol");
				return mono.block();
			});
			new Thread(other).start();
			assertThat(other.get(2, TimeUnit.MINUTES)).isEqualTo("mono");
			assertThat(audit.claims("Later.mono", 3)).containsExactly("carol", "carol");
		});
	}

	@Test
	void monoIsClaimedForTheUserInTheContextOfReactor() {
		run((context, audit) -> {
			Mono<String> mono = context.getBean(Later.class).mono();
			logIn("alice");
			assertThat(mono.contextWrite(ReactiveSecurityContextHolder.withAuthentication(user("bob"))).block())
				.isEqualTo("mono");
			assertThat(audit.claims("Later.mono", 1)).containsExactly("bob", "bob");
			assertThat(SecurityContextHolder.getContext().getAuthentication().getName()).isEqualTo("alice");
			assertThat(mono
				.contextWrite(ReactiveSecurityContextHolder
					.withSecurityContext(Mono.error(new IllegalStateException("no session"))))
				.block()).isEqualTo("mono");
			assertThat(audit.claims("Later.mono", 2)).containsExactly("alice", "alice");
		});
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

	private static void logIn(String name) {
		SecurityContextHolder.getContext().setAuthentication(user(name));
	}

	private static Authentication user(String name) {
		return new TestingAuthenticationToken(name, "secret", "ROLE_USER");
	}

	private void run(Body body) {
		Logger raw = (Logger) LoggerFactory.getLogger("io.privsep.helper.sample");
		Audit audit = new Audit();
		audit.start();
		raw.addAppender(audit);
		try {
			this.runner.run((context) -> body.run(context, audit));
		}
		finally {
			raw.detachAppender(audit);
		}
	}

	/** What a test does. */
	@FunctionalInterface
	interface Body {

		void run(ApplicationContext context, Audit audit) throws Exception;

	}

	/** Keeps the lines of the audit. */
	static final class Audit extends AppenderBase<ILoggingEvent> {

		private static final Pattern CLAIM = Pattern.compile("\"claimed\":\\{\"principal\":\"(\\w+)\"}");

		private final List<String> lines = new CopyOnWriteArrayList<>();

		@Override
		protected void append(ILoggingEvent event) {
			this.lines.add(event.getFormattedMessage());
		}

		/**
		 * The principals in the two lines of a call.
		 * @param function name of the function
		 * @param call its number, from 1
		 * @return two names
		 */
		List<String> claims(String function, int call) {
			Awaitility.await().atMost(2, TimeUnit.MINUTES).until(() -> lines(function).size() >= 2 * call);
			return lines(function).subList(2 * call - 2, 2 * call)
				.stream()
				.map(CLAIM::matcher)
				.map((claim) -> claim.find() ? claim.group(1) : NOBODY)
				.toList();
		}

		private List<String> lines(String function) {
			return this.lines.stream().filter((line) -> line.contains(function + "(")).toList();
		}

	}

	/** Functions whose callers do not wait. */
	@PrivsepFunction("sample")
	static class Later {

		public CompletableFuture<String> waitFor(Path file) throws InterruptedException {
			while (Files.notExists(file)) {
				Thread.sleep(10);
			}
			return CompletableFuture.completedFuture("awaited");
		}

		public CompletableFuture<String> future() {
			return CompletableFuture.completedFuture("future");
		}

		public Mono<String> mono() {
			return Mono.just("mono");
		}

	}

}
