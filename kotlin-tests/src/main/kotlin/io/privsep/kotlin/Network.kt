package io.privsep.kotlin

import io.privsep.PrivsepFunction
import java.io.FileNotFoundException
import java.nio.file.Path
import java.time.Duration
import java.util.concurrent.CyclicBarrier
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.withContext
import org.springframework.stereotype.Component
import reactor.core.publisher.Mono

@Component
@PrivsepFunction("network")
class Network(private val settings: NetworkSettings) {

	private val meeting = CyclicBarrier(PARTIES)

	@Volatile
	private var hanging = false

	@Volatile
	private var cancelled = false

	val pid: Long
		get() = ProcessHandle.current().pid()

	val isHanging: Boolean
		get() = hanging

	val wasCancelled: Boolean
		get() = cancelled

	fun settings(): NetworkSettings = settings

	fun paths(paths: List<Path>): List<Path> = paths.reversed()

	fun grouped(groups: Map<String, List<String>>): Map<String, List<String>> = groups + ("more" to listOf("x"))

	fun route(route: Route): Route = route.copy(metric = route.metric + 1)

	fun answer(answer: Answer): Answer = answer

	fun setMtu(device: Device, mtu: Mtu): String = "${device.name}=${mtu.bytes}"

	fun double(mtu: Mtu): Mtu = Mtu(mtu.bytes * 2)

	fun comment(text: String?): String? = text?.uppercase()

	fun required(text: String): Int = text.length

	fun repeat(text: String, times: Int = 2): String = text.repeat(times)

	fun nothing() {
		hanging = false
		cancelled = false
	}

	@Throws(NoRouteException::class)
	fun fail(message: String): Nothing = throw NoRouteException(message)

	suspend fun later(text: String): String? {
		delay(1)
		return withContext(Dispatchers.IO) { text.ifEmpty { null } }
	}

	suspend fun atOnce(route: Route): Route = route

	suspend fun nothingLater() {
		delay(1)
	}

	suspend fun failAtOnce(): String = throw FileNotFoundException("at once")

	suspend fun failLater(): String {
		delay(1)
		throw FileNotFoundException("later")
	}

	suspend fun hang(): String {
		try {
			hanging = true
			awaitCancellation()
		}
		catch (ex: CancellationException) {
			cancelled = true
			throw ex
		}
	}

	fun mono(text: String): Mono<String> = Mono.delay(Duration.ofMillis(1)).mapNotNull { text.ifEmpty { null } }

	fun monoFails(): Mono<String> = Mono.error(FileNotFoundException("mono"))

	fun monoOfNothing(): Mono<Void> = Mono.empty()

	/** Returns when as many calls run at once as have a slot. */
	suspend fun meet(number: Int): Int {
		meeting.await()
		return number
	}

	fun meetInMono(number: Int): Mono<Int> = Mono.fromCallable {
		meeting.await()
		number
	}

	private companion object {
		const val PARTIES = 20
	}

}

class NoRouteException(message: String) : RuntimeException(message)
