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

	private boolean isOutdated;

	@Test
	void takeCallWhenNoneIsLeftTakesNone() {
		Lifespan lifespan = lifespan(2, null);
		assertThat(lifespan.takeCall()).isTrue();
		assertThat(lifespan.isOver()).isFalse();
		assertThat(lifespan.takeCall()).isTrue();
		assertThat(lifespan.isOver()).isTrue();
		assertThat(lifespan.takeCall()).isFalse();
	}

	@Test
	void takeCallOfManyAtOnceTakesAsManyAsThereAre() throws Exception {
		Lifespan lifespan = lifespan(1000, null);
		int callers = 4;
		CyclicBarrier together = new CyclicBarrier(callers);
		Callable<Integer> caller = () -> {
			together.await();
			int taken = 0;
			while (lifespan.takeCall()) {
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
		Lifespan lifespan = lifespan(null, Duration.ofNanos(10));
		lifespan.begin();
		// the clock may overflow
		this.now += 9;
		assertThat(lifespan.isOver()).isFalse();
		assertThat(lifespan.untilOver()).isEqualTo(1);
		this.now += 1;
		this.hasSuccessor = false;
		assertThat(lifespan.isOver()).isFalse();
		assertThat(lifespan.takeCall()).isTrue();
		assertThat(lifespan.untilOver()).isEqualTo(Long.MAX_VALUE);
		this.hasSuccessor = true;
		assertThat(lifespan.isOver()).isTrue();
	}

	@Test
	void isOverWhenNoCallIsLeftThoughThereIsNoSuccessor() {
		Lifespan lifespan = lifespan(1, null);
		this.hasSuccessor = false;
		assertThat(lifespan.takeCall()).isTrue();
		assertThat(lifespan.isOver()).isTrue();
	}

	@Test
	void spareDoesNotGrowOld() {
		Lifespan lifespan = lifespan(null, Duration.ofNanos(10));
		this.now += 1000;
		assertThat(lifespan.isOver()).isFalse();
		assertThat(lifespan.untilOver()).isEqualTo(Long.MAX_VALUE);
		lifespan.begin();
		assertThat(lifespan.untilOver()).isEqualTo(10);
	}

	@Test
	void helperThatIsOutdatedTakesNoMoreCalls() {
		Lifespan lifespan = lifespan(null, null);
		assertThat(lifespan.endIfOutdated()).isFalse();
		assertThat(lifespan.takeCall()).isTrue();
		this.isOutdated = true;
		assertThat(lifespan.endIfOutdated()).isTrue();
		assertThat(lifespan.isOver()).isTrue();
		this.isOutdated = false;
		assertThat(lifespan.takeCall()).isFalse();
	}

	private Lifespan lifespan(@Nullable Integer calls, @Nullable Duration after) {
		return new Lifespan(calls, after, () -> this.now, () -> this.hasSuccessor, () -> this.isOutdated);
	}

}
