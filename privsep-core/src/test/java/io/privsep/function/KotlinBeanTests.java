package io.privsep.function;

import kotlin.Metadata;
import org.junit.jupiter.api.Test;

import io.privsep.PrivsepFunction;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Kotlin's classes and methods are final unless they are open.
 */
class KotlinBeanTests {

	@Test
	void ofWhenKotlinClassIsNotOpenTellsKotlinsWords() {
		assertThat(PrivilegedBean.of(NotOpen.class).problems()).singleElement()
			.asString()
			.contains("NotOpen' is final")
			.contains("write 'open', or apply the kotlin-spring compiler plugin");
	}

	@Test
	void ofWhenKotlinMethodIsNotOpenTellsKotlinsWords() {
		assertThat(PrivilegedBean.of(NotOpenMethod.class).problems()).singleElement()
			.asString()
			.contains("'NotOpenMethod.run' is final")
			.contains("write 'open', or apply the kotlin-spring compiler plugin");
	}

	@Test
	void ofWhenMethodsOfObjectAreOverriddenLeavesThemOut() {
		PrivilegedBean bean = PrivilegedBean.of(WithToString.class);
		assertThat(bean.problems()).isEmpty();
		assertThat(bean.functions()).singleElement().extracting("name").isEqualTo("run");
	}

	@Metadata
	@PrivsepFunction("net")
	static final class NotOpen {

		public void run() {
		}

	}

	@Metadata
	@PrivsepFunction("net")
	static class NotOpenMethod {

		public final void run() {
		}

	}

	static class WithToString {

		@PrivsepFunction("net")
		public void run() {
		}

		@Override
		public String toString() {
			return "x";
		}

	}

}
