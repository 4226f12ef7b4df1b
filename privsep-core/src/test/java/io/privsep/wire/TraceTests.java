package io.privsep.wire;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class TraceTests {

	@ParameterizedTest
	@CsvSource({ "0af7651916cd43dd8448eb211c80319c, b7ad6b7169203331",
			"00000000000000000000000000000001, ffffffffffffffff" })
	void textsAreWhatTheyWere(String traceId, String spanId) {
		Trace trace = Trace.of(traceId, spanId, true);
		assertThat(trace.traceId()).isEqualTo(traceId);
		assertThat(trace.spanId()).isEqualTo(spanId);
	}

	@Test
	void shortTraceIdIsFilledUp() {
		assertThat(Trace.of("8448eb211c80319c", "b7ad6b7169203331", false))
			.isEqualTo(new Trace(0, 0x8448eb211c80319cL, 0xb7ad6b7169203331L, false));
	}

	@ParameterizedTest
	@CsvSource({ "'', b7ad6b7169203331", "0af7651916cd43dd8448eb211c80319c, b7ad", "0af7, b7ad6b7169203331",
			"0af7651916cd43dd8448eb211c80319x, b7ad6b7169203331",
			"0af7651916cd43dd8448eb211c80319c, b7ad6b716920333\n" })
	void otherTextsAreNoTrace(String traceId, String spanId) {
		assertThat(Trace.of(traceId, spanId, true)).isSameAs(Trace.NONE);
	}

}
