package io.privsep.functions;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;

import jakarta.annotation.PostConstruct;
import org.junit.jupiter.api.Test;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.event.TransactionalEventListener;

import io.privsep.PrivsepFunction;
import io.privsep.function.PrivilegedBean;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Methods of a class with functions that are none, and look like one to Spring or to
 * their caller.
 */
class PlaceProblemsTests {

	@Test
	void methodThatSpringWouldCallIsToldToBePublic() {
		String problem = ", so it is no function that Spring could call; make it public";
		assertThat(problems(Jobs.class)).containsExactlyInAnyOrder(
				"'Jobs.scheduled' has @Scheduled and is package-private" + problem,
				"'Jobs.nightly' has @Nightly and is private" + problem,
				"'Jobs.event' has @EventListener and is protected" + problem,
				"'Jobs.committed' has @TransactionalEventListener and is package-private" + problem,
				"'Jobs.later' has @Async and is package-private" + problem,
				"'Jobs.together' has @Transactional and is package-private" + problem);
		assertThat(problems(PublicJobs.class)).isEmpty();
	}

	@Test
	void methodThatSpringWouldCallIsToldToBeAFunction() {
		assertThat(problems(OneJob.class)).isEqualTo(List.of("'OneJob.scheduled' has @Scheduled and is package-private,"
				+ " so it is no function that Spring could call; make it public, and annotate it with"
				+ " @PrivsepFunction"));
	}

	@Test
	void publicStaticMethodOfAnAnnotatedClassIsTold() {
		assertThat(problems(WithStatic.class)).isEqualTo(List.of("'WithStatic.run' is static and would run in the"
				+ " application; make it an instance method, or move it to another class"));
	}

	@Test
	void staticMethodBesideAnAnnotatedMethodIsLeftAlone() {
		assertThat(problems(StaticBesideFunction.class)).isEmpty();
	}

	private static List<String> problems(Class<?> type) {
		return BeanProblems.of(PrivilegedBean.of(type));
	}

	@Retention(RetentionPolicy.RUNTIME)
	@Scheduled(cron = "0 0 3 * * *")
	@interface Nightly {

	}

	@PrivsepFunction("net")
	static class Jobs {

		public void run() {
			nightly();
		}

		@Scheduled(fixedDelay = 1)
		void scheduled() {
		}

		@Nightly
		private void nightly() {
		}

		@EventListener
		protected void event(String event) {
		}

		@TransactionalEventListener
		void committed(String event) {
		}

		@Async
		void later() {
		}

		@Transactional
		void together() {
		}

		@PostConstruct
		void begin() {
		}

		@Deprecated
		void old() {
		}

	}

	@PrivsepFunction("net")
	static class PublicJobs {

		@Scheduled(fixedDelay = 1)
		public void scheduled() {
		}

		@Nightly
		public void nightly() {
		}

		@EventListener
		public void event(String event) {
		}

		@Async
		public void later() {
		}

	}

	static class OneJob {

		@PrivsepFunction("net")
		public void run() {
		}

		@Scheduled(fixedDelay = 1)
		void scheduled() {
		}

	}

	@PrivsepFunction("net")
	static class WithStatic {

		/** Would run where its caller does. */
		public static void run() {
		}

		static void help() {
		}

	}

	static class StaticBesideFunction {

		/** Nobody takes it for a function. */
		public static void help() {
		}

		@PrivsepFunction("net")
		public void run() {
		}

	}

}
