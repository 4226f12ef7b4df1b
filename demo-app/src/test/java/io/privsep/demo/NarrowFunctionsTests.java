package io.privsep.demo;

import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.privsep.advice.BroadFunctions;
import io.privsep.demo.privsep.Motd;
import io.privsep.demo.privsep.OrderParser;
import io.privsep.demo.privsep.Ports;
import io.privsep.function.FunctionTable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That the demo does as the guidelines say.
 */
class NarrowFunctionsTests {

	@ParameterizedTest
	@ValueSource(classes = { Motd.class, OrderParser.class, Ports.class })
	void noFunctionIsBroad(Class<?> bean) {
		assertThat(BroadFunctions.find(FunctionTable.of("any", List.of(bean)))).isEmpty();
	}

}
