package io.privsep.channel;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.privsep.connection.PendingCall;
import io.privsep.function.PrivilegedFunction;
import io.privsep.value.UnacceptableValueException;
import io.privsep.value.ValueWriter;
import io.privsep.wire.Caller;
import io.privsep.wire.Frame;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.MessageTooLargeException;
import io.privsep.wire.Protocol;
import io.privsep.wire.Request;

/**
 * What a caller wants. It is made into a {@link PendingCall}, and into another where the
 * first was certainly not sent.
 *
 * @param settings the context's settings
 * @param function the function
 * @param arguments its arguments
 * @param timeout how long to wait for the reply, from the moment the call is sent
 * @param queueDeadline until when to wait for a slot and a helper
 * @param caller what the helper is told of the caller
 */
record CallRequest(ContextSettings settings, PrivilegedFunction function, @Nullable Object[] arguments,
		Duration timeout, long queueDeadline, Caller caller) {

	String name() {
		return this.function.name();
	}

	/**
	 * Writes the message of a call.
	 * @param id the number of the call
	 * @return the message
	 */
	Frame frame(int id) {
		int maxLength = Protocol.maxFrameLength(this.settings.definition().calls().maxMessageSize());
		int maxElements = this.settings.definition().calls().maxElements();
		try {
			return Request.Call.write(new FrameWriter(maxLength), id, this.function.number(), this.caller,
					(out) -> ValueWriter.write(this.function.parameters(), this.arguments, out, maxElements));
		}
		catch (MessageTooLargeException | UnacceptableValueException ex) {
			throw CallFailures.argumentsNotSent(this.settings.context(), name(), ex);
		}
	}

}
