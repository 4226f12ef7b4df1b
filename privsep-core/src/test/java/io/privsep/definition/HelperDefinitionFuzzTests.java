package io.privsep.definition;

import java.nio.ByteBuffer;

import com.code_intelligence.jazzer.junit.FuzzTest;

import io.privsep.wire.FrameBody;
import io.privsep.wire.MalformedFrameException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Fuzz tests for {@link HelperDefinition}: what is read is the same when it is written
 * and read again.
 */
class HelperDefinitionFuzzTests {

	@FuzzTest
	void parse(byte[] input) {
		byte[] body = ByteBuffer.allocate(Integer.BYTES + input.length).putInt(input.length).put(input).array();
		HelperDefinition definition;
		try {
			definition = HelperDefinition.read(new FrameBody(ByteBuffer.wrap(body)));
		}
		catch (MalformedFrameException ex) {
			return;
		}
		assertThat(HelperDefinition.parse(definition.toText())).isEqualTo(definition);
	}

}
