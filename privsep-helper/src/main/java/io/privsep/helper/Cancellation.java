package io.privsep.helper;

import java.util.ArrayList;
import java.util.List;

import io.privsep.wire.Frame;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.MessageTooLargeException;
import io.privsep.wire.Reply;
import io.privsep.wire.Thrown;

/**
 * What is said of a call that is cancelled: where its function is, and whether the heap
 * is nearly full. Loaded with the first of them.
 */
final class Cancellation {

	private Cancellation() {
	}

	/**
	 * Puts it together.
	 * @param call the call
	 * @param out where to write it
	 * @return what is said
	 */
	static Frame of(RunningCall call, FrameWriter out) {
		List<Thrown.StackFrame> frames = Thrown.StackFrame.of(withoutServer(call.stackTrace()));
		long max = Runtime.getRuntime().maxMemory();
		long used = usedHeap(max);
		try {
			return new Reply.Cancelled(call.id(), used, max, frames).write(out);
		}
		catch (MessageTooLargeException ex) {
			return new Reply.Cancelled(call.id(), used, max, List.of()).write(out);
		}
	}

	// The frames of this server and of reflection are the same in every call.
	private static List<StackTraceElement> withoutServer(StackTraceElement[] stackTrace) {
		List<StackTraceElement> frames = new ArrayList<>();
		for (StackTraceElement each : stackTrace) {
			if (each.getClassName().equals(Functions.class.getName())) {
				break;
			}
			frames.add(each);
		}
		while (!frames.isEmpty() && frames.get(frames.size() - 1).getClassName().contains(".reflect.")) {
			frames.remove(frames.size() - 1);
		}
		return frames;
	}

	// Memory in use has garbage in it. The beans of the JVM know better, but where a heap
	// is full they take longer to load than a caller waits. One collection tells without
	// them; most heaps do not need it.
	private static long usedHeap(long max) {
		Runtime runtime = Runtime.getRuntime();
		if (used(runtime) <= max / 4 * 3) {
			return 0;
		}
		System.gc();
		return used(runtime);
	}

	private static long used(Runtime runtime) {
		return runtime.totalMemory() - runtime.freeMemory();
	}

}
