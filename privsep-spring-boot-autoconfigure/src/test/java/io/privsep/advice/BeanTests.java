package io.privsep.advice;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;

import io.privsep.PrivsepFunction;
import io.privsep.autoconfigure.PrivsepAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The table of docs/beans.md: what Spring's annotations do. The helper is a thread of
 * this JVM.
 */
@ExtendWith(OutputCaptureExtension.class)
public class BeanTests {

	private static final String HELPER = "privsep-net-";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(PrivsepAutoConfiguration.class))
		.withPropertyValues("privsep.mode=in-process", "privsep.contexts.net.call-timeout=1m");

	@Test
	void bodyOfBeanMethodNeverRunsAndTheStartSaysSoOnce(CapturedOutput output) {
		this.runner.withUserConfiguration(ThrowingConfiguration.class)
			.run((context) -> assertThat(context.getBean(Plain.class).thread()).startsWith(HELPER));
		assertThat(output.toString()
			.split("The @Bean methods and suppliers of \\[made \\(" + Pattern.quote(Plain.class.getName())
					+ "\\)] never run", -1))
			.hasSize(2);
	}

	@Test
	void componentsAreNotAmongThoseWhoseMethodsNeverRun(CapturedOutput output) {
		this.runner.withUserConfiguration(Plain.class).run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain("never run");
	}

	@Test
	void scheduledFunctionRunsInTheHelper() {
		ScheduledBean.ran = new CompletableFuture<>();
		this.runner.withUserConfiguration(SchedulingConfiguration.class, ScheduledBean.class)
			.run((context) -> assertThat(ScheduledBean.ran.get(1, TimeUnit.MINUTES)).startsWith(HELPER));
	}

	@Test
	void functionListensToEventsInTheHelper() {
		ListeningBean.heard = new CompletableFuture<>();
		this.runner.withUserConfiguration(ListeningBean.class).run((context) -> {
			context.publishEvent(new Happened("it"));
			assertThat(ListeningBean.heard.get(1, TimeUnit.MINUTES)).startsWith("it " + HELPER);
		});
	}

	@Test
	void asyncFunctionDoesNotBlockItsCaller() {
		this.runner.withUserConfiguration(AsyncConfiguration.class, AsyncBean.class).run((context) -> {
			AsyncBean bean = context.getBean(AsyncBean.class);
			bean.await();
			assertThat(bean.thread().get(1, TimeUnit.MINUTES)).startsWith(HELPER);
			AsyncBean.go.countDown();
		});
	}

	@Test
	void transactionIsThatOfTheApplication() {
		this.runner.withUserConfiguration(TransactionConfiguration.class, TransactionalBean.class).run((context) -> {
			Transactions transactions = context.getBean(Transactions.class);
			assertThat(context.getBean(TransactionalBean.class).thread()).startsWith(HELPER);
			assertThat(transactions.committed).hasValue(1);
			assertThatExceptionOfType(IllegalStateException.class)
				.isThrownBy(context.getBean(TransactionalBean.class)::fail);
			assertThat(transactions.rolledBack).hasValue(1);
		});
	}

	@Test
	void cachedResultIsNotAskedForAgain() {
		this.runner.withUserConfiguration(CachingConfiguration.class, CacheableBean.class).run((context) -> {
			CacheableBean bean = context.getBean(CacheableBean.class);
			assertThat(bean.count("a")).isEqualTo(1);
			assertThat(bean.count("a")).isEqualTo(1);
			assertThat(bean.count("b")).isEqualTo(2);
		});
	}

	@Test
	void authorizationIsAskedForInTheApplication() {
		this.runner.withUserConfiguration(SecurityConfiguration.class, SecuredBean.class).run((context) -> {
			SecuredBean bean = context.getBean(SecuredBean.class);
			try {
				SecurityContextHolder.getContext()
					.setAuthentication(new TestingAuthenticationToken("user", "", "ROLE_USER"));
				assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(bean::thread);
				SecurityContextHolder.getContext()
					.setAuthentication(new TestingAuthenticationToken("admin", "", "ROLE_ADMIN"));
				assertThat(bean.thread()).startsWith(HELPER);
			}
			finally {
				SecurityContextHolder.clearContext();
			}
		});
	}

	static String here() {
		String name = Thread.currentThread().getName();
		return name.startsWith(HELPER) ? HELPER : name;
	}

	@PrivsepFunction("net")
	public static class Plain {

		public String thread() {
			return here();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ThrowingConfiguration {

		@Bean
		Plain made() {
			throw new IllegalStateException("This runs in the application");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class SchedulingConfiguration {

	}

	@PrivsepFunction("net")
	static class ScheduledBean {

		static CompletableFuture<String> ran = new CompletableFuture<>();

		@Scheduled(fixedDelay = 10)
		public void run() {
			ran.complete(here());
		}

	}

	record Happened(String what) {
	}

	@PrivsepFunction("net")
	static class ListeningBean {

		static CompletableFuture<String> heard = new CompletableFuture<>();

		@EventListener
		public void on(Happened event) {
			heard.complete(event.what() + " " + here());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync
	static class AsyncConfiguration {

	}

	@PrivsepFunction("net")
	static class AsyncBean {

		static CountDownLatch go = new CountDownLatch(1);

		@Async
		public void await() throws InterruptedException {
			go.await();
		}

		@Async
		public CompletableFuture<String> thread() {
			return CompletableFuture.completedFuture(here());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement(proxyTargetClass = true)
	static class TransactionConfiguration {

		@Bean
		Transactions transactions() {
			return new Transactions();
		}

	}

	static class Transactions extends AbstractPlatformTransactionManager {

		private static final long serialVersionUID = 1L;

		final AtomicInteger committed = new AtomicInteger();

		final AtomicInteger rolledBack = new AtomicInteger();

		@Override
		protected Object doGetTransaction() {
			return "transaction";
		}

		@Override
		protected void doBegin(Object transaction, TransactionDefinition definition) {
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
			this.committed.incrementAndGet();
		}

		@Override
		protected void doRollback(DefaultTransactionStatus status) {
			this.rolledBack.incrementAndGet();
		}

	}

	@PrivsepFunction("net")
	static class TransactionalBean {

		@Transactional
		public String thread() {
			return here();
		}

		@Transactional
		public void fail() {
			throw new IllegalStateException("no");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableCaching(proxyTargetClass = true)
	static class CachingConfiguration {

		@Bean
		ConcurrentMapCacheManager cacheManager() {
			return new ConcurrentMapCacheManager();
		}

	}

	@PrivsepFunction("net")
	static class CacheableBean {

		private int count;

		@Cacheable("counts")
		public synchronized int count(String name) {
			return ++this.count;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableMethodSecurity(proxyTargetClass = true)
	static class SecurityConfiguration {

	}

	@PrivsepFunction("net")
	static class SecuredBean {

		@PreAuthorize("hasRole('ADMIN')")
		public String thread() {
			return here();
		}

	}

}
