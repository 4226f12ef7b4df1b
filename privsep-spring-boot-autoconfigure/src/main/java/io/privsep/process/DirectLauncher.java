package io.privsep.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.privsep.launch.DefinitionFrame;
import io.privsep.launch.HelperDefinition;
import io.privsep.launch.HelperDefinition.Rights;

/**
 * Starts helpers as children of the application, which itself has the rights to give them
 * theirs, or gives them its own.
 */
public final class DirectLauncher implements Launcher {

	private final long maxHeap;

	private final List<String> jvmOptions;

	private final EarlyHelpers early;

	private final Archives archives;

	/**
	 * Makes a launcher.
	 * @param maxHeap the most heap of a helper, in bytes
	 * @param jvmOptions further options of a helper's JVM
	 * @param early may have helpers that were started already
	 * @param archives archives of classes to start from
	 */
	public DirectLauncher(long maxHeap, List<String> jvmOptions, EarlyHelpers early, Archives archives) {
		this.maxHeap = maxHeap;
		this.jvmOptions = List.copyOf(jvmOptions);
		this.early = early;
		this.archives = archives;
	}

	@Override
	public HelperProcess launch(HelperDefinition definition) throws IOException {
		String context = definition.context();
		MissingHelperException.check(DirectLauncher.class.getClassLoader());
		if (definition.audit().startsWith("/")) {
			AuditFiles.make(Path.of(definition.audit()), definition.rights());
		}
		JavaCommand java = checkedCommand(definition.rights(), definition.checksCode());
		List<String> words = words(withArchive(java, context, definition.rights()), definition.rights());
		this.archives.want(java, definition);
		HelperProcess helper = this.early.take(context, words);
		if (helper == null) {
			helper = ChildHelper.start(context, words, Map.of());
		}
		ChildHelper.tell(helper, DefinitionFrame.write(definition));
		return helper;
	}

	/**
	 * Begins to start a helper, which waits for its definition then.
	 * @param context name of its context
	 * @param rights the rights it will be defined to have
	 * @param checksCode whether nobody but root may be able to change its code
	 */
	public void launchEarly(String context, @Nullable Rights rights, boolean checksCode) {
		this.early.start(context,
				() -> words(withArchive(checkedCommand(rights, checksCode), context, rights), rights));
	}

	private JavaCommand checkedCommand(@Nullable Rights rights, boolean checksCode) throws IOException {
		JavaCommand java = JavaCommand.ofThisApplication(this.maxHeap, this.jvmOptions);
		if (rights != null) {
			CodePath.requireReadable(java, rights);
		}
		if (checksCode) {
			java.requireTrusted();
		}
		return java;
	}

	private JavaCommand withArchive(JavaCommand java, String context, @Nullable Rights rights) {
		return this.archives.find(java, context, rights).map(java::withArchive).orElse(java);
	}

	static List<String> words(JavaCommand java, @Nullable Rights rights) {
		List<String> words = RightsCommand.ofChild(rights);
		words.addAll(java.words("-"));
		return words;
	}

}
