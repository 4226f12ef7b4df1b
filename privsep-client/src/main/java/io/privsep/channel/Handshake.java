package io.privsep.channel;

import java.io.IOException;
import java.util.Arrays;

import io.privsep.definition.HelperDefinition;
import io.privsep.definition.HelperDefinition.Installation;
import io.privsep.rights.Capabilities;
import io.privsep.wire.MalformedFrameException;
import io.privsep.wire.Protocol;
import io.privsep.wire.Reply;

/**
 * What a helper says first is compared with what the application expects of it.
 */
final class Handshake {

	private final ContextSettings settings;

	private final HelperDefinition definition;

	Handshake(ContextSettings settings) {
		this.settings = settings;
		this.definition = settings.definition();
	}

	/**
	 * Compares it.
	 * @param ready its READY
	 * @throws IOException if it is another helper than it should be
	 */
	void check(Reply.Ready ready) throws IOException {
		if (ready.protocol() != Protocol.VERSION) {
			throw new IOException("the helper speaks protocol " + ready.protocol() + ", expected " + Protocol.VERSION);
		}
		if (!ready.context().equals(this.settings.context())) {
			throw new IOException("the helper is that of context '" + ready.context() + "'");
		}
		InstallationCheck.run(this.definition, ready.definition());
		if (!Arrays.equals(ready.digest().array(), this.settings.table().digest())) {
			throw new IOException("the helper has other functions than the application; it comes from another build");
		}
		HelperDefinition.Rights rights = this.definition.rights();
		if (rights != null && (ready.uid() != rights.uid() || ready.capabilities() != rights.capabilities().mask())) {
			throw new IOException("the helper is user " + Integer.toUnsignedString(ready.uid()) + " with capabilities "
					+ new Capabilities(ready.capabilities()) + ", expected user "
					+ Integer.toUnsignedString(rights.uid()) + " with " + rights.capabilities());
		}
	}

	/**
	 * How long the frames may be that it sends.
	 * @return a number of bytes
	 */
	int maxFrameLength() {
		int max = Protocol.maxFrameLength(this.definition.calls().maxMessageSize());
		return logsToConnection() ? Math.max(max, Protocol.maxFrameLength(Reply.Logged.MAX_LENGTH)) : max;
	}

	/**
	 * Whether it logs over the connection, as its standard error leads elsewhere.
	 * @return whether it does
	 */
	boolean logsToConnection() {
		Installation installation = this.definition.installation();
		return installation != null && installation.logsToConnection();
	}

	static void refuseLog(String line) {
		throw new MalformedFrameException(
				"The helper logs over the connection, though its standard error leads to the application");
	}

}
