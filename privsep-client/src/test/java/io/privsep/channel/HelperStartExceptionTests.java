package io.privsep.channel;

import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HelperStartException}.
 */
class HelperStartExceptionTests {

	static Stream<IOException> connectionEnds() {
		return Stream.of(new EOFException("The connection ended"), new IOException("Broken pipe"),
				new IOException("Connection reset by peer"), new ClosedChannelException());
	}

	@ParameterizedTest
	@MethodSource("connectionEnds")
	void lostHelperIsNoLostClientOfSpringMvc(IOException end) {
		HelperStartException failure = new HelperStartException("net",
				"helper ended (exit code 3): " + HelperStartException.sentence(end), end);
		assertThat(failure.getSuppressed()).containsExactly(end);
		// what org.springframework.web.util.DisconnectedClientHelper looks at
		assertThat(failure).hasNoCause();
		assertThat(failure.getMessage().toLowerCase(Locale.ROOT)).doesNotContain("broken pipe", "connection reset");
	}

}
