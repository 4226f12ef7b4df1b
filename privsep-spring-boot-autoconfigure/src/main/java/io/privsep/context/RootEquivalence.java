package io.privsep.context;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.privsep.rights.Capabilities;
import io.privsep.rights.Capability;

/**
 * The capabilities that are as good as root, or nearly (capabilities(7)).
 */
final class RootEquivalence {

	private static final Map<Capability, String> REASONS = new EnumMap<>(Map.ofEntries(
			Map.entry(Capability.CHOWN, "can make any file its own"),
			Map.entry(Capability.DAC_OVERRIDE, "can write any file, such as /etc/shadow"),
			Map.entry(Capability.DAC_READ_SEARCH, "can read any file, such as private keys"),
			Map.entry(Capability.FOWNER, "can change the mode of any file"),
			Map.entry(Capability.SETUID, "can become any user"), Map.entry(Capability.SETGID, "can become any group"),
			Map.entry(Capability.SETFCAP, "can give capabilities to any program"),
			Map.entry(Capability.SETPCAP, "can take capabilities from its bounding set"),
			Map.entry(Capability.SYS_ADMIN, "can mount over any file, and much else"),
			Map.entry(Capability.SYS_MODULE, "can load code into the kernel"),
			Map.entry(Capability.SYS_PTRACE, "can take over any process"),
			Map.entry(Capability.SYS_RAWIO, "can write to the machine's memory and devices"),
			Map.entry(Capability.SYS_CHROOT, "can fool set-uid programs with another root directory"),
			Map.entry(Capability.SYS_BOOT, "can load another kernel"),
			Map.entry(Capability.MKNOD, "can make devices, also that of the disk"),
			Map.entry(Capability.BPF, "can run code in the kernel"),
			Map.entry(Capability.MAC_ADMIN, "can change the system's mandatory access control")));

	private RootEquivalence() {
	}

	/**
	 * Why capabilities are as good as root.
	 * @param capabilities the capabilities
	 * @return a reason for each that is, such as {@code 'setuid' can become any user}
	 */
	static List<String> reasons(Capabilities capabilities) {
		List<String> reasons = new ArrayList<>();
		REASONS.forEach((capability, reason) -> {
			if (capabilities.contains(capability)) {
				reasons.add("'" + capability.lowerCaseName() + "' " + reason);
			}
		});
		return reasons;
	}

}
