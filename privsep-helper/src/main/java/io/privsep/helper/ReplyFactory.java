package io.privsep.helper;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.privsep.PrivsepValidationException.Violation;
import io.privsep.definition.HelperDefinition;
import io.privsep.function.PrivilegedFunction;
import io.privsep.value.ValueWriter;
import io.privsep.wire.Frame;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.LogLine;
import io.privsep.wire.MessageTooLargeException;
import io.privsep.wire.Protocol;
import io.privsep.wire.Reply;

/**
 * Makes the replies of one worker. Each call gets one, whatever its function did.
 */
final class ReplyFactory {

	private static final int MAX_REASON = 512;

	private final int maxLength;

	private final FrameWriter writer;

	private final int maxElements;

	private boolean isForFirstCall = true;

	ReplyFactory(HelperDefinition definition) {
		this.maxLength = Protocol.maxFrameLength(definition.calls().maxMessageSize());
		this.writer = new FrameWriter(this.maxLength);
		this.maxElements = definition.calls().maxElements();
	}

	/**
	 * Whether its worker has not served a call before. Asked once for each.
	 * @return whether this is its first call
	 */
	boolean isForFirstCall() {
		boolean isFirst = this.isForFirstCall;
		this.isForFirstCall = false;
		return isFirst;
	}

	Frame returned(int id, PrivilegedFunction function, @Nullable Object result) {
		try {
			return Reply.Returned.write(this.writer, id,
					(out) -> ValueWriter.write(function.result(), result, out, this.maxElements));
		}
		catch (Throwable ex) {
			// that it is too large or not acceptable, or no memory for it
			return threw(id, function, ex);
		}
	}

	Frame threw(int id, PrivilegedFunction function, Throwable throwable) {
		return new Failure(id, function, this.maxLength, this.maxElements).write(throwable, this.writer);
	}

	Frame refused(int id, String reason) {
		String printable = LogLine.printable(reason);
		String brief = (printable.length() > MAX_REASON) ? printable.substring(0, MAX_REASON) : printable;
		try {
			return new Reply.Refused(id, brief).write(this.writer);
		}
		catch (MessageTooLargeException | IllegalArgumentException ex) {
			return new Reply.Refused(id, "A value is not accepted").write(this.writer);
		}
	}

	Frame invalid(int id, List<Violation> violations) {
		try {
			return new Reply.Invalid(id, violations).write(this.writer);
		}
		catch (MessageTooLargeException | IllegalArgumentException ex) {
			return refused(id, violations.size() + " constraints are broken");
		}
	}

	Frame cancelled(RunningCall call) {
		return Cancellation.of(call, this.writer);
	}

	Frame pong() {
		return new Reply.Pong().write(this.writer);
	}

}
