package io.privsep.launch;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.privsep.command.Chain;
import io.privsep.command.CodePath;
import io.privsep.command.JavaCommand;
import io.privsep.command.Stage;
import io.privsep.command.TemporaryMount;
import io.privsep.definition.AuditPlace;
import io.privsep.definition.DefinitionFrame;
import io.privsep.definition.HelperDefinition;
import io.privsep.definition.HelperDefinition.Confinement;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.definition.Sandbox;
import io.privsep.rights.Capability;
import io.privsep.rights.ThreadRights;
import io.privsep.sandbox.MountedPaths;
import io.privsep.sandbox.SandboxCommand;
import io.privsep.sandbox.SandboxPaths;
import io.privsep.sandbox.SandboxPaths.Source;
import io.privsep.sandbox.SandboxSupport;

/**
 * Starts helpers as children of the application, which itself has the rights to give them
 * theirs, or gives them its own.
 */
public final class DirectLauncher implements Launcher {

	private final long maxHeap;

	private final List<String> jvmOptions;

	private final List<String> packages;

	private final long tmp;

	private final boolean checksCode;

	private final List<String> debugOptions;

	private final SandboxPaths sandboxPaths = new SandboxPaths();

	/**
	 * Makes a launcher of helpers that have no more rights than the application.
	 * @param maxHeap the most heap of a helper, in bytes
	 * @param jvmOptions further options of a helper's JVM
	 * @param packages packages whose loggers helpers may name, beside those of their
	 * beans
	 */
	public DirectLauncher(long maxHeap, List<String> jvmOptions, List<String> packages) {
		this(maxHeap, jvmOptions, packages, 0, false, List.of());
	}

	/**
	 * Makes a launcher.
	 * @param maxHeap the most heap of a helper, in bytes
	 * @param jvmOptions further options of a helper's JVM
	 * @param packages packages whose loggers helpers may name, beside those of their
	 * beans
	 * @param tmp size of their directory for temporary files, in bytes; 0 for none
	 * @param checksCode whether nobody but root may be able to change their code
	 * @param debugOptions options of a helper's JVM that would not be trusted otherwise
	 */
	public DirectLauncher(long maxHeap, List<String> jvmOptions, List<String> packages, long tmp, boolean checksCode,
			List<String> debugOptions) {
		this.tmp = tmp;
		this.checksCode = checksCode;
		this.debugOptions = List.copyOf(debugOptions);
		this.packages = List.copyOf(packages);
		this.maxHeap = maxHeap;
		this.jvmOptions = List.copyOf(jvmOptions);
	}

	/**
	 * Whether helpers run only what nobody but root can change.
	 * @return whether their code and their JVM are looked at before each start
	 */
	public boolean checksCode() {
		return this.checksCode;
	}

	@Override
	public HelperProcess launch(HelperDefinition definition) throws IOException {
		MissingHelperException.check(DirectLauncher.class.getClassLoader());
		if (definition.logging().audit() instanceof AuditPlace.File file) {
			AuditFiles.make(file.path(), definition.rights());
		}
		Rights rights = toGive(definition.rights(), definition.confinement().sandbox());
		JavaCommand java = checkedCommand(definition.rights(), definition.confinement().sandbox());
		Sandbox sandbox = definition.confinement().sandbox();
		Map<String, Source> sources = (sandbox != null) ? this.sandboxPaths.resolve(sandbox) : Map.of();
		Chain chain = chain(java, rights, definition.confinement(), sources, this.tmp);
		SandboxMounts mounts = (sandbox != null) ? new SandboxMounts(definition.context(), new MountedPaths(sources))
				: null;
		HelperProcess helper = ChildHelper.start(OwnLoggers.of(definition, this.packages), mounts, chain.command(),
				Map.of());
		ChildHelper.tell(helper, DefinitionFrame.write(definition));
		return helper;
	}

	// To give rights takes those that the application had when it was configured, and a
	// helper serves nobody but the user that the application was then.
	@Override
	public @Nullable String obstacle(HelperDefinition definition) {
		try {
			ThreadRights own = ThreadRights.ofThisProcess();
			boolean isServed = definition.clientUid() == -1 || definition.clientUid() == own.uids().get(1);
			boolean canGive = toGive(definition.rights(), definition.confinement().sandbox()) == null
					|| own.effective().contains(Capability.SETUID);
			return (isServed && canGive) ? null : "the application has dropped root";
		}
		catch (IOException ex) {
			// not Linux, where there is nothing to drop
			return null;
		}
	}

	// A sandbox takes from the application's own rights, which need not be given then.
	private static @Nullable Rights toGive(@Nullable Rights rights, @Nullable Sandbox sandbox) throws IOException {
		if (rights == null || sandbox == null) {
			return rights;
		}
		return (ThreadRights.ofThisProcess().uids().get(1) == rights.uid()) ? null : rights;
	}

	private JavaCommand checkedCommand(@Nullable Rights rights, @Nullable Sandbox sandbox) throws IOException {
		JavaCommand java = JavaCommand.ofThisApplication(this.maxHeap, this.jvmOptions);
		if (rights != null) {
			CodePath.requireReadable(java, rights, sandbox == null);
		}
		if (this.checksCode) {
			java.requireTrusted();
		}
		return UnpackedJar.ofThisProcess().use(java, rights, this.checksCode).with(this.debugOptions);
	}

	/**
	 * The programs that start a helper.
	 * @param java its JVM
	 * @param rights its rights; {@code null} for the application's own
	 * @param confinement what it gives up
	 * @param sources where the paths of its sandbox lead
	 * @param tmp size of its directory for temporary files, in bytes; 0 for none, as with
	 * the application's own rights
	 * @return the chain
	 * @throws IOException if a file of the JVM or of the class path cannot be read
	 */
	public static Chain chain(JavaCommand java, @Nullable Rights rights, Confinement confinement,
			Map<String, Source> sources, long tmp) throws IOException {
		Sandbox sandbox = confinement.sandbox();
		if (sandbox == null) {
			List<Stage> before = (rights != null) ? TemporaryMount.of(tmp, rights) : List.of();
			return Chain.ofChild(rights, confinement, before).with(new Stage.Jvm(java, "-"));
		}
		List<Stage> before = (rights != null) ? SandboxCommand.stage(java, sandbox, sources, rights) : List.of();
		if (!before.isEmpty()) {
			SandboxSupport.checkStage();
		}
		return Chain.ofChild(rights, confinement, before)
			.with(SandboxCommand.stages(java, sandbox, sources, List.of(), !before.isEmpty()))
			.with(new Stage.Jvm(java.with(SandboxCommand.options())
				.with(List.of(SandboxCommand.outside(), SandboxCommand.numbers(sandbox, sources))), "-"));
	}

}
