package io.privsep.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.privsep.definition.JarClassPath;

/**
 * The files that options of a JVM make it run or obey.
 */
final class JvmOptionPaths {

	private static final List<String> WITH_PATHS = List.of("-Xbootclasspath/a:", "--patch-module=", "--module-path=",
			"--upgrade-module-path=", "-Djava.library.path=", "-XX:SharedArchiveFile=", "-Djdk.module.path=",
			"-Djdk.module.upgrade.path=");

	private static final List<String> WITH_PATH = List.of("-javaagent:", "-agentpath:", "-XX:AOTCache=",
			"-XX:AOTConfiguration=", "-XX:Flags=", "-XX:VMOptionsFile=", "-XX:CompilerDirectivesFile=",
			"-XX:CompileCommandFile=", "-Djava.security.properties=", "-Djava.security.policy=",
			"-Djava.util.logging.config.file=", "-Dsun.boot.library.path=", "-XX:OnError=", "-XX:OnOutOfMemoryError=",
			"@");

	private JvmOptionPaths() {
	}

	/**
	 * Finds the files.
	 * @param options options of a JVM
	 * @return their paths, as they are written
	 */
	static List<Path> of(List<String> options) {
		List<Path> paths = new ArrayList<>();
		for (String option : options) {
			for (String start : WITH_PATHS) {
				if (option.startsWith(start)) {
					String value = option.substring(start.length());
					// of a module, only what stands behind its name
					boolean hasName = start.equals("--patch-module=");
					paths.addAll(JarClassPath.split(hasName ? value.substring(value.indexOf('=') + 1) : value));
				}
			}
			for (String start : WITH_PATH) {
				if (option.startsWith(start)) {
					// an agent's own options, and properties that add to the JVM's,
					// follow
					String value = option.substring(start.length()).replaceFirst("^=", "");
					boolean isCommand = start.startsWith("-XX:On");
					paths.add(Path.of(value.split(isCommand ? "[ ;]" : "=", 2)[0]));
				}
			}
		}
		return paths;
	}

}
