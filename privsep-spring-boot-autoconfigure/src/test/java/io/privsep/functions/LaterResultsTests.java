package io.privsep.functions;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.privsep.PrivsepFunction;
import io.privsep.function.PrivilegedBean;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is advised in the place of a result that comes later is then accepted.
 */
class LaterResultsTests {

	@Test
	void resultIsToldWhichOfItsKindIsSupported() {
		assertThat(problems(Results.class)).containsExactlyInAnyOrder(
				"'Results.flux': result of type 'reactor.core.publisher.Flux<java.lang.String>' is not transferable; use"
						+ " Mono<List<T>>",
				"'Results.publisher': result of type 'org.reactivestreams.Publisher<java.lang.String>' is not transferable;"
						+ " use Mono",
				"'Results.stage': result of type 'java.util.concurrent.CompletionStage<java.lang.String>' is not transferable;"
						+ " use CompletableFuture",
				"'Results.future': result of type 'java.util.concurrent.Future<java.lang.String>' is not transferable; use"
						+ " CompletableFuture");
		assertThat(problems(Accepted.class)).isEmpty();
	}

	@Test
	void argumentIsToldToBeItsValue() {
		assertThat(problems(Arguments.class)).containsExactlyInAnyOrder(
				"'Arguments.flux': parameter 1 of type 'reactor.core.publisher.Flux<java.lang.String>' is not transferable;"
						+ " use List",
				"'Arguments.mono': parameter 1 of type 'reactor.core.publisher.Mono<java.lang.String>' is not transferable;"
						+ " use the type of its value",
				"'Arguments.nested': result of type 'java.util.concurrent.Future<java.lang.String>' is not transferable; use"
						+ " the type of its value");
		assertThat(problems(Accepted.class)).isEmpty();
	}

	private static List<String> problems(Class<?> type) {
		return BeanProblems.of(PrivilegedBean.of(type));
	}

	@PrivsepFunction("net")
	static class Results {

		public Flux<String> flux() {
			return Flux.empty();
		}

		public Publisher<String> publisher() {
			return Flux.empty();
		}

		public CompletionStage<String> stage() {
			return new CompletableFuture<>();
		}

		public Future<String> future() {
			return new CompletableFuture<>();
		}

	}

	@PrivsepFunction("net")
	static class Arguments {

		public void flux(Flux<String> values) {
		}

		public void mono(Mono<String> value) {
		}

		public List<Future<String>> nested() {
			return List.of();
		}

	}

	@PrivsepFunction("net")
	static class Accepted {

		public Mono<List<String>> flux() {
			return Mono.empty();
		}

		public CompletableFuture<String> future() {
			return new CompletableFuture<>();
		}

		public Mono<String> publisher() {
			return Mono.empty();
		}

		public void list(List<String> values) {
		}

		public void value(String value) {
		}

	}

}
