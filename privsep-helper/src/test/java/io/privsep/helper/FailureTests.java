package io.privsep.helper;

import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.zip.ZipException;

import org.junit.jupiter.api.Test;

import io.privsep.PrivsepFunction;
import io.privsep.function.FunctionTable;
import io.privsep.function.PrivilegedFunction;
import io.privsep.wire.FrameBody;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.Reply;
import io.privsep.wire.Thrown;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Failure}: what is left of an exception for which there is too little
 * room.
 */
class FailureTests {

	private final PrivilegedFunction function = FunctionTable.of("f", List.of(Functions.class)).functions().get(0);

	@Test
	void framesAreLeftOutFirst() {
		ZipException exception = new ZipException("no zip");
		exception.initCause(new IllegalStateException("why"));
		assertThat(write(exception, 1 << 20).frames()).isNotEmpty();
		Thrown thrown = write(exception, 1200);
		assertThat(thrown.frames()).isEmpty();
		assertThat(thrown.message()).isEqualTo("no zip");
		assertThat(thrown.supertypes()).contains("java.io.IOException");
		assertThat(Objects.requireNonNull(thrown.cause()).message()).isEqualTo("why");
	}

	@Test
	void causesAreLeftOutNext() {
		ZipException exception = new ZipException("z".repeat(900));
		exception.initCause(new IllegalStateException("why".repeat(300)));
		Thrown thrown = write(exception, 1200);
		assertThat(thrown.message()).hasSize(900);
		assertThat(thrown.supertypes()).contains("java.io.IOException");
		assertThat(thrown.cause()).isNull();
		assertThat(thrown.suppressed()).isEmpty();
	}

	@Test
	void messageIsCutLast() {
		Thrown thrown = write(new ZipException("z".repeat(1500)), 1200);
		assertThat(thrown.message()).startsWith("zzz").endsWith("z...");
		assertThat(thrown.supertypes()).contains("java.io.IOException");
	}

	@Test
	void exceptionThatIsNothingWithoutItsCauseKeepsIt() {
		Thrown thrown = write(new UncheckedIOException("u".repeat(700), new ZipException("z".repeat(700))), 1200);
		assertThat(thrown.message()).startsWith("uuu");
		assertThat(Objects.requireNonNull(thrown.cause()).supertypes()).contains("java.io.IOException");
	}

	@Test
	void messageIsCutBetweenCharacters() {
		assertThat(write(new IllegalStateException("a" + "😀".repeat(1000)), 2000).message()).endsWith("😀...");
	}

	@Test
	void detailsThatFitAreKeptAndOthersAreTold() {
		assertThat(write(new Detailed("d", new Details("x".repeat(500))), 1200).details()).isNotNull();
		Detailed caused = new Detailed("d", new Details("x".repeat(500)));
		caused.initCause(new IllegalStateException("why".repeat(300)));
		assertThat(write(caused, 1200).details()).isNotNull();
		assertThat(write(caused, 1200).cause()).isNull();
		Thrown thrown = write(new Detailed("d", new Details("x".repeat(1100))), 1200);
		assertThat(thrown.details()).isNull();
		assertThat(thrown.message()).isEqualTo("d");
		assertThat(thrown.suppressed()).singleElement()
			.extracting(Thrown::message)
			.asString()
			.contains("max-message-size");
	}

	private Thrown write(Throwable throwable, int maxLength) {
		ByteBuffer bytes = new Failure(1, this.function, maxLength, 1000).write(throwable, new FrameWriter(maxLength))
			.toBytes();
		bytes.position(bytes.position() + Integer.BYTES);
		return ((Reply.Threw) Reply.read(new FrameBody(bytes.slice()))).thrown();
	}

	/**
	 * Details.
	 *
	 * @param text a text
	 */
	record Details(String text) {
	}

	/** An exception with details. */
	static final class Detailed extends Exception {

		private static final long serialVersionUID = 1L;

		private final transient Details details;

		Detailed(String message, Details details) {
			super(message);
			this.details = details;
		}

		public Details details() {
			return this.details;
		}

	}

	static class Functions {

		@PrivsepFunction("f")
		public void fail() throws Detailed {
		}

	}

}
