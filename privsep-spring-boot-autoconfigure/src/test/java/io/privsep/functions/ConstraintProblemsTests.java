package io.privsep.functions;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.groups.Default;
import org.junit.jupiter.api.Test;

import io.privsep.PrivsepFunction;
import io.privsep.function.PrivilegedBean;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ConstraintProblems}.
 */
class ConstraintProblemsTests {

	@Test
	void constraintsThatAreTooDeepAreProblems() {
		assertThat(BeanProblems.of(PrivilegedBean.of(TooDeep.class)))
			.allMatch((problem) -> problem.contains("not checked"))
			.extracting((problem) -> problem.split("'")[1])
			.containsExactlyInAnyOrder("TooDeep.lists", "TooDeep.arrays", "TooDeep.inList", "TooDeep.box",
					"TooDeep.texts", "OnAccessor.q");
	}

	@Test
	void constraintsThatNobodyWouldCheckAreProblems() {
		assertThat(BeanProblems.of(PrivilegedBean.of(Unchecked.class))).containsExactlyInAnyOrder(
				"'Unchecked.all': parameter 1 of type '" + Item.class.getName()
						+ "', which has constraints, is not checked without @Valid; add it",
				"'Holder.item' of type '" + Item.class.getName()
						+ "', which has constraints, is not checked without @Valid; add it",
				"'Unchecked.groups': parameter 1 has a constraint @NotNull with groups, which is not checked; remove the"
						+ " groups",
				"'Unchecked.result' has a constraint on the method or its result, where it is not checked;"
						+ " put constraints on parameters, and check the result in the function");
	}

	@Test
	void constraintsBehindAWildcardAreProblems() {
		assertThat(BeanProblems.of(PrivilegedBean.of(Wildcards.class))).containsExactly(
				"'Wildcards.texts': parameter 1 has constraints in a wildcard, where they are not checked; use a List of"
						+ " records");
	}

	@PrivsepFunction("test")
	static class Wildcards {

		public void texts(List<? extends @NotBlank String> texts) {
		}

		public void fine(List<? extends String> texts) {
		}

	}

	@PrivsepFunction("test")
	static class TooDeep {

		public void lists(@Valid List<List<Item>> items) {
		}

		public void arrays(@Valid Item[][] items) {
		}

		public void inList(List<@Valid Item[]> items) {
		}

		public void box(@Valid Box<@Valid Item> box) {
		}

		public void texts(List<@NotBlank String[]> texts) {
		}

		public void accessor(@Valid OnAccessor accessor) {
		}

		public void fine(@Valid List<Item> items, List<List<@Valid Item>> deeper, @Valid Item[] array) {
		}

	}

	@PrivsepFunction("test")
	static class Unchecked {

		public void all(Item item, Holder holder) {
		}

		public void groups(@NotNull(groups = Of.class) String text,
				@NotNull(groups = { Of.class, Default.class }) String other) {
		}

		public @NotBlank String result() {
			return "";
		}

		public CompletableFuture<String> later() {
			return CompletableFuture.completedFuture("");
		}

	}

	record OnAccessor(int q) {

		@Override
		@Min(1)
		public int q() {
			return this.q;
		}

	}

	record Box<T>(T value) {
	}

	record Holder(List<Item> item) {
	}

	record Item(@Min(1) int quantity) {
	}

	/** A group. */
	interface Of {

	}

}
