package io.privsep.benchmarks.load;

import java.io.IOException;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * One side of a comparison: makes calls of a function in another process.
 */
public interface Subject extends AutoCloseable {

	/**
	 * Processes at the other end, to be pinned as this one is.
	 * @return their ids
	 */
	List<Long> pids();

	/**
	 * Why this subject has no such call, if so.
	 * @param payload what would be sent
	 * @return the reason, or {@code null} if it has
	 */
	default @Nullable String reasonToSkip(Payload payload) {
		return null;
	}

	/**
	 * Makes what one caller runs again and again.
	 * @param payload what is sent
	 * @param caller number of the caller, from zero
	 * @return the call
	 * @throws Exception if it cannot be made
	 */
	Call call(Payload payload, int caller) throws Exception;

	/**
	 * Replies to a command that only this subject knows.
	 * @param words the words of the command
	 * @return a line of JSON, or {@code null} if there is no such command
	 * @throws Exception if it fails
	 */
	default @Nullable String answer(String[] words) throws Exception {
		return null;
	}

	@Override
	default void close() throws IOException {
	}

	/**
	 * One call and the check of what it brings back.
	 */
	@FunctionalInterface
	interface Call {

		/**
		 * Runs it.
		 * @throws Exception if it fails
		 */
		void run() throws Exception;

	}

}
