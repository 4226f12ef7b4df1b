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

	private final Archives archives;

	/**
	 * Makes a launcher.
	 * @param maxHeap the most heap of a helper, in bytes
	 * @param jvmOptions further options of a helper's JVM
	 * @param archives archives of classes to start from
	 */
	public DirectLauncher(long maxHeap, List<String> jvmOptions, Archives archives) {
		this.maxHeap = maxHeap;
		this.jvmOptions = List.copyOf(jvmOptions);
		this.archives = archives;
	}

	@Override
	public HelperProcess launch(HelperDefinition definition) throws IOException {
		JavaCommand java = JavaCommand.ofThisApplication(this.maxHeap, this.jvmOptions);
		Rights rights = definition.rights();
		if (rights != null) {
			CodePath.requireReadable(java, rights);
		}
		if (definition.checksCode()) {
			java.requireTrusted();
		}
		Path archive = this.archives.find(java, definition).orElse(null);
		return ChildHelper.start(definition.context(),
				words((archive != null) ? java.withArchive(archive) : java, rights), Map.of(),
				DefinitionFrame.write(definition));
	}

	static List<String> words(JavaCommand java, @Nullable Rights rights) {
		List<String> words = RightsCommand.ofChild(rights);
		words.addAll(java.words("-"));
		return words;
	}

}
