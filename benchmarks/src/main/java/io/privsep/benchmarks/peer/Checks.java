package io.privsep.benchmarks.peer;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.privsep.benchmarks.load.Subject.Call;

/**
 * Looks at what a call brings back.
 */
final class Checks {

	private Checks() {
	}

	static void same(Object sent, @Nullable Object received) {
		if (!sent.equals(received)) {
			throw new AssertionError("That is not what was sent");
		}
	}

	static void present(@Nullable Object received) {
		Objects.requireNonNull(received, "Nothing came back");
	}

	static void throwsException(Call call) {
		try {
			call.run();
		}
		catch (Exception ex) {
			return;
		}
		throw new AssertionError("Nothing was thrown");
	}

}
