package io.privsep.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.privsep.PrivsepValidationException.Violation;

/**
 * What a helper says to the application.
 * <p>
 * Its texts reach exceptions, health and logs: when they are read they are cut, and made
 * printable. Two are not, as they are read further: a line of the log, and the definition
 * of an installed helper.
 */
public sealed interface Reply {

	/** The most characters of a text of one's own words, before it is cut. */
	int MAX_TEXT = 8192;

	/** The most characters of a name, before it is cut. */
	int MAX_NAME = 512;

	/**
	 * Reads a reply.
	 * @param in the body of a frame
	 * @return the reply
	 * @throws MalformedFrameException if it is none
	 */
	static Reply read(FrameBody in) {
		return ReplyTypes.read(in);
	}

	/**
	 * The helper has checked its rights and serves from now on. Nothing comes before it
	 * but what the helper logs until then ({@link Logged}).
	 *
	 * @param protocol version of the protocol
	 * @param context name of the context
	 * @param digest digest of the function table
	 * @param pid process id of the helper
	 * @param uid effective user id of the helper, -1 where the platform has none
	 * @param capabilities mask of the helper's effective capabilities
	 * @param definition what an installed helper was installed with, as text; empty if
	 * the application started the helper itself
	 */
	record Ready(int protocol, String context, ByteBuffer digest, long pid, int uid, long capabilities,
			String definition) implements Reply {

		static final int TYPE = 65;

		public Frame write(FrameWriter out) {
			return out.begin(TYPE)
				.putInt(this.protocol)
				.putString(this.context)
				.putBytes(this.digest.array())
				.putLong(this.pid)
				.putInt(this.uid)
				.putLong(this.capabilities)
				.putString(this.definition)
				.end();
		}

		static Ready read(FrameBody in) {
			Ready ready = new Ready(in.getInt(), in.getText(MAX_NAME), ByteBuffer.wrap(in.getBytes()), in.getLong(),
					in.getInt(), in.getLong(), in.getString());
			in.expectEnd();
			return ready;
		}

	}

	/**
	 * The function returned.
	 *
	 * @param id number of the call
	 * @param result what follows: the result, not yet decoded
	 */
	record Returned(int id, FrameBody result) implements Reply {

		static final int TYPE = 66;

		/**
		 * Writes the return of a call.
		 * @param out where to
		 * @param id number of the call
		 * @param result writes the result in place
		 * @return the frame
		 */
		public static Frame write(FrameWriter out, int id, Consumer<FrameWriter> result) {
			out.begin(TYPE).putInt(id);
			result.accept(out);
			return out.end();
		}

		static Returned read(FrameBody in) {
			return new Returned(in.getInt(), in);
		}

	}

	/**
	 * The function threw.
	 *
	 * @param id number of the call
	 * @param thrown what it threw
	 */
	record Threw(int id, Thrown thrown) implements Reply {

		static final int TYPE = 67;

		public Frame write(FrameWriter out) {
			out.begin(TYPE).putInt(this.id);
			this.thrown.write(out);
			return out.end();
		}

		static Threw read(FrameBody in) {
			Threw threw = new Threw(in.getInt(), Thrown.read(in));
			in.expectEnd();
			return threw;
		}

	}

	/**
	 * The function was not run.
	 *
	 * @param id number of the call
	 * @param reason why, as a sentence
	 */
	record Refused(int id, String reason) implements Reply {

		static final int TYPE = 68;

		public Frame write(FrameWriter out) {
			return out.begin(TYPE).putInt(this.id).putString(this.reason).end();
		}

		static Refused read(FrameBody in) {
			Refused refused = new Refused(in.getInt(), in.getText(MAX_TEXT));
			in.expectEnd();
			return refused;
		}

	}

	/**
	 * A heartbeat: the reply to {@link Request.Ping}, or sent by a helper that has sent
	 * nothing for minutes, or whose beans have something to do at the end.
	 */
	record Pong() implements Reply {

		static final int TYPE = 69;

		public Frame write(FrameWriter out) {
			return out.begin(TYPE).end();
		}

		static Pong read(FrameBody in) {
			in.expectEnd();
			return new Pong();
		}

	}

	/**
	 * The helper has written a line to its standard error. Sent only where that does not
	 * lead to the application.
	 *
	 * @param line the line
	 */
	record Logged(String line) implements Reply {

		/** The most bytes of a line. */
		public static final int MAX_LENGTH = 3 * LogLine.MAX_LENGTH;

		static final int TYPE = 70;

		public Frame write(FrameWriter out) {
			return out.begin(TYPE).putString(this.line).end();
		}

		static Logged read(FrameBody in) {
			Logged logged = new Logged(in.getString());
			in.expectEnd();
			return logged;
		}

	}

	/**
	 * The function of a call is interrupted next, as the call was cancelled. The call is
	 * ended all the same, by a function that ends just then even before this.
	 *
	 * @param id number of the call
	 * @param usedHeap how much of the helper's heap was in use after a collection, in
	 * bytes; 0 where the heap is not nearly full
	 * @param maxHeap the most heap of the helper, in bytes
	 * @param frames where the function is, innermost first
	 */
	record Cancelled(int id, long usedHeap, long maxHeap, List<Thrown.StackFrame> frames) implements Reply {

		static final int TYPE = 72;

		public Frame write(FrameWriter out) {
			out.begin(TYPE).putInt(this.id).putLong(this.usedHeap).putLong(this.maxHeap);
			Thrown.StackFrame.write(this.frames, out);
			return out.end();
		}

		static Cancelled read(FrameBody in) {
			Cancelled cancelled = new Cancelled(in.getInt(), in.getLong(), in.getLong(), Thrown.StackFrame.read(in));
			in.expectEnd();
			return cancelled;
		}

	}

	/**
	 * The function was not run, as arguments break constraints of its parameters.
	 *
	 * @param id number of the call
	 * @param violations which ones
	 */
	record Invalid(int id, List<Violation> violations) implements Reply {

		/** The most violations that are sent. */
		public static final int MAX_VIOLATIONS = 20;

		static final int TYPE = 71;

		public Frame write(FrameWriter out) {
			out.begin(TYPE).putInt(this.id).putInt(this.violations.size());
			for (Violation violation : this.violations) {
				out.putString(violation.path()).putString(violation.message());
			}
			return out.end();
		}

		static Invalid read(FrameBody in) {
			int id = in.getInt();
			int count = in.getCount(MAX_VIOLATIONS);
			if (count == 0) {
				throw new MalformedFrameException("A call that is not valid, and breaks no constraint");
			}
			List<Violation> violations = new ArrayList<>(count);
			for (int i = 0; i < count; i++) {
				violations.add(new Violation(in.getText(MAX_TEXT), in.getText(MAX_TEXT)));
			}
			in.expectEnd();
			return new Invalid(id, List.copyOf(violations));
		}

	}

}
