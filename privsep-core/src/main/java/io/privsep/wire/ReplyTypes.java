package io.privsep.wire;

/**
 * Tells replies apart. A helper, which reads none, does not load it, and so not all of
 * them.
 */
final class ReplyTypes {

	private ReplyTypes() {
	}

	static Reply read(FrameBody in) {
		int type = in.getByte();
		return switch (type) {
			case Reply.Ready.TYPE -> Reply.Ready.read(in);
			case Reply.Returned.TYPE -> Reply.Returned.read(in);
			case Reply.Threw.TYPE -> Reply.Threw.read(in);
			case Reply.Refused.TYPE -> Reply.Refused.read(in);
			case Reply.Pong.TYPE -> Reply.Pong.read(in);
			case Reply.Logged.TYPE -> Reply.Logged.read(in);
			case Reply.Invalid.TYPE -> Reply.Invalid.read(in);
			case Reply.Cancelled.TYPE -> Reply.Cancelled.read(in);
			default -> throw new MalformedFrameException("There is no reply of type " + type);
		};
	}

}
