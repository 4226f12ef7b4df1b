package io.privsep.kotlin

import java.time.Duration
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Test
import org.springframework.beans.factory.annotation.Value
import org.springframework.boot.test.context.SpringBootTest
import org.springframework.boot.test.context.TestConfiguration
import org.springframework.context.annotation.Bean
import org.springframework.http.client.ReactorResourceFactory
import org.springframework.web.reactive.function.client.WebClient
import reactor.core.publisher.Flux
import reactor.netty.resources.LoopResources

/**
 * Handlers that wait for functions hold up no thread of the web server: on any machine it
 * has fewer than there have to be calls at once before any of them returns.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class WebFluxTests(@Value("\${local.server.port}") port: Int) {

	private val client = WebClient.create("http://localhost:$port")

	@AfterEach
	fun serverHadTheseThreadsAlone() {
		val threads = Thread.getAllStackTraces().keys.map { it.name }.filter { it.startsWith(PREFIX) }
		assertThat(threads).hasSizeBetween(1, THREADS)
	}

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

	/** By itself, Reactor has a thread for each processor. */
	@TestConfiguration(proxyBeanMethods = false)
	class FewThreads {

		@Bean
		fun reactorResourceFactory() = ReactorResourceFactory().apply {
			isUseGlobalResources = false
			setLoopResourcesSupplier { LoopResources.create(PREFIX, THREADS, true) }
		}

	}

	private companion object {
		val NUMBERS = 1..500
		const val PREFIX = "privsep-web"
		const val THREADS = 2
	}

}
