package io.privsep.launch;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A helper that was started early is used just once, and only as it was meant to be.
 */
class EarlyHelpersTests {

	private static final List<String> WORDS = List.of("/bin/cat");

	private final EarlyHelpers early = new EarlyHelpers();

	@Test
	void takeWhenStartedByTheSameWordsGivesTheHelperOnce() throws Exception {
		this.early.start("net", () -> WORDS);
		HelperProcess helper = this.early.take("net", WORDS);
		assertThat(helper).isNotNull();
		assertThat(this.early.take("net", WORDS)).isNull();
		assertThat(helper.connection().isConnected()).isTrue();
		assertThat(helper.end()).isEqualTo("exit code 0");
	}

	@Test
	void takeWhenStartedByOtherWordsGivesNone() throws Exception {
		this.early.start("net", () -> WORDS);
		assertThat(this.early.take("net", List.of("/bin/cat", "-u"))).isNull();
		this.early.start("other", () -> WORDS);
		assertThat(this.early.take("net", WORDS)).isNull();
		this.early.close();
	}

	@Test
	void takeWhenItCouldNotBeStartedGivesNone() {
		this.early.start("net", () -> {
			throw new IOException("the code can be changed");
		});
		assertThat(this.early.take("net", WORDS)).isNull();
		this.early.start("other", () -> List.of("/nonexistent/privsep"));
		assertThat(this.early.take("other", List.of("/nonexistent/privsep"))).isNull();
	}

	@Test
	void startAfterTakeStartsNothing() {
		assertThat(this.early.take("net", WORDS)).isNull();
		this.early.start("net", () -> {
			throw new AssertionError("must not be asked for");
		});
		assertThat(this.early.take("net", WORDS)).isNull();
	}

	@Test
	void closeEndsWhatNobodyHasTaken() throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		long before = cats();
		this.early.start("net", () -> {
			asked.countDown();
			return WORDS;
		});
		assertThat(asked.await(2, TimeUnit.MINUTES)).isTrue();
		this.early.close();
		assertThat(cats()).isEqualTo(before);
		this.early.start("other", () -> WORDS);
		assertThat(this.early.take("other", WORDS)).isNull();
	}

	private static long cats() {
		return ProcessHandle.current()
			.children()
			.filter((child) -> child.info().command().orElse("").endsWith("/cat"))
			.count();
	}

}
