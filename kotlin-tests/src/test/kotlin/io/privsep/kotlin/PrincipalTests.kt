package io.privsep.kotlin

import ch.qos.logback.classic.Logger
import ch.qos.logback.classic.spi.ILoggingEvent
import ch.qos.logback.core.AppenderBase
import io.privsep.principal.PrincipalSource
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asContextElement
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import org.assertj.core.api.Assertions.assertThat
import org.awaitility.Awaitility.await
import org.junit.jupiter.api.Test
import org.slf4j.LoggerFactory
import org.springframework.beans.factory.annotation.Autowired
import org.springframework.boot.test.context.SpringBootTest
import org.springframework.boot.test.context.TestConfiguration
import org.springframework.context.annotation.Bean

/**
 * Whom the application claims to call suspend functions for, in the audit of a real
 * helper.
 */
@SpringBootTest(
	webEnvironment = SpringBootTest.WebEnvironment.NONE, properties = ["privsep.contexts.network.audit=stderr"]
)
class PrincipalTests(@Autowired private val network: Network) {

	@Test
	fun suspendFunctionIsClaimedForTheUserOfTheThreadInWhichItsCallerRuns() {
		val audit = Audit()
		val logger = LoggerFactory.getLogger("io.privsep.helper.network") as Logger
		audit.start()
		logger.addAppender(audit)
		USER.set("alice")
		try {
			runBlocking {
				network.later("here")
				assertThat(audit.claims(1)).containsExactly("alice", "alice")
				withContext(Dispatchers.IO) { network.later("in another thread") }
				assertThat(audit.claims(2)).containsExactly(null, null)
				withContext(Dispatchers.IO + USER.asContextElement("bob")) { network.later("with a user") }
				assertThat(audit.claims(3)).containsExactly("bob", "bob")
			}
		}
		finally {
			USER.remove()
			logger.detachAppender(audit)
		}
	}

	@TestConfiguration(proxyBeanMethods = false)
	class Users {

		@Bean
		fun principals() = PrincipalSource { USER.get() }

	}

	private class Audit : AppenderBase<ILoggingEvent>() {

		private val lines = CopyOnWriteArrayList<String>()

		override fun append(event: ILoggingEvent) {
			lines += event.formattedMessage
		}

		/** The principals in the two lines of a call, whose number is from 1. */
		fun claims(call: Int): List<String?> {
			await().atMost(2, TimeUnit.MINUTES).until { later().size >= 2 * call }
			return later().subList(2 * call - 2, 2 * call).map { CLAIM.find(it)?.groupValues?.get(1) }
		}

		private fun later() = lines.filter { "Network.later(" in it }

	}

	private companion object {
		val USER = ThreadLocal<String?>()
		val CLAIM = Regex(""""claimed":\{"principal":"(\w+)"}""")
	}

}
