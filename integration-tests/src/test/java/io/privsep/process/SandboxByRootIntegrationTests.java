package io.privsep.process;

import java.util.List;

/**
 * Sandboxed helpers of an application that root runs.
 */
class SandboxByRootIntegrationTests extends AbstractSandboxIntegrationTests {

	@Override
	List<String> before() {
		return List.of();
	}

	@Override
	int owner() {
		return 0;
	}

}
