package io.privsep.benchmarks.cost;

import java.lang.management.ManagementFactory;

import com.sun.management.ThreadMXBean;

import io.privsep.PrivsepFunction;
import io.privsep.benchmarks.load.TenFields;

/**
 * Functions whose helper tells how much it has allocated.
 */
@PrivsepFunction("c0")
class AllocatingFunctions {

	public String echo(String text) {
		return text;
	}

	public TenFields echoFields(TenFields fields) {
		return fields;
	}

	public void fail(String message) {
		throw new IllegalStateException(message);
	}

	/**
	 * What the threads of the helper that are alive, all that it ever had, have
	 * allocated.
	 * @return bytes since their start
	 */
	public long allocated() {
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		long allocated = 0;
		for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
			allocated += Math.max(0, bytes);
		}
		return allocated;
	}

}
