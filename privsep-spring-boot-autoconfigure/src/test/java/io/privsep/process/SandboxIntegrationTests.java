package io.privsep.process;

import java.util.List;

/**
 * Sandboxed helpers of an application that an ordinary user runs.
 */
class SandboxIntegrationTests extends AbstractSandboxIntegrationTests {

	@Override
	List<String> before() {
		return SandboxedApplication.asUser();
	}

	@Override
	int owner() {
		return SandboxedApplication.USER;
	}

}
