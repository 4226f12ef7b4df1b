package io.privsep.install;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

import io.privsep.command.Chain;
import io.privsep.definition.AuditPlace;
import io.privsep.definition.HelperDefinition;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.definition.Sandbox;
import io.privsep.rights.Capability;

/**
 * The units with which systemd starts the helpers of a context: a socket, and a service
 * for each connection to it.
 */
final class UnitText {

	/** How the name of the socket's unit ends. */
	static final String SOCKET = ".socket";

	/** How the name of the service's unit ends. */
	static final String SERVICE = "@.service";

	/** At most so many helpers at once: one, its successor, and a few in between. */
	private static final int MAX_CONNECTIONS = 8;

	/**
	 * What the limit of data does not count: the JVM's own files, and the kernel's part.
	 */
	private static final long SHARED_MEMORY = 128 << 20;

	/** Of bubblewrap, while it starts the helper and afterwards. */
	private static final int OTHER_TASKS = 8;

	/**
	 * What a service does without, unless a capability is there to do just that. Those
	 * that give it a name space of mounts are not for one that mounts: nobody else would
	 * see what it mounts, or adds by 'ip netns'. ProtectClock is none of them: it takes
	 * 'wake_alarm' as well, closes all devices but a few in some versions of systemd, and
	 * nobody sets the clock without 'sys_time'.
	 */
	private static final Map<String, Set<Capability>> UNLESS = new TreeMap<>(Map.of("PrivateTmp",
			Set.of(Capability.SYS_ADMIN), "ProtectKernelModules", Set.of(Capability.SYS_MODULE, Capability.SYS_ADMIN),
			"ProtectKernelLogs", Set.of(Capability.SYSLOG, Capability.SYS_ADMIN), "ProtectHostname",
			Set.of(Capability.SYS_ADMIN), "RestrictNamespaces", Set.of(Capability.SYS_ADMIN), "RestrictRealtime",
			Set.of(Capability.SYS_NICE), "RestrictSUIDSGID", Set.of(Capability.FSETID, Capability.DAC_OVERRIDE),
			"ProtectKernelTunables", Set.of(Capability.SYS_ADMIN, Capability.NET_ADMIN, Capability.DAC_OVERRIDE),
			"ProtectControlGroups", Set.of(Capability.SYS_ADMIN, Capability.DAC_OVERRIDE)));

	/** What would leave a sandbox without its namespaces, or without its own /proc. */
	private static final Set<String> NOT_AROUND_A_SANDBOX = Set.of("RestrictNamespaces", "ProtectKernelTunables",
			"ProtectKernelLogs", "ProtectControlGroups", "ProtectHostname");

	private UnitText() {
	}

	/**
	 * The socket.
	 * @param application name of the application
	 * @param context name of the context
	 * @param socket path of the socket
	 * @param user the application's user, the only one who may connect
	 * @return the text
	 */
	static String socket(String application, String context, Path socket, String user) {
		return """
				# Written by the installation of application '%1$s'.
				[Unit]
				Description=Socket of the helper '%2$s' of %1$s

				[Socket]
				ListenStream=%3$s
				SocketUser=%4$s
				SocketGroup=root
				SocketMode=0600
				DirectoryMode=0755
				Accept=yes
				MaxConnections=%5$d
				RemoveOnStop=yes

				[Install]
				WantedBy=sockets.target
				""".formatted(application, context, escape(socket), user, MAX_CONNECTIONS);
	}

	/**
	 * The service.
	 * @param application name of the application
	 * @param definition the helper's definition
	 * @param user the helper's user, as systemd knows it
	 * @param wrapper the program
	 * @param tmp size of its directory for temporary files, in bytes; 0 for none
	 * @return the text
	 */
	static String service(String application, HelperDefinition definition, String user, Path wrapper, long tmp) {
		Rights rights = Objects.requireNonNull(definition.rights());
		return """
				# Written by the installation of application '%1$s'.
				[Unit]
				Description=Helper '%2$s' of %1$s
				CollectMode=inactive-or-failed
				# stopped after the application, as after every ordinary service
				DefaultDependencies=no
				After=sysinit.target
				Before=basic.target shutdown.target
				Conflicts=shutdown.target

				[Service]
				ExecStart=%3$s
				StandardInput=socket
				StandardOutput=null
				StandardError=journal
				%4$sUMask=0077
				WorkingDirectory=/
				%5$sKeyringMode=private
				LockPersonality=yes
				SystemCallArchitectures=native
				%6$s%7$sTimeoutStopSec=10
				""".formatted(application, definition.context(), escape(wrapper),
				Chain.ofWrapper(rights, definition.confinement(), tmp, false).unit(user), memory(definition),
				hardening(definition), logging(definition));
	}

	// A flood must not have lines of the audit dropped; the helper itself slows it down.
	private static String logging(HelperDefinition definition) {
		return (definition.logging().audit() instanceof AuditPlace.StandardError) ? "LogRateLimitIntervalSec=0\n" : "";
	}

	private static String memory(HelperDefinition definition) {
		Sandbox sandbox = definition.confinement().sandbox();
		if (sandbox == null) {
			return "";
		}
		return """
				MemoryMax=%d
				MemorySwapMax=0
				TasksMax=%d
				""".formatted(sandbox.data() + sandbox.tmpSize() + SHARED_MEMORY,
				Sandbox.MAX_THREADS + definition.calls().maxConcurrency() + OTHER_TASKS);
	}

	private static String hardening(HelperDefinition definition) {
		Rights rights = Objects.requireNonNull(definition.rights());
		StringBuilder lines = new StringBuilder();
		UNLESS.forEach((setting, needs) -> {
			if (definition.confinement().sandbox() != null && NOT_AROUND_A_SANDBOX.contains(setting)) {
				return;
			}
			// uid 0 owns root's files, also without the capability
			if (needs.stream().noneMatch(rights.capabilities()::contains)
					&& !(rights.uid() == 0 && needs.contains(Capability.DAC_OVERRIDE))) {
				lines.append(setting).append("=yes\n");
			}
		});
		return lines.toString();
	}

	private static String escape(Path path) {
		return path.toString().replace("%", "%%");
	}

}
