package io.privsep.demo;

import java.util.Locale;

/**
 * The contexts of the demo, with the rights that their helpers must have.
 */
public enum DemoContext {

	/** May write any file: CAP_DAC_OVERRIDE is number 1. */
	MOTD(1, 1L << 1),

	/** May bind low ports: CAP_NET_BIND_SERVICE is number 10. */
	PORTS(2, 1L << 10),

	/** May nothing. */
	NOBODY(3, 0);

	private final int user;

	private final long capabilities;

	DemoContext(int number, long capabilities) {
		this.user = RunningDemo.USER + number;
		this.capabilities = capabilities;
	}

	public String id() {
		return name().toLowerCase(Locale.ROOT);
	}

	public int user() {
		return this.user;
	}

	public String mask() {
		return String.format(Locale.ROOT, "%016x", this.capabilities);
	}

}
