package io.privsep.helper;

import java.nio.channels.SocketChannel;

import io.privsep.definition.HelperDefinition;
import io.privsep.definition.InProcessHelper;
import io.privsep.helper.audit.Audit;
import io.privsep.wire.FrameReader;
import io.privsep.wire.Protocol;

/**
 * A helper in the application's own JVM: the same wire and the same beans, no separation,
 * and so no audit.
 */
public final class InProcess implements InProcessHelper {

	/**
	 * Makes the helper. {@link java.util.ServiceLoader} calls this.
	 */
	public InProcess() {
	}

	@Override
	public void serve(SocketChannel connection, HelperDefinition definition, ClassLoader classLoader) throws Exception {
		FrameReader reader = new FrameReader(connection, Protocol.maxFrameLength(definition.calls().maxMessageSize()));
		new Server(new ReplyWriter(connection), reader, PrivilegedBeans.of(definition, classLoader), definition,
				classLoader, Audit.OFF)
			.serve();
	}

}
