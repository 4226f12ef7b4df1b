package io.privsep.process;

import java.util.List;

import org.junit.jupiter.api.Tag;

/**
 * Sandboxed helpers of an application that root runs in mode {@code unprivileged}.
 */
@Tag("once")
class SandboxByRootUnprivilegedIntegrationTests extends AbstractSandboxIntegrationTests {

	@Override
	List<String> before() {
		return List.of();
	}

	@Override
	int owner() {
		return 0;
	}

	@Override
	List<String> properties() {
		return List.of("/privsep.mode=unprivileged");
	}

}
