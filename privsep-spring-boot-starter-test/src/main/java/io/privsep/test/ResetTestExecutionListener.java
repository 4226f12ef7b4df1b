package io.privsep.test;

import java.util.concurrent.locks.ReentrantLock;

import org.springframework.context.ApplicationContext;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.support.AbstractTestExecutionListener;

/**
 * Lets each test method begin with no calls and no faults, also where it shares its
 * application context with others: these wait for each other where JUnit runs them in
 * parallel.
 */
final class ResetTestExecutionListener extends AbstractTestExecutionListener {

	/** Held while a test runs that has calls and faults. */
	private static final ReentrantLock lock = new ReentrantLock();

	@Override
	public void beforeTestMethod(TestContext testContext) {
		if (testContext.hasApplicationContext()
				&& testContext.getApplicationContext().getBeanProvider(PrivsepCalls.class).getIfAvailable() != null) {
			lock.lock();
		}
		reset(testContext);
	}

	@Override
	public void afterTestMethod(TestContext testContext) {
		reset(testContext);
		while (lock.isHeldByCurrentThread()) {
			lock.unlock();
		}
	}

	private static void reset(TestContext testContext) {
		if (testContext.hasApplicationContext()) {
			ApplicationContext context = testContext.getApplicationContext();
			context.getBeanProvider(PrivsepCalls.class).ifAvailable(PrivsepCalls::reset);
			context.getBeanProvider(PrivsepFaults.class).ifAvailable(PrivsepFaults::reset);
		}
	}

}
