package io.privsep.test;

import org.springframework.context.ApplicationContext;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.support.AbstractTestExecutionListener;

/**
 * Lets each test method begin with no calls and no faults, also where it shares its
 * application context with others.
 */
final class ResetTestExecutionListener extends AbstractTestExecutionListener {

	@Override
	public void beforeTestMethod(TestContext testContext) {
		reset(testContext);
	}

	@Override
	public void afterTestMethod(TestContext testContext) {
		reset(testContext);
	}

	private static void reset(TestContext testContext) {
		if (testContext.hasApplicationContext()) {
			ApplicationContext context = testContext.getApplicationContext();
			context.getBeanProvider(PrivsepCalls.class).ifAvailable(PrivsepCalls::reset);
			context.getBeanProvider(PrivsepFaults.class).ifAvailable(PrivsepFaults::reset);
		}
	}

}
