package io.privsep.kotlin

import io.privsep.PrivsepFunction
import org.springframework.stereotype.Component

@Component
class Defaults(private val configured: DefaultSettings) {

	@get:PrivsepFunction("defaults")
	val settings: DefaultSettings
		get() = configured

}
