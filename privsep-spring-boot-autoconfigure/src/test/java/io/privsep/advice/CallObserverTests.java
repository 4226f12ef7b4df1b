package io.privsep.advice;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.privsep.function.FunctionTable;
import io.privsep.function.PrivilegedFunction;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CallObserver}.
 */
class CallObserverTests {

	private final List<String> seen = new ArrayList<>();

	@Test
	void ofNoObserverSeesNothing() throws Throwable {
		assertThat(observe(CallObserver.of(List.of()))).isEqualTo("ran");
		assertThat(this.seen).containsExactly("call");
	}

	@Test
	void ofOneObserverIsThatObserver() {
		CallObserver one = observer("one");
		assertThat(CallObserver.of(List.of(one))).isSameAs(one);
	}

	@Test
	void ofSeveralObserversNestsThemInTheirOrder() throws Throwable {
		assertThat(observe(CallObserver.of(List.of(observer("a"), observer("b"), observer("c"))))).isEqualTo("ran");
		assertThat(this.seen).containsExactly("a [x]", "b [x]", "c [x]", "call", "c ends", "b ends", "a ends");
	}

	private CallObserver observer(String name) {
		return (context, function, call) -> {
			this.seen.add(name + " " + List.of(call.arguments()));
			Object result = call.run();
			this.seen.add(name + " ends");
			return result;
		};
	}

	private @Nullable Object observe(CallObserver observer) throws Throwable {
		PrivilegedFunction function = FunctionTable.of("net", List.of(CompositionTests.Simple.class))
			.functions()
			.get(0);
		return observer.observe("net", function, new CallObserver.Call() {

			@Override
			public @Nullable Object[] arguments() {
				return new Object[] { "x" };
			}

			@Override
			public Object run() {
				CallObserverTests.this.seen.add("call");
				return "ran";
			}

		});
	}

}
