package io.privsep.rights;

import java.util.Locale;

/**
 * A Linux capability. The order is the kernel's: the ordinal is the number of the bit
 * (linux/capability.h, as of Linux 6.18).
 */
public enum Capability {

	CHOWN, DAC_OVERRIDE, DAC_READ_SEARCH, FOWNER, FSETID, KILL, SETGID, SETUID, SETPCAP, LINUX_IMMUTABLE,
	NET_BIND_SERVICE, NET_BROADCAST, NET_ADMIN, NET_RAW, IPC_LOCK, IPC_OWNER, SYS_MODULE, SYS_RAWIO, SYS_CHROOT,
	SYS_PTRACE, SYS_PACCT, SYS_ADMIN, SYS_BOOT, SYS_NICE, SYS_RESOURCE, SYS_TIME, SYS_TTY_CONFIG, MKNOD, LEASE,
	AUDIT_WRITE, AUDIT_CONTROL, SETFCAP, MAC_OVERRIDE, MAC_ADMIN, SYSLOG, WAKE_ALARM, BLOCK_SUSPEND, AUDIT_READ,
	PERFMON, BPF, CHECKPOINT_RESTORE;

	private final String lowerCaseName = name().toLowerCase(Locale.ROOT);

	/**
	 * The name that setpriv uses, such as {@code net_admin}.
	 * @return the name in lower case, without {@code cap_}
	 */
	public String lowerCaseName() {
		return this.lowerCaseName;
	}

	long bit() {
		return 1L << ordinal();
	}

	/**
	 * Finds a capability by its name; case and the prefix {@code CAP_} are optional.
	 * @param name the name, such as {@code CAP_NET_ADMIN} or {@code net_admin}
	 * @return the capability
	 * @throws IllegalArgumentException if there is none of that name
	 */
	public static Capability of(String name) {
		String upperCase = name.strip().toUpperCase(Locale.ROOT);
		String bare = upperCase.startsWith("CAP_") ? upperCase.substring("CAP_".length()) : upperCase;
		for (Capability capability : values()) {
			if (capability.name().equals(bare)) {
				return capability;
			}
		}
		throw new IllegalArgumentException("Unknown capability '" + name + "'");
	}

}
