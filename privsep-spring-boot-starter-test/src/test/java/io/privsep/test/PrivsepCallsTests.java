package io.privsep.test;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import io.privsep.PrivsepTimeoutException;
import io.privsep.test.app.Motd;
import io.privsep.test.app.MotdApplication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link PrivsepCalls} and {@link PrivsepCallsAssert}.
 */
@SpringBootTest(classes = MotdApplication.class)
@AutoConfigurePrivsep
class PrivsepCallsTests {

	@Autowired
	private Motd motd;

	@Autowired
	private PrivsepCalls calls;

	@Autowired
	private PrivsepFaults faults;

	@Test
	void assertionsHoldForWhatWasCalled() throws IOException {
		this.motd.update("a");
		this.motd.update("b");
		this.motd.sum(new int[] { 1, 2 });
		assertThat(this.calls).called("motd", "update")
			.called("motd", "Motd.update")
			.called("motd", "update", (call) -> call.arguments().get(0).equals("b"))
			.calledWith("motd", "update", "a")
			.calledWith("motd", "sum", new int[] { 1, 2 })
			.calledTimes("motd", "update", 2)
			.calledOnce("motd", "sum")
			.returned("motd", "update")
			.neverCalled("motd", "read")
			.neverCalled("clock");
		assertThat(this.calls.of("motd", "update")).extracting((call) -> call.arguments().get(0))
			.containsExactly("a", "b");
		assertThat(this.calls.of("motd")).hasSize(3).isEqualTo(this.calls.all());
	}

	@Test
	void assertionsThatDoNotHoldTellWhatWasCalled() throws IOException {
		this.motd.update("a");
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> this.motd.update(""));
		String called = "; the calls were:\n  motd: Motd.update(\"a\") returned null"
				+ "\n  motd: Motd.update(\"\") threw IOException: There is nothing to write";
		assertFails("'read' of context 'motd' to be called" + called, () -> check().called("motd", "read"));
		assertFails("'update' of context 'motd' to be called as the predicate has it" + called,
				() -> check().called("motd", "update", (call) -> false));
		assertFails("'update' of context 'motd' to be called with [\"b\"]" + called,
				() -> check().calledWith("motd", "update", "b"));
		assertFails("'update' of context 'motd' to be called once, but it was 2 times" + called,
				() -> check().calledOnce("motd", "update"));
		assertFails("'update' of context 'motd' to be called never, but it was 2 times" + called,
				() -> check().neverCalled("motd", "update"));
		assertFails("'update' of context 'motd' to be called and to throw a 'PrivsepTimeoutException'" + called,
				() -> check().threw("motd", "update", PrivsepTimeoutException.class));
		assertFails("'read' of context 'motd' to be called and to return" + called,
				() -> check().returned("motd", "read"));
		assertFails("no function of context 'motd' to be called" + called, () -> check().neverCalled("motd"));
		assertFails("no function to be called" + called, () -> check().hasNoCalls());
	}

	@Test
	void assertionThatDoesNotHoldWithoutCallsSaysSo() {
		assertFails("'read' of context 'motd' to be called; there were no calls", () -> check().called("motd", "read"));
		check().hasNoCalls();
	}

	@Test
	void nameThatIsMistypedIsNotTakenForNoCalls() {
		assertThatIllegalArgumentException().isThrownBy(() -> check().neverCalled("mtod"))
			.withMessageContaining("No bean of this test has functions of context 'mtod', but of [clock, motd]");
		assertThatIllegalArgumentException().isThrownBy(() -> check().neverCalled("motd", "upd"))
			.withMessageContaining("has a function 'upd' of context 'motd', but [Motd.")
			.withMessageContaining("Motd.update");
	}

	@Test
	void asynchronousCallHasTheOutcomeOfItsFuture() {
		assertThat(this.motd.readLater().join()).isNotNull();
		check().returned("motd", "readLater");
		assertThat(this.calls.of("motd").get(0).result()).isEqualTo(this.motd.read());
		this.faults.on("motd").timeout();
		CompletableFuture<String> late = this.motd.readLater();
		assertThat(late).isCompletedExceptionally();
		check().threw("motd", "readLater", PrivsepTimeoutException.class);
	}

	@Test
	void callThatIsNotDoneIsThereAlready() {
		PrivsepCall call = new PrivsepCall("motd", "Motd.read", new Object[0]);
		assertThat(call.isDone()).isFalse();
		assertThat(call.result()).isNull();
		assertThat(call.failure()).isNull();
		assertThat(call).hasToString("motd: Motd.read() is not done");
		call.returned("x");
		assertThat(call).hasToString("motd: Motd.read() returned \"x\"");
	}

	@Test
	void callsOfSeveralThreadsAreAllRecorded() {
		IntStream.range(0, 200).parallel().forEach((each) -> this.motd.pid());
		check().calledTimes("motd", "pid", 200);
	}

	private PrivsepCallsAssert check() {
		return assertThat(this.calls);
	}

	private static void assertFails(String message, Runnable assertion) {
		assertThatExceptionOfType(AssertionError.class).isThrownBy(assertion::run).withMessage("Expected " + message);
	}

}
