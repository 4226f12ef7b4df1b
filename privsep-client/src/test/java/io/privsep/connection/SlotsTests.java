package io.privsep.connection;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.privsep.PrivsepFunction;
import io.privsep.function.FunctionTable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Slots}.
 */
class SlotsTests {

	private static final FunctionTable TABLE = FunctionTable.of("test", List.of(Functions.class));

	private final Slots slots = new Slots(2);

	@Test
	void takeWhenAllAreTakenWaitsInQueue() {
		assertThat(this.slots.take(call(1))).isTrue();
		assertThat(this.slots.take(call(2))).isTrue();
		assertThat(this.slots.take(call(3))).isFalse();
		assertThat(this.slots.taken()).isEqualTo(2);
		assertThat(this.slots.waiting()).isEqualTo(1);
	}

	@Test
	void releaseGivesTheSlotToTheFirstInQueue() {
		List<PendingCall> calls = List.of(call(1), call(2), call(3), call(4), call(5));
		calls.forEach(this.slots::take);
		assertThat(this.slots.release()).isSameAs(calls.get(2));
		assertThat(this.slots.leave(calls.get(3))).isTrue();
		assertThat(this.slots.release()).isSameAs(calls.get(4));
		assertThat(this.slots.taken()).isEqualTo(2);
		assertThat(this.slots.release()).isNull();
		assertThat(this.slots.release()).isNull();
		assertThat(this.slots.taken()).isZero();
	}

	@Test
	void leaveWhenOutOfTheQueueTellsSo() {
		PendingCall first = call(1);
		PendingCall third = call(3);
		this.slots.take(first);
		this.slots.take(call(2));
		this.slots.take(third);
		this.slots.release();
		assertThat(this.slots.leave(first)).isFalse();
		assertThat(this.slots.leave(third)).isFalse();
	}

	private static PendingCall call(int id) {
		return new PendingCall(id, TABLE.functions().get(0), 1);
	}

	static class Functions {

		@PrivsepFunction("test")
		public void run() {
		}

	}

}
