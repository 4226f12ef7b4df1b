package io.privsep.benchmarks.soak;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import io.privsep.PrivsepFunction;
import io.privsep.benchmarks.load.TenFields;

/**
 * Functions of all kinds: short ones and long ones, small and large values, results and
 * exceptions.
 */
@PrivsepFunction(SoakFunctions.CONTEXT)
class SoakFunctions {

	static final String CONTEXT = "soak";

	public String echo(String text) {
		return text;
	}

	public byte[] echoBytes(byte[] bytes) {
		return bytes;
	}

	public List<TenFields> echoAll(List<TenFields> fields) {
		return fields;
	}

	public void fail(String message) {
		throw new IllegalStateException(message);
	}

	public void nap(long millis) throws InterruptedException {
		Thread.sleep(millis);
	}

	public CompletableFuture<String> echoLater(String text, long millis) throws InterruptedException {
		Thread.sleep(millis);
		return CompletableFuture.completedFuture(text);
	}

	@PrivsepFunction(value = CONTEXT, timeout = "20ms")
	public void late() throws InterruptedException {
		Thread.sleep(60_000);
	}

	@PrivsepFunction(value = CONTEXT, timeout = "20ms")
	public void ignoreCancellation() {
		while (true) {
			Thread.onSpinWait();
		}
	}

	/**
	 * What the helper holds.
	 * @return its heap in use after a collection in bytes, and its open descriptors
	 */
	public long[] resources() {
		System.gc();
		Runtime runtime = Runtime.getRuntime();
		return new long[] { runtime.totalMemory() - runtime.freeMemory(),
				Objects.requireNonNull(new File("/proc/self/fd").list()).length,
				ManagementFactory.getThreadMXBean().getThreadCount() };
	}

}
