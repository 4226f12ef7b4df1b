package io.privsep.test;

import org.springframework.boot.bootstrap.BootstrapRegistry;
import org.springframework.boot.bootstrap.BootstrapRegistry.InstanceSupplier;
import org.springframework.boot.bootstrap.BootstrapRegistryInitializer;

import io.privsep.launch.EarlyHelpers;

/**
 * Lets helpers not be started before all properties are known: what a test sets, the mode
 * among it, comes later than that.
 */
final class NoEarlyHelpers implements BootstrapRegistryInitializer {

	@Override
	public void initialize(BootstrapRegistry registry) {
		registry.registerIfAbsent(EarlyHelpers.class, InstanceSupplier.of(new EarlyHelpers()));
	}

}
