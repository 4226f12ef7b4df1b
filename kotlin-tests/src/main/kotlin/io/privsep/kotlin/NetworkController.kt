package io.privsep.kotlin

import org.springframework.web.bind.annotation.GetMapping
import org.springframework.web.bind.annotation.PathVariable
import org.springframework.web.bind.annotation.RestController
import reactor.core.publisher.Mono

@RestController
class NetworkController(private val network: Network) {

	@GetMapping("/suspended/{number}")
	suspend fun suspended(@PathVariable number: Int): Int = network.meet(number)

	@GetMapping("/mono/{number}")
	fun mono(@PathVariable number: Int): Mono<Int> = network.meetInMono(number)

}
