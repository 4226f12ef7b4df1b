package io.privsep.channel;

import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.privsep.wire.MalformedFrameException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HelperStartException}.
 */
class HelperStartExceptionTests {

	static Stream<Arguments> sentences() {
		return Stream.of(Arguments.of(new IOException("no room"), "no room"),
				Arguments.of(new EOFException("The frame ended"), "The frame ended"),
				Arguments.of(new MalformedFrameException("There is no reply of type 9"), "There is no reply of type 9"),
				// the message alone would be a riddle
				Arguments.of(new NoSuchFileException("/tmp/x"), "java.nio.file.NoSuchFileException: /tmp/x"),
				Arguments.of(new NoClassDefFoundError("net/Lib"), "java.lang.NoClassDefFoundError: net/Lib"),
				Arguments.of(new NullPointerException(), "java.lang.NullPointerException"),
				Arguments.of(new ClosedByInterruptException(), "The connection ended"));
	}

	@ParameterizedTest
	@MethodSource("sentences")
	void sentenceSaysWhatHasHappened(Throwable why, String sentence) {
		assertThat(HelperStartException.sentence(why)).isEqualTo(sentence);
	}

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
