package io.privsep.actuate;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

import io.privsep.channel.Channel;
import io.privsep.channel.ChannelState;
import io.privsep.channel.ChannelStatus;
import io.privsep.channel.Channels;
import io.privsep.definition.HelperDefinition;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.definition.Sandbox;
import io.privsep.function.PrivilegedFunction;

/**
 * The endpoint {@code privsep}: contexts with their rights, their functions, and what
 * runs. It changes nothing.
 */
@Endpoint(id = "privsep")
public final class PrivsepEndpoint {

	private final Channels channels;

	/**
	 * Makes the endpoint.
	 * @param channels the channels
	 */
	public PrivsepEndpoint(Channels channels) {
		this.channels = channels;
	}

	/**
	 * All contexts.
	 * @return contexts by their names
	 */
	@ReadOperation
	public ContextsDescriptor contexts() {
		Map<String, ContextDescriptor> contexts = new TreeMap<>();
		this.channels.all().forEach((name, channel) -> contexts.put(name, describe(channel)));
		return new ContextsDescriptor(contexts);
	}

	/**
	 * One context.
	 * @param context its name
	 * @return the context; {@code null} if there is none of that name
	 */
	@ReadOperation
	public @Nullable ContextDescriptor context(@Selector String context) {
		Channel channel = this.channels.all().get(context);
		return (channel != null) ? describe(channel) : null;
	}

	private static ContextDescriptor describe(Channel channel) {
		ChannelStatus status = channel.status();
		HelperDefinition definition = channel.settings().definition();
		Rights rights = definition.rights();
		return new ContextDescriptor(status.state(), status.mode(), status.pid(), status.user(),
				(rights != null) ? Integer.toUnsignedLong(rights.uid()) : null,
				(rights != null) ? Integer.toUnsignedLong(rights.gid()) : null,
				(rights != null) ? rights.groups().stream().map(Integer::toUnsignedLong).toList() : null,
				status.capabilities(), definition.confinement().isFiltered(),
				describe(definition.confinement().sandbox()), definition.logging().audit().kind(), status.restarts(),
				status.recycled(), status.standby(), status.spares(),
				new CallsDescriptor(channel.running(), channel.waiting(),
						channel.settings().definition().calls().maxConcurrency()),
				channel.settings().table().functions().stream().map(PrivsepEndpoint::describe).toList());
	}

	private static @Nullable SandboxDescriptor describe(@Nullable Sandbox sandbox) {
		return (sandbox != null) ? new SandboxDescriptor(sandbox.hostNetwork() ? "host" : "none", sandbox.read(),
				sandbox.write(), sandbox.exec(), sandbox.tmpSize(), sandbox.maxMemory(), sandbox.maxOpenFiles(),
				sandbox.maxFileSize()) : null;
	}

	private static FunctionDescriptor describe(PrivilegedFunction function) {
		return new FunctionDescriptor(function.name(), function.signature(),
				function.timeout().isEmpty() ? null : function.timeout());
	}

	/**
	 * All contexts.
	 *
	 * @param contexts contexts by their names
	 */
	public record ContextsDescriptor(Map<String, ContextDescriptor> contexts) {
	}

	/**
	 * A context.
	 *
	 * @param state what its channel does
	 * @param mode how its functions run
	 * @param pid process id of the helper that serves, if there is one
	 * @param user user that it runs as, as configured
	 * @param uid number of that user, where it is another than the application's
	 * @param gid number of its group, likewise
	 * @param groups numbers of its supplementary groups, likewise
	 * @param capabilities what it keeps, as configured
	 * @param seccomp whether it has a seccomp filter
	 * @param sandbox what it is confined to, if it is
	 * @param audit where its calls are audited: {@code off}, {@code stderr} or
	 * {@code file}
	 * @param restarts how often another helper has taken the place of one that ended
	 * @param recycled how often another helper has taken over from one that had served
	 * for as many calls, or as long, as it may
	 * @param standby how many spares there should be
	 * @param spares how many spares are ready
	 * @param calls calls at this moment
	 * @param functions its functions
	 */
	public record ContextDescriptor(ChannelState state, String mode, @Nullable Long pid, String user,
			@Nullable Long uid, @Nullable Long gid, @Nullable List<Long> groups, List<String> capabilities,
			boolean seccomp, @Nullable SandboxDescriptor sandbox, String audit, int restarts, int recycled, int standby,
			int spares, CallsDescriptor calls, List<FunctionDescriptor> functions) {
	}

	/**
	 * A sandbox.
	 *
	 * @param network what it has of the network
	 * @param read paths that it may read
	 * @param write paths that it may write
	 * @param exec whether it may start programs
	 * @param tmpSize most bytes of temporary files
	 * @param maxMemory most bytes of its own memory
	 * @param maxOpenFiles most descriptors
	 * @param maxFileSize most bytes of a file that it writes
	 */
	public record SandboxDescriptor(String network, List<String> read, List<String> write, boolean exec, long tmpSize,
			long maxMemory, int maxOpenFiles, long maxFileSize) {
	}

	/**
	 * Calls at one moment.
	 *
	 * @param running how many had a slot
	 * @param waiting how many waited for one
	 * @param max how many slots there are
	 */
	public record CallsDescriptor(int running, int waiting, int max) {
	}

	/**
	 * A function.
	 *
	 * @param name its name, such as {@code Motd.update}
	 * @param signature its signature
	 * @param timeout its own timeout, if it has one
	 */
	public record FunctionDescriptor(String name, String signature, @Nullable String timeout) {
	}

}
