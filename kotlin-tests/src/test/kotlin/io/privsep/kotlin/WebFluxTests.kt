package io.privsep.kotlin

import java.time.Duration
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.springframework.beans.factory.annotation.Value
import org.springframework.boot.test.context.SpringBootTest
import org.springframework.web.reactive.function.client.WebClient
import reactor.core.publisher.Flux

/**
 * Handlers that wait for functions hold up no thread of the web server: it has fewer than
 * there have to be calls at once before any of them returns.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class WebFluxTests(@Value("\${local.server.port}") port: Int) {

	private val client = WebClient.create("http://localhost:$port")

	@Test
	fun suspendHandlersMakeFiveHundredCallsAtOnce() {
		assertThat(answers("/suspended/{number}")).containsExactlyInAnyOrderElementsOf(NUMBERS)
	}

	@Test
	fun handlersThatReturnMonoMakeFiveHundredCallsAtOnce() {
		assertThat(answers("/mono/{number}")).containsExactlyInAnyOrderElementsOf(NUMBERS)
	}

	private fun answers(path: String): List<Int>? = Flux.fromIterable(NUMBERS)
		.flatMap({ client.get().uri(path, it).retrieve().bodyToMono(Int::class.java) }, NUMBERS.count())
		.collectList()
		.block(Duration.ofMinutes(5))

	private companion object {
		val NUMBERS = 1..500
	}

}
