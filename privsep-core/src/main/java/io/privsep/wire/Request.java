package io.privsep.wire;

import java.util.function.Consumer;

/**
 * What the application says to a helper.
 */
public sealed interface Request {

	/**
	 * Reads a request.
	 * @param in the body of a frame
	 * @return the request
	 * @throws MalformedFrameException if it is none
	 */
	static Request read(FrameBody in) {
		int type = in.getByte();
		return switch (type) {
			case Call.TYPE -> Call.read(in, false);
			case Call.TRACED_TYPE -> Call.read(in, true);
			case Cancel.TYPE -> Cancel.read(in);
			case Ping.TYPE -> Ping.read(in);
			default -> throw new MalformedFrameException("There is no request of type " + type);
		};
	}

	/**
	 * Runs the function with this number; the reply is {@link Reply.Returned},
	 * {@link Reply.Threw} or {@link Reply.Refused}.
	 *
	 * @param id number of the call, chosen by the application
	 * @param function number of the function in the table
	 * @param caller what it tells of its caller
	 * @param arguments what follows: the arguments, not yet decoded
	 */
	record Call(int id, int function, Caller caller, FrameBody arguments) implements Request {

		static final int TYPE = 1;

		static final int TRACED_TYPE = 4;

		/**
		 * Writes a call.
		 * @param out where to
		 * @param id number of the call
		 * @param function number of the function
		 * @param caller what it tells of its caller
		 * @param arguments writes the arguments in place
		 * @return the frame
		 */
		public static Frame write(FrameWriter out, int id, int function, Caller caller,
				Consumer<FrameWriter> arguments) {
			out.begin(caller.isTraced() ? TRACED_TYPE : TYPE).putInt(id).putInt(function);
			caller.write(out);
			arguments.accept(out);
			return out.end();
		}

		public static Frame write(FrameWriter out, int id, int function, Consumer<FrameWriter> arguments) {
			return write(out, id, function, Caller.UNKNOWN, arguments);
		}

		static Call read(FrameBody in, boolean isTraced) {
			return new Call(in.getInt(), in.getInt(), Caller.read(in, isTraced), in);
		}

	}

	/**
	 * Interrupts the function of a call; the call gets its reply all the same.
	 *
	 * @param id number of the call
	 */
	record Cancel(int id) implements Request {

		static final int TYPE = 2;

		public Frame write(FrameWriter out) {
			return out.begin(TYPE).putInt(this.id).end();
		}

		static Cancel read(FrameBody in) {
			Cancel cancel = new Cancel(in.getInt());
			in.expectEnd();
			return cancel;
		}

	}

	/**
	 * Asks for a heartbeat; the reply is {@link Reply.Pong}.
	 */
	record Ping() implements Request {

		static final int TYPE = 3;

		public Frame write(FrameWriter out) {
			return out.begin(TYPE).end();
		}

		static Ping read(FrameBody in) {
			in.expectEnd();
			return new Ping();
		}

	}

}
