package io.privsep.connection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Lifespan}.
 */
class LifespanTests {

	private long now = Long.MAX_VALUE - 3;

	private boolean hasSuccessor = true;

	@Test
	void takeCallWhenNoneIsLeftTakesNone() {
		Lifespan term = term(2, null);
		assertThat(term.takeCall()).isTrue();
		assertThat(term.isOver()).isFalse();
		assertThat(term.takeCall()).isTrue();
		assertThat(term.isOver()).isTrue();
		assertThat(term.takeCall()).isFalse();
	}

	@Test
	void takeCallOfManyAtOnceTakesAsManyAsThereAre() throws Exception {
		Lifespan term = term(1000, null);
		int callers = 4;
		CyclicBarrier together = new CyclicBarrier(callers);
		Callable<Integer> caller = () -> {
			together.await();
			int taken = 0;
			while (term.takeCall()) {
				taken++;
			}
			return taken;
		};
		List<FutureTask<Integer>> tasks = new ArrayList<>();
		for (int i = 0; i < callers; i++) {
			FutureTask<Integer> task = new FutureTask<>(caller);
			new Thread(task).start();
			tasks.add(task);
		}
		int sum = 0;
		for (FutureTask<Integer> task : tasks) {
			sum += task.get();
		}
		assertThat(sum).isEqualTo(1000);
	}

	@Test
	void isOverWhenItHasServedForSoLongAndThereIsASuccessor() {
		Lifespan term = term(null, Duration.ofNanos(10));
		term.begin();
		// the clock may overflow
		this.now += 9;
		assertThat(term.isOver()).isFalse();
		assertThat(term.untilOver()).isEqualTo(1);
		this.now += 1;
		this.hasSuccessor = false;
		assertThat(term.isOver()).isFalse();
		assertThat(term.takeCall()).isTrue();
		assertThat(term.untilOver()).isEqualTo(Long.MAX_VALUE);
		this.hasSuccessor = true;
		assertThat(term.isOver()).isTrue();
	}

	@Test
	void isOverWhenNoCallIsLeftThoughThereIsNoSuccessor() {
		Lifespan term = term(1, null);
		this.hasSuccessor = false;
		assertThat(term.takeCall()).isTrue();
		assertThat(term.isOver()).isTrue();
	}

	@Test
	void spareDoesNotGrowOld() {
		Lifespan term = term(null, Duration.ofNanos(10));
		this.now += 1000;
		assertThat(term.isOver()).isFalse();
		assertThat(term.untilOver()).isEqualTo(Long.MAX_VALUE);
		term.begin();
		assertThat(term.untilOver()).isEqualTo(10);
	}

	private Lifespan term(@Nullable Integer calls, @Nullable Duration after) {
		return new Lifespan(calls, after, () -> this.now, () -> this.hasSuccessor);
	}

}
