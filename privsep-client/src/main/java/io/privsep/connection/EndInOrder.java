package io.privsep.connection;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import io.privsep.wire.FrameBody;
import io.privsep.wire.Reply;

/**
 * The end of a helper that ends in order: it does what it has to do then, and ends by
 * itself.
 */
final class EndInOrder {

	private EndInOrder() {
	}

	/**
	 * Sends nothing more, and waits until the helper has ended.
	 * @param transport carries the connection
	 * @param frames reads what the helper says
	 * @param log takes what it logs
	 * @param patience how long to wait
	 * @param clock as {@link System#nanoTime}
	 */
	static void await(Transport transport, ReplyFrames frames, Consumer<String> log, Duration patience,
			LongSupplier clock) {
		long deadline = clock.getAsLong() + patience.toNanos();
		try {
			transport.shutdownOutput();
			for (long left = patience.toNanos(); left > 0; left = deadline - clock.getAsLong()) {
				FrameBody body = frames.next();
				if (body == null) {
					transport.awaitReadable(false, left);
				}
				else if (Reply.read(body) instanceof Reply.Logged logged) {
					log.accept(logged.line());
				}
			}
		}
		catch (IOException | RuntimeException ex) {
			// it has ended, in whatever way
		}
	}

}
