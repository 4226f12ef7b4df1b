package io.privsep.kotlin

import io.privsep.PrivsepFunction
import io.privsep.channel.Channels
import jakarta.validation.constraints.NotBlank
import java.time.Duration
import kotlinx.coroutines.awaitCancellation
import org.assertj.core.api.Assertions.assertThat
import org.awaitility.Awaitility.await
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.ValueSource
import org.springframework.beans.factory.annotation.Autowired
import org.springframework.beans.factory.annotation.Value
import org.springframework.boot.test.context.SpringBootTest
import org.springframework.context.annotation.Import
import org.springframework.http.MediaType
import org.springframework.http.ResponseEntity
import org.springframework.web.bind.annotation.GetMapping
import org.springframework.web.bind.annotation.RequestParam
import org.springframework.web.bind.annotation.RestController
import org.springframework.web.reactive.function.client.WebClient
import reactor.core.publisher.Mono
import tools.jackson.databind.json.JsonMapper

/**
 * What a WebFlux application answers over HTTP where calls of a real helper fail, whether
 * its handlers block, return a Mono, or are suspended.
 */
@SpringBootTest(
	webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
	properties = ["privsep.web.problem-details.enabled=true", "privsep.contexts.secret.capabilities=",
		"privsep.contexts.secret.queue-timeout=5m", "privsep.contexts.secret.call-timeout=5m",
		"privsep.contexts.narrow.capabilities=", "privsep.contexts.narrow.max-concurrency=1",
		"privsep.contexts.narrow.queue-timeout=200ms", "privsep.contexts.narrow.call-timeout=5m"]
)
@Import(
	ProblemDetailsTests.Secret::class, ProblemDetailsTests.Narrow::class,
	ProblemDetailsTests.SecretController::class
)
class ProblemDetailsTests(
	@Value("\${local.server.port}") port: Int,
	@Autowired private val narrow: Narrow,
	@Autowired private val channels: Channels
) {

	private val client = WebClient.create("http://localhost:$port")

	@AfterEach
	fun awaitFreeSlot() {
		awaitRunning(0)
	}

	@ParameterizedTest
	@ValueSource(strings = ["plain", "mono", "suspended"])
	fun callThatSucceedsIsAnsweredWithItsResult(handler: String) {
		val answer = get(handler, "tea")
		assertThat(answer.statusCode.value()).isEqualTo(200)
		assertThat(answer.body).isEqualTo("tea")
	}

	@ParameterizedTest
	@ValueSource(strings = ["plain", "mono", "suspended"])
	fun brokenConstraintIsABadRequest(handler: String) {
		val problem = JsonMapper.shared().readTree(problem(get(handler, ""), 400, null))
		assertThat(problem.get("violations")).hasToString("""[{"path":"text","message":"must not be blank"}]""")
	}

	@ParameterizedTest
	@ValueSource(strings = ["plain", "mono", "suspended"])
	fun busyContextIsUnavailableAndToBeAskedAgain(handler: String) {
		// on a busy machine it may find no thread in time
		val holder = narrow.hold().retry().subscribe()
		try {
			awaitRunning(1)
			problem(get(handler, "busy"), 503, "5")
		}
		finally {
			holder.dispose()
		}
	}

	@ParameterizedTest
	@ValueSource(strings = ["plain", "mono", "suspended"])
	fun functionThatIsLateIsAGatewayTimeout(handler: String) {
		problem(get(handler, "late"), 504, null)
	}

	private fun problem(answer: ResponseEntity<String>, status: Int, retryAfter: String?): String? {
		assertThat(answer.statusCode.value()).isEqualTo(status)
		assertThat(answer.headers.contentType).isEqualTo(MediaType.APPLICATION_PROBLEM_JSON)
		assertThat(answer.headers.getFirst("Retry-After")).isEqualTo(retryAfter)
		val problem = JsonMapper.shared().readTree(answer.body)
		assertThat(problem.get("status").asInt()).isEqualTo(status)
		assertThat(problem.get("detail").asString()).startsWith("The ").endsWith(".")
		assertThat(answer.body).doesNotContainIgnoringCase("secret", "narrow", "privsep", "helper", "exception")
		return answer.body
	}

	private fun get(handler: String, text: String): ResponseEntity<String> = client.get()
		.uri("/problems/{handler}?text={text}", handler, text)
		.exchangeToMono { it.toEntity(String::class.java) }
		.block(Duration.ofMinutes(5))!!

	private fun awaitRunning(calls: Int) {
		await().atMost(Duration.ofMinutes(2)).until { channels["narrow"].running() == calls }
	}

	@PrivsepFunction("secret")
	open class Secret {

		open fun plain(@NotBlank text: String): String = text

		open fun mono(@NotBlank text: String): Mono<String> = Mono.just(text)

		open suspend fun suspended(@NotBlank text: String): String = text

		@PrivsepFunction("secret", timeout = "200ms")
		open fun plainLate(): String {
			Thread.sleep(Long.MAX_VALUE)
			return "late"
		}

		@PrivsepFunction("secret", timeout = "200ms")
		open fun monoLate(): Mono<String> = Mono.never()

		@PrivsepFunction("secret", timeout = "200ms")
		open suspend fun suspendedLate(): String = awaitCancellation()

	}

	@PrivsepFunction("narrow")
	open class Narrow {

		open fun plain(): String = "not busy"

		open fun mono(): Mono<String> = Mono.just("not busy")

		open suspend fun suspended(): String = "not busy"

		open fun hold(): Mono<String> = Mono.never()

	}

	@RestController
	class SecretController(private val secret: Secret, private val narrow: Narrow) {

		@GetMapping("/problems/plain")
		fun plain(@RequestParam text: String): String =
			when (text) {
				"late" -> secret.plainLate()
				"busy" -> narrow.plain()
				else -> secret.plain(text)
			}

		@GetMapping("/problems/mono")
		fun mono(@RequestParam text: String): Mono<String> =
			when (text) {
				"late" -> secret.monoLate()
				"busy" -> narrow.mono()
				else -> secret.mono(text)
			}

		@GetMapping("/problems/suspended")
		suspend fun suspended(@RequestParam text: String): String =
			when (text) {
				"late" -> secret.suspendedLate()
				"busy" -> narrow.suspended()
				else -> secret.suspended(text)
			}

	}

}
