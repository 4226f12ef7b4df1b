package io.privsep.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;

import io.privsep.launch.HelperDefinition.Rights;
import io.privsep.process.Accounts;
import io.privsep.rights.Capabilities;
import io.privsep.rights.ThreadRights;

/**
 * Whom a sandboxed helper runs as where no user is configured: the application's own, or,
 * where that is root, a number that nobody has.
 */
final class SandboxUser {

	/** Below it are containers, above it nothing (systemd's UIDS-GIDS). */
	private static final int FIRST = 0x70000000;

	private static final int COUNT = 1 << 24;

	private SandboxUser() {
	}

	/**
	 * The rights of a helper for which no user is configured.
	 * @param context name of the context
	 * @param applicationUid whom the application will be in the end
	 * @param own rights of the application now
	 * @return the rights
	 */
	static Rights of(String context, int applicationUid, ThreadRights own) {
		if (applicationUid == 0) {
			CRC32 crc = new CRC32();
			crc.update(context.getBytes(StandardCharsets.UTF_8));
			int id = FIRST + (int) (crc.getValue() % COUNT);
			return new Rights(id, id, List.of(), Capabilities.NONE);
		}
		if (applicationUid == own.uids().get(1)) {
			return new Rights(applicationUid, own.gids().get(1), own.groups(), Capabilities.NONE);
		}
		return new Rights(applicationUid, Accounts.primaryGid(applicationUid).orElse(applicationUid), List.of(),
				Capabilities.NONE);
	}

}
