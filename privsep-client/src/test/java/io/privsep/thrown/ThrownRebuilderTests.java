package io.privsep.thrown;

import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.privsep.PrivsepFunction;
import io.privsep.PrivsepRemoteException;
import io.privsep.function.FunctionTable;
import io.privsep.function.PrivilegedFunction;
import io.privsep.value.ValueWriter;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.Thrown;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what {@link ThrownRebuilder} makes of what a helper gone bad says.
 */
class ThrownRebuilderTests {

	private static final int MAX_ELEMENTS = 1200;

	private static final AtomicInteger MADE = new AtomicInteger();

	private final PrivilegedFunction function = FunctionTable.of("net", List.of(Functions.class)).functions().get(0);

	private final ThrownRebuilder rebuilder = new ThrownRebuilder("net", List.of(this.function), MAX_ELEMENTS);

	@BeforeEach
	void setUp() {
		MADE.set(0);
	}

	@Test
	void detailsOfAllCausesTogetherHaveNoMoreElementsThanThoseOfTheException() {
		Throwable rebuilt = rebuild(thrown(DetailedException.class.getName(), List.of(), MAX_ELEMENTS - 10,
				thrown(DetailedException.class.getName(), List.of(), MAX_ELEMENTS / Thrown.MAX_EXCEPTIONS - 10,
						thrown(DetailedException.class.getName(), List.of(), MAX_ELEMENTS / 4, null))));
		assertThat(rebuilt).isInstanceOf(DetailedException.class);
		assertThat(rebuilt.getCause()).isInstanceOf(DetailedException.class);
		assertThat(rebuilt.getCause().getCause()).isInstanceOf(PrivsepRemoteException.class);
	}

	@Test
	void detailsAreDecodedOnceHoweverOftenTheirClassIsNamed() {
		// whose message is another, so that it is not taken
		rebuild(thrown("a.B", Collections.nCopies(16, DetailedException.class.getName()), 1, null));
		assertThat(MADE).hasValue(1);
	}

	@Test
	void declaredExceptionOfFilesIsNotMadeWithoutThem() {
		PrivilegedFunction find = FunctionTable.of("net", List.of(Finding.class)).functions().get(0);
		Throwable rebuilt = new ThrownRebuilder("net", List.of(find), MAX_ELEMENTS).rebuild(find,
				new Thrown(GoneException.class.getName(), List.of(NoSuchFileException.class.getName()), null, "/a",
						null, null, List.of(), null, List.of()));
		assertThat(rebuilt).isExactlyInstanceOf(PrivsepRemoteException.class)
			.hasMessage(GoneException.class.getName() + ": /a");
	}

	private Throwable rebuild(Thrown thrown) {
		return this.rebuilder.rebuild(this.function, thrown);
	}

	private Thrown thrown(String type, List<String> supertypes, int elements, Thrown cause) {
		FrameWriter out = new FrameWriter(1 << 20);
		ValueWriter.write(this.function.detailedException(DetailedException.class).codec(),
				new Details(Collections.nCopies(elements, 1)), out, 1 << 20);
		MADE.set(0);
		ByteBuffer details = out.toBytes();
		return new Thrown(type, supertypes, "m", null, null, details, List.of(), cause, List.of());
	}

	record Details(List<Integer> numbers) {

		Details {
			MADE.incrementAndGet();
		}

	}

	static final class DetailedException extends Exception {

		private static final long serialVersionUID = 1L;

		private final transient Details details;

		DetailedException(String message, Details details) {
			super(message.contains(": ") ? "another" : message);
			this.details = details;
		}

		public Details details() {
			return this.details;
		}

	}

	static final class GoneException extends NoSuchFileException {

		private static final long serialVersionUID = 1L;

		GoneException(String file) {
			super(file);
		}

	}

	static class Finding {

		@PrivsepFunction("net")
		public void find() throws GoneException {
		}

	}

	static class Functions {

		@PrivsepFunction("net")
		public void fail() throws DetailedException {
		}

	}

}
