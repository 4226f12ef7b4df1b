package io.privsep.thrown;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.privsep.PrivsepFunction;
import io.privsep.PrivsepRemoteException;
import io.privsep.function.FunctionTable;
import io.privsep.function.PrivilegedFunction;
import io.privsep.wire.Thrown;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of exceptions that keep message and cause in fields of their own, as Kotlin
 * compiles {@code override val message} and {@code override val cause}.
 */
class KeptMessageTests {

	private final PrivilegedFunction function = FunctionTable.of("net", List.of(Functions.class)).functions().get(0);

	@Test
	void messageAndCauseThatGettersReturnAreNotLost() {
		assertThat(rebuild(KeptMessage.class, null)).isExactlyInstanceOf(KeptMessage.class).hasMessage("m");
		assertThat(rebuild(KeptMessage.class, cause())).isExactlyInstanceOf(KeptMessage.class)
			.hasMessage("m")
			.hasCauseExactlyInstanceOf(IllegalStateException.class);
		assertThat(rebuild(KeptBoth.class, cause())).isExactlyInstanceOf(KeptBoth.class)
			.hasMessage("m")
			.hasCauseExactlyInstanceOf(IllegalStateException.class);
		assertThat(rebuild(KeptBoth.class, null)).isExactlyInstanceOf(KeptBoth.class).hasMessage("m").hasNoCause();
	}

	@Test
	void otherFieldsOfTheseNamesAreLost() {
		assertThat(problem(NoGetter.class)).isEqualTo("would lose its field 'message'");
		assertThat(problem(LostCause.class)).isEqualTo("would lose its field 'cause'");
		assertThat(problem(KeptAndCode.class)).isEqualTo("would lose its field 'code'");
		assertThat(problem(Passing.class)).isEqualTo("would lose its field 'exit'");
		assertThat(rebuild(LostCause.class, cause())).isExactlyInstanceOf(PrivsepRemoteException.class);
		assertThat(problem(Composed.class)).startsWith("has no constructor");
	}

	@Test
	void detailsThatBecomeAPartOfTheMessageAreTold() {
		assertThat(problem(Kept.class)).isNull();
		assertThat(problem(Demanding.class)).isNull();
		assertThat(problem(Appended.class)).isEqualTo("changes its message");
		assertThat(problem(Computed.class)).isEqualTo("changes its message");
	}

	private @Nullable String problem(Class<?> type) {
		return DeclaredException.of(this.function, 10)
			.stream()
			.filter((exception) -> exception.type() == type)
			.findFirst()
			.orElseThrow()
			.problem();
	}

	private Throwable rebuild(Class<?> type, @Nullable Thrown cause) {
		return new ThrownRebuilder("net", List.of(this.function), 10).rebuild(this.function,
				thrown(type.getName(), "m", cause));
	}

	private static Thrown cause() {
		return thrown(IllegalStateException.class.getName(), "why", null);
	}

	private static Thrown thrown(String type, String message, @Nullable Thrown cause) {
		return new Thrown(type, List.of(), message, null, null, null, List.of(), cause, List.of());
	}

	/** As {@code class KeptMessage(override val message: String) : Exception()}. */
	static class KeptMessage extends Exception {

		private static final long serialVersionUID = 1L;

		private final String message;

		KeptMessage(String message) {
			this.message = message;
		}

		@Override
		public String getMessage() {
			return this.message;
		}

	}

	/** With {@code override val cause: Throwable?}, too. */
	static final class KeptBoth extends Exception {

		private static final long serialVersionUID = 1L;

		private final String message;

		private final @Nullable Throwable cause;

		KeptBoth(String message, @Nullable Throwable cause) {
			this.message = message;
			this.cause = cause;
		}

		@Override
		public String getMessage() {
			return this.message;
		}

		@Override
		public synchronized @Nullable Throwable getCause() {
			return this.cause;
		}

	}

	/** Has something else in the field. */
	static final class NoGetter extends Exception {

		private static final long serialVersionUID = 1L;

		@SuppressWarnings("unused")
		private final String message;

		NoGetter(String message) {
			super(message);
			this.message = "another";
		}

	}

	/** Cannot be made of its cause. */
	static final class LostCause extends Exception {

		private static final long serialVersionUID = 1L;

		private final @Nullable Throwable cause;

		LostCause(String message) {
			super(message);
			this.cause = null;
		}

		@Override
		public synchronized @Nullable Throwable getCause() {
			return this.cause;
		}

	}

	/** Has another field. */
	static final class KeptAndCode extends KeptMessage {

		private static final long serialVersionUID = 1L;

		@SuppressWarnings("unused")
		private final int code;

		KeptAndCode(String message) {
			super(message);
			this.code = 1;
		}

	}

	/** Has a field that serialization would lose, too. */
	static final class Passing extends Exception {

		private static final long serialVersionUID = 1L;

		@SuppressWarnings("unused")
		private final transient int exit;

		Passing(String message) {
			super(message);
			this.exit = 0;
		}

	}

	/** Makes its message of the field. */
	static final class Composed extends Exception {

		private static final long serialVersionUID = 1L;

		private final String message;

		Composed(String message) {
			this.message = message;
		}

		@Override
		public String getMessage() {
			return "It is " + this.message;
		}

	}

	/** What a command that has failed left. */
	record Status(int code, String output, List<String> words) {
	}

	/** Keeps its message. */
	static class Kept extends Exception {

		private static final long serialVersionUID = 1L;

		private final transient Status status;

		Kept(String message, Status status) {
			super(message);
			this.status = status;
		}

		public Status status() {
			return this.status;
		}

	}

	/** Cannot be made of any details. */
	static final class Demanding extends Kept {

		private static final long serialVersionUID = 1L;

		Demanding(String message, Status status) {
			super(message + status.words().size(), status);
		}

	}

	/** Its constructor adds to the message. */
	static final class Appended extends Kept {

		private static final long serialVersionUID = 1L;

		Appended(String message, Status status) {
			super(message + " (" + status.code() + ")", status);
		}

	}

	/** Its getter adds to the message. */
	static final class Computed extends Kept {

		private static final long serialVersionUID = 1L;

		Computed(String message, Status status) {
			super(message, status);
		}

		@Override
		public String getMessage() {
			return super.getMessage() + ": " + status().output();
		}

	}

	static class Functions {

		@PrivsepFunction("net")
		public void fail() throws KeptMessage, KeptBoth, NoGetter, LostCause, KeptAndCode, Composed, Passing, Kept,
				Demanding, Appended, Computed {
		}

	}

}
