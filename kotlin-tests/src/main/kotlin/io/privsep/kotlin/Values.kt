package io.privsep.kotlin

import java.nio.file.Path

/** Is sent as what it wraps, wherever Kotlin passes it as that. */
@JvmInline
value class Device(val name: String)

@JvmInline
value class Mtu(val bytes: Int)

@JvmRecord
data class Route(val to: String, val hops: List<Path>, val mtu: Mtu, val metric: Int = 1, val comment: String? = null)

sealed interface Answer

@JvmRecord
data class Found(val path: Path) : Answer

enum class Missing : Answer {
	NOWHERE
}

@JvmRecord
data class NetworkSettings(val directory: Path, val mtu: Mtu, val comment: String?)

@JvmRecord
data class DefaultSettings(
	val retries: Int = 3,
	val names: Map<String, List<String>> = mapOf("all" to listOf("eth0")),
	val comment: String? = null
)
