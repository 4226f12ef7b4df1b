package io.privsep.test;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import io.privsep.PrivsepBusyException;
import io.privsep.PrivsepConnectionLostException;
import io.privsep.PrivsepException;
import io.privsep.PrivsepTimeoutException;
import io.privsep.PrivsepUnavailableException;
import io.privsep.test.app.Motd;
import io.privsep.test.app.MotdApplication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link PrivsepFaults} and {@link FaultyCalls}.
 */
@SpringBootTest(classes = MotdApplication.class)
@AutoConfigurePrivsep
class PrivsepFaultsTests {

	@Autowired
	private Motd motd;

	@Autowired
	private PrivsepFaults faults;

	static Stream<Arguments> kinds() {
		return Stream.of(kind(FaultyCalls::disconnect, PrivsepConnectionLostException.class),
				kind(FaultyCalls::disconnectAfterwards, PrivsepConnectionLostException.class),
				kind(FaultyCalls::timeout, PrivsepTimeoutException.class),
				kind(FaultyCalls::unavailable, PrivsepUnavailableException.class),
				kind(FaultyCalls::busy, PrivsepBusyException.class));
	}

	private static Arguments kind(Consumer<FaultyCalls> fault, Class<? extends PrivsepException> type) {
		return Arguments.argumentSet(type.getSimpleName(), fault, type);
	}

	@ParameterizedTest
	@MethodSource("kinds")
	void callThrowsWhatItWouldThrow(Consumer<FaultyCalls> fault, Class<? extends PrivsepException> type) {
		fault.accept(this.faults.on("motd"));
		assertThatExceptionOfType(type).isThrownBy(this.motd::read).satisfies((ex) -> {
			assertThat(ex.context()).isEqualTo("motd");
			assertThat(ex.function()).isEqualTo("Motd.read");
			assertThat(ex).hasMessageStartingWith("Context 'motd': ").hasMessageContaining("'Motd.read'");
		});
		assertThat(this.motd.read()).isNotNull();
	}

	@ParameterizedTest
	@MethodSource("kinds")
	void asynchronousCallFailsByItsFuture(Consumer<FaultyCalls> fault, Class<? extends PrivsepException> type) {
		fault.accept(this.faults.on("motd", "Motd.readLater"));
		CompletableFuture<String> future = this.motd.readLater();
		assertThatExceptionOfType(CompletionException.class).isThrownBy(future::join).withCauseInstanceOf(type);
		assertThat(this.motd.readLater().join()).isNotNull();
	}

	@Test
	void functionRunsOnlyIfTheReplyIsLost() throws IOException {
		this.motd.update("before");
		this.faults.on("motd").disconnect();
		assertThatExceptionOfType(PrivsepConnectionLostException.class).isThrownBy(() -> this.motd.update("after"));
		assertThat(this.motd.read()).endsWith("before");
		this.faults.on("motd").disconnectAfterwards();
		assertThatExceptionOfType(PrivsepConnectionLostException.class).isThrownBy(() -> this.motd.update("after"));
		assertThat(this.motd.read()).endsWith("after");
	}

	@Test
	void whatTheFunctionThrowsIsLostWithTheReply() {
		this.faults.on("motd").disconnectAfterwards();
		assertThatExceptionOfType(PrivsepConnectionLostException.class).isThrownBy(() -> this.motd.update(""))
			.satisfies((ex) -> assertThat(ex.getSuppressed()).singleElement().isInstanceOf(IOException.class));
	}

	@Test
	void faultIsForTheFunctionThatIsNamed() {
		this.faults.on("motd", "read").busy();
		assertThat(this.motd.pid()).isPositive();
		assertThatExceptionOfType(PrivsepBusyException.class).isThrownBy(this.motd::read);
	}

	@Test
	void faultsAreTakenInTheirOrder() {
		this.faults.on("motd").times(2).busy();
		this.faults.on("motd").always().timeout();
		assertThatExceptionOfType(PrivsepBusyException.class).isThrownBy(this.motd::read);
		assertThatExceptionOfType(PrivsepBusyException.class).isThrownBy(this.motd::read);
		for (int i = 0; i < 5; i++) {
			assertThatExceptionOfType(PrivsepTimeoutException.class).isThrownBy(this.motd::read);
		}
		this.faults.reset();
		assertThat(this.motd.read()).isNotNull();
	}

	@Test
	void delayedCallRunsLater() {
		this.faults.on("motd").delay(Duration.ofMillis(30));
		long start = System.nanoTime();
		assertThat(this.motd.read()).isNotNull();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(30));
	}

	@Test
	void delayBeyondTheTimeoutOfTheFunctionEndsWithIt() {
		this.faults.on("motd", "readSoon").delay(Duration.ofDays(1));
		assertThatExceptionOfType(PrivsepTimeoutException.class).isThrownBy(this.motd::readSoon)
			.withMessageContaining("no reply to 'Motd.readSoon' within 50ms");
	}

	@Test
	void delayedCallWithoutALimitRuns() {
		this.faults.on("motd", "readWithoutLimit").delay(Duration.ofMillis(30));
		assertThat(this.motd.readWithoutLimit()).isNotNull();
	}

	@Test
	void delayedCallThatIsInterruptedTimesOutAndStaysInterrupted() {
		this.faults.on("motd").delay(Duration.ofSeconds(9));
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(PrivsepTimeoutException.class).isThrownBy(this.motd::read)
			.withCauseInstanceOf(InterruptedException.class);
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void delayedAsynchronousCallRunsLater() {
		this.faults.on("motd", "readLater").delay(Duration.ofMillis(30));
		assertThat(this.motd.readLater().orTimeout(2, TimeUnit.MINUTES).join()).isNotNull();
	}

	@Test
	void delayedAsynchronousCallDoesNotBlockItsCaller() {
		this.faults.on("motd", "readLater").delay(Duration.ofDays(1));
		// a caller who had waited would find it failed, with its timeout
		CompletableFuture<String> future = this.motd.readLater();
		assertThat(future).isNotDone();
		assertThat(future.cancel(true)).isTrue();
	}

	@Test
	void whatCannotBeMeantIsRejected() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.faults.on("mtod"));
		assertThatIllegalArgumentException().isThrownBy(() -> this.faults.on("motd", "raed"));
		assertThatIllegalArgumentException().isThrownBy(() -> this.faults.on("motd").times(0));
		assertThatIllegalArgumentException().isThrownBy(() -> this.faults.on("motd").delay(Duration.ofMillis(-1)));
	}

}
