package io.privsep.kotlin

import io.privsep.PrivsepRemoteException
import java.io.FileNotFoundException
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.assertThatExceptionOfType
import org.assertj.core.api.Assertions.assertThatThrownBy
import org.awaitility.Awaitility.await
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.ExtendWith
import org.springframework.beans.factory.annotation.Autowired
import org.springframework.boot.WebApplicationType
import org.springframework.boot.builder.SpringApplicationBuilder
import org.springframework.boot.test.context.SpringBootTest
import org.springframework.boot.test.system.CapturedOutput
import org.springframework.boot.test.system.OutputCaptureExtension
import reactor.core.publisher.Mono

/**
 * What Kotlin's compiler makes of functions, in a real helper.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.NONE)
class KotlinFunctionsTests(@Autowired private val network: Network, @Autowired private val defaults: Defaults) {

	@Test
	fun propertyIsAFunctionOfTheHelper() {
		assertThat(network.pid).isNotEqualTo(ProcessHandle.current().pid())
	}

	@Test
	fun settingsAreADataClassWithAValueClass() {
		assertThat(network.settings()).isEqualTo(NetworkSettings(Path.of("/etc/network"), Mtu(9000), null))
	}

	@Test
	@ExtendWith(OutputCaptureExtension::class)
	fun settingThatIsNullableMayBeMissing(output: CapturedOutput) {
		SpringApplicationBuilder(KotlinApplication::class.java).web(WebApplicationType.NONE)
			.run("--privsep.mode=in-process")
			.use { assertThat(it.getBean(Network::class.java).settings().comment).isNull() }
		assertThat(output).contains("Started ").doesNotContain("has no value for")
	}

	@Test
	fun settingsHaveTheirDefaultValues() {
		assertThat(defaults.settings).isEqualTo(DefaultSettings())
	}

	@Test
	fun wildcardsThatKotlinWritesCross() {
		assertThat(network.paths(listOf(Path.of("a"), Path.of("b")))).containsExactly(Path.of("b"), Path.of("a"))
		assertThat(network.grouped(mapOf("a" to listOf("b"))))
			.isEqualTo(mapOf("a" to listOf("b"), "more" to listOf("x")))
		assertThat(network.paths(emptyList())).isEmpty()
	}

	@Test
	fun dataClassCrosses() {
		val route = Route("10.0.0.0/8", listOf(Path.of("a")), Mtu(1400))
		assertThat(network.route(route)).isEqualTo(route.copy(metric = 2))
	}

	@Test
	fun sealedInterfaceOfDataClassesAndEnumsCrosses() {
		assertThat(network.answer(Found(Path.of("a")))).isEqualTo(Found(Path.of("a")))
		assertThat(network.answer(Missing.NOWHERE)).isEqualTo(Missing.NOWHERE)
	}

	@Test
	fun valueClassCrossesAsWhatItWraps() {
		assertThat(network.setMtu(Device("eth0"), Mtu(1400))).isEqualTo("eth0=1400")
		assertThat(network.double(Mtu(700))).isEqualTo(Mtu(1400))
	}

	@Test
	fun nullCrossesWhereItMay() {
		assertThat(network.comment(null)).isNull()
		assertThat(network.comment("x")).isEqualTo("X")
	}

	@Test
	fun nullWhereItMayNotBeIsTheFunctionsException() {
		val required = Network::class.java.getMethod("required", String::class.java)
		assertThatThrownBy { required.invoke(network, null) }.cause()
			.isInstanceOf(NullPointerException::class.java)
			.hasMessageContaining("text")
	}

	@Test
	fun defaultArgumentIsThatOfTheFunction() {
		assertThat(network.repeat("ab")).isEqualTo("abab")
		assertThat(network.repeat("ab", 3)).isEqualTo("ababab")
	}

	@Test
	fun unitIsNoResult() {
		assertThat(network.nothing()).isEqualTo(Unit)
	}

	@Test
	fun declaredExceptionArrivesAsItself() {
		assertThatExceptionOfType(NoRouteException::class.java).isThrownBy { network.fail("to nowhere") }
			.withMessage("to nowhere")
	}

	@Test
	fun suspendFunctionReturnsItsResult() = runBlocking<Unit> {
		assertThat(network.later("x")).isEqualTo("x")
		assertThat(network.later("")).isNull()
		assertThat(network.atOnce(Route("a", emptyList(), Mtu(1)))).isEqualTo(Route("a", emptyList(), Mtu(1)))
		assertThat(network.nothingLater()).isEqualTo(Unit)
	}

	@Test
	fun suspendFunctionThrowsWhatItThrew() {
		assertThatExceptionOfType(FileNotFoundException::class.java)
			.isThrownBy { runBlocking { network.failAtOnce() } }
			.withMessage("at once")
		assertThatExceptionOfType(FileNotFoundException::class.java)
			.isThrownBy { runBlocking { network.failLater() } }
			.withMessage("later")
	}

	@Test
	fun cancelledCallerCancelsTheSuspendFunction() = runBlocking {
		network.nothing()
		val call = async { network.hang() }
		// otherwise nothing of it need have been sent
		withTimeout(TimeUnit.MINUTES.toMillis(1)) {
			while (!network.isHanging) {
				delay(5)
			}
		}
		call.cancelAndJoin()
		await().atMost(1, TimeUnit.MINUTES).until { network.wasCancelled }
	}

	@Test
	fun monoGivesItsValue() {
		assertThat(network.mono("x").block()).isEqualTo("x")
		assertThat(network.mono("").blockOptional()).isEmpty()
		assertThat(network.monoOfNothing().blockOptional()).isEmpty()
	}

	@Test
	fun monoIsACallForEachSubscription() {
		val mono: Mono<String> = network.mono("x")
		assertThat(mono.repeat(2).collectList().block()).containsExactly("x", "x", "x")
	}

	@Test
	fun monoFailsWithWhatTheFunctionFailedWith() {
		assertThat(network.monoFails().onErrorResume(FileNotFoundException::class.java) { Mono.just("${it.message}") }
			.block()).isEqualTo("mono")
	}

}
