package io.privsep.launch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.privsep.definition.HelperDefinition;
import io.privsep.linux.MissingToolException;
import io.privsep.linux.Tools;

/**
 * Starts helpers by their installed wrappers, which root runs: through sudo, or of
 * something else that may do so. The wrapper has no arguments; all that the application
 * can give it is the connection.
 */
public final class WrapperLauncher implements Launcher {

	private final List<String> command;

	private final Map<String, String> environment;

	private final List<String> packages;

	private WrapperLauncher(List<String> command, Map<String, String> environment, List<String> packages) {
		this.packages = List.copyOf(packages);
		this.command = List.copyOf(command);
		this.environment = Map.copyOf(environment);
	}

	/**
	 * Makes a launcher that uses sudo.
	 * @param wrapper the installed wrapper
	 * @param packages packages whose loggers helpers may name, beside those of their
	 * beans
	 * @return the launcher
	 * @throws MissingToolException if there is no sudo
	 */
	public static WrapperLauncher sudo(Path wrapper, List<String> packages) {
		return new WrapperLauncher(List.of(Tools.find("sudo").toString(), "-n", "--", wrapper.toString()),
				Map.of("LANG", "C.UTF-8", "PATH", Tools.PATH), packages);
	}

	/**
	 * Makes a launcher that runs a command.
	 * @param command the program and its arguments, run without a shell and with the
	 * application's environment
	 * @param packages packages whose loggers helpers may name, beside those of their
	 * beans
	 * @return the launcher
	 */
	public static WrapperLauncher command(List<String> command, List<String> packages) {
		return new WrapperLauncher(command, System.getenv(), packages);
	}

	@Override
	public HelperProcess launch(HelperDefinition definition) throws IOException {
		return ChildHelper.start(OwnLoggers.of(definition, this.packages), SandboxMounts.ofInstalled(definition),
				this.command, this.environment);
	}

}
