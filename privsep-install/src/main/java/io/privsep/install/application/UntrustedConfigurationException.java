package io.privsep.install.application;

import java.util.List;

/**
 * Root would obey configuration that someone else could change.
 */
final class UntrustedConfigurationException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	UntrustedConfigurationException(String name, List<String> problems) {
		super("The installation would obey '" + name + "', which someone other than root could change: "
				+ String.join("; ", problems));
	}

}
