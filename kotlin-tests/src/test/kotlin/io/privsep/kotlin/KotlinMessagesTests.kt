package io.privsep.kotlin

import io.privsep.PrivsepFunction
import io.privsep.function.PrivilegedBean
import io.privsep.function.FunctionTable
import io.privsep.functions.BeanProblems
import io.privsep.functions.BroadFunctions
import kotlin.reflect.KClass
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.emptyFlow
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test

/**
 * What the start says of Kotlin's classes is in the words of Kotlin, and what it advises
 * is then accepted.
 */
class KotlinMessagesTests {

	@Test
	fun closedClassIsToldToBeOpen() {
		assertThat(problems(Closed::class)).singleElement().asString()
			.contains("Closed' is final, and cannot be a proxy, and neither can 'Closed.run', 'Closed.stop'; ")
			.endsWith("write 'open', or apply the kotlin-spring compiler plugin")
	}

	@Test
	fun closedFunctionIsToldToBeOpen() {
		assertThat(problems(ClosedFunction::class)).singleElement().asString()
			.contains("'ClosedFunction.run', 'ClosedFunction.stop' are final")
			.endsWith("write 'open', or apply the kotlin-spring compiler plugin")
	}

	@Test
	fun objectIsToldToBeAClass() {
		assertThat(problems(Single::class)).first().asString()
			.endsWith("it is an object: make it an open class")
	}

	@Test
	fun overloadForJavaIsToldToGo() {
		assertThat(problems(WithOverloads::class)).singleElement().asString()
			.contains("'WithOverloads.repeat' is final")
			.endsWith("it is one of those that @JvmOverloads makes: remove that, and pass all arguments from Java")
	}

	@Test
	fun constructorWithDefaultsAloneIsToldOf() {
		assertThat(problems(WithDefaults::class)).singleElement().asString()
			.contains("has 2 constructors")
			.endsWith("leave one, in Kotlin one with a parameter that has no default value, and without @JvmOverloads")
	}

	@Test
	fun constructorWithSomeDefaultsIsAccepted() {
		assertThat(problems(WithSomeDefaults::class)).isEmpty()
	}

	@Test
	fun typesAreToldInKotlinsWords() {
		assertThat(problems(Types::class)).satisfiesExactlyInAnyOrder(
			{ assertThat(it).contains("'Types.plain'").endsWith("use a data class with @JvmRecord and the same properties") },
			{ assertThat(it).contains("'Types.nullable'").endsWith(VALUE_CLASS) },
			{ assertThat(it).contains("'Types.list'").endsWith(VALUE_CLASS) },
			{ assertThat(it).contains("'Types.any'").endsWith("use a data class with @JvmRecord") },
			{ assertThat(it).contains("'Types.stars'").endsWith("use a data class with @JvmRecord") },
			{ assertThat(it).contains("'Types.pair'").endsWith("use a data class with @JvmRecord and the same properties") },
			{ assertThat(it).contains("'Types.flow'").endsWith("use List") },
			{ assertThat(it).contains("'Types.deferred'").endsWith("use the type of its value, in a suspend function") },
			{ assertThat(it).contains("'Types.closed'").endsWith("use a sealed interface of data classes with @JvmRecord in the place of this sealed class") },
			{ assertThat(it).contains("'Types.duration'").endsWith("use java.time.Duration") },
			{ assertThat(it).contains("'Types.suspended'").endsWith("use java.time.Duration") },
			{ assertThat(it).contains("'Types.open'").endsWith("in the place of this interface") })
	}

	@Test
	fun propertyWithoutTheAnnotationIsToldToBePrivate() {
		assertThat(problems(WithProperty::class)).singleElement().asString()
			.contains("[getSettings]")
			.endsWith("the getter of a property is a public method: make the property private")
	}

	@Test
	fun propertyWithTheAnnotationOnItsGetterIsAccepted() {
		assertThat(problems(WithGetter::class)).isEmpty()
	}

	@Test
	fun openSuspendFunctionWithAnAnnotationOfItsOwnIsAccepted() {
		assertThat(problems(WithSuspended::class)).isEmpty()
	}

	@Test
	fun settingsThatAreNoRecordAreTold() {
		assertThat(BeanProblems.of("net", listOf(PrivilegedBean.of(WithPlainSettings::class.java)))).singleElement()
			.asString()
			.contains("bound from 'privsep.contexts.net.settings': a data class is one with @JvmRecord; put values into that record")
	}

	@Test
	fun valueClassWhoseChecksWouldNotRunIsTold() {
		val text = "' takes the value class 'Checked', whose checks would not run in the helper; make it a data class with @JvmRecord, whose do"
		assertThat(problems(WithChecks::class)).containsExactlyInAnyOrder("'WithChecks.alone$text",
			"'WithChecks.inRecord$text", "'WithChecks.inList$text",
			"'WithChecks.lasting' takes a 'kotlin.time.Duration', which would be sent as a bare number; use java.time.Duration")
	}

	@Test
	fun defaultValuesBesideAValueClassAreTold() {
		assertThat(BeanProblems.of("net", listOf(PrivilegedBean.of(WithLostDefaults::class.java)))).singleElement()
			.asString()
			.contains("LostDefaults' has a property of a value class")
			.endsWith("leave them out, or use the type of the value class's property")
	}

	@Test
	fun functionsHaveTheNamesAndTypesThatKotlinGivesThem() {
		val functions = FunctionTable.of("network", listOf(Network::class.java)).functions()
		assertThat(functions).extracting<String> { it.name() }
			.contains("Network.setMtu", "Network.double", "Network.later", "Network.getPid")
		assertThat(functions).extracting<String> { it.signature() }
			.contains("io.privsep.kotlin.Network.later(java.lang.String) java.lang.String",
				"io.privsep.kotlin.Network.nothingLater() kotlin.Unit")
	}

	@Test
	fun functionThatTakesPathsIsBroad() {
		val table = FunctionTable.of("network", listOf(Network::class.java))
		assertThat(BroadFunctions.find(table)).extracting<String> { it.function().name() }.contains("Network.paths")
			.doesNotContain("Network.later", "Network.meet")
	}

	private fun problems(type: KClass<*>): List<String> = BeanProblems.of(PrivilegedBean.of(type.java))

	private companion object {
		const val VALUE_CLASS =
			"a value class is, as a parameter or property that is neither nullable nor generic; use the type of its property"
	}

	@PrivsepFunction("net")
	class Closed {
		fun run() = Unit
		fun stop() = Unit
	}

	@PrivsepFunction("net")
	open class ClosedFunction {
		fun run() = Unit
		fun stop() = Unit
	}

	@PrivsepFunction("net")
	object Single {
		fun run() = Unit
	}

	@PrivsepFunction("net")
	open class WithOverloads {

		@JvmOverloads
		open fun repeat(text: String, times: Int = 2): String = text.repeat(times)

	}

	@PrivsepFunction("net")
	open class WithDefaults(private val settings: DefaultSettings = DefaultSettings()) {
		open fun run() = settings.retries
	}

	@PrivsepFunction("net")
	open class WithSomeDefaults(private val settings: NetworkSettings, private val other: WithGetter = WithGetter()) {
		open fun run() = "$settings $other"
	}

	@PrivsepFunction("net")
	open class Types {
		open fun plain(plain: Plain) = Unit
		open fun nullable(mtu: Mtu?) = Unit
		open fun list(mtu: List<Mtu>) = Unit
		open fun any(any: Any) = Unit
		open fun stars(list: List<*>) = Unit
		open fun pair(): Pair<Int, Int> = 1 to 2
		open fun flow(): Flow<Int> = emptyFlow()
		open fun deferred(): Deferred<Int> = CompletableDeferred(1)
		open fun closed(): ClosedResult? = null
		open fun duration(): Duration? = null
		open suspend fun suspended(): Duration = 1.seconds
		open fun open(): Open? = null
	}

	data class Plain(val name: String)

	interface Open

	sealed class ClosedResult

	class Agreed : ClosedResult()

	open class WithProperty(val settings: NetworkSettings) {

		@PrivsepFunction("net")
		open fun run() = Unit

	}

	open class WithGetter {

		@get:PrivsepFunction("net")
		open val name: String
			get() = "x"

	}

	@JvmInline
	value class Checked(val name: String) {
		init {
			require(name.all(Char::isLetterOrDigit)) { "It has letters and digits" }
		}
	}

	@JvmRecord
	data class Holder(val checked: Checked)

	open class WithSuspended {
		@PrivsepFunction("net", timeout = "1s")
		open suspend fun probe(text: String): String = text.also { delay(1) }
	}

	@PrivsepFunction("net")
	open class WithChecks {
		open fun alone(checked: Checked) = checked.name
		open fun inRecord(holder: Holder) = holder.checked.name
		open fun inList(holders: List<Holder>) = holders.size
		open fun lasting(time: Duration) = time.inWholeSeconds
		open fun without(mtu: Mtu, route: Route) = "$mtu $route"
	}

	@JvmRecord
	data class LostDefaults(val mtu: Mtu, val retries: Int = 3)

	@PrivsepFunction("net")
	open class WithLostDefaults(private val settings: LostDefaults) {
		open fun run() = settings.retries
	}

	@PrivsepFunction("net")
	open class WithPlainSettings(private val settings: Plain) {
		open fun run() = settings.name
	}

}
