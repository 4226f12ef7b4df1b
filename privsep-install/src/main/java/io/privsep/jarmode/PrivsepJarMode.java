package io.privsep.jarmode;

import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.List;

import org.springframework.boot.loader.jarmode.JarMode;

import io.privsep.install.InstallCommand;

/**
 * The jar mode {@code privsep}: {@code helper} runs a helper from an executable jar, and
 * the other commands are those of the installation.
 */
final class PrivsepJarMode implements JarMode {

	@Override
	public boolean accepts(String mode) {
		return "privsep".equals(mode);
	}

	@Override
	public void run(String mode, String[] args) {
		if (args.length == 0 || !args[0].equals("helper")) {
			System.exit(new InstallCommand(System.out, System.err).run(List.of(args)));
		}
		try {
			// by name: nothing in the application's modules may depend on the helper
			Class.forName("io.privsep.helper.Main", true, Thread.currentThread().getContextClassLoader())
				.getMethod("main", String[].class)
				.invoke(null, (Object) Arrays.copyOfRange(args, 1, args.length));
		}
		catch (InvocationTargetException ex) {
			throw new IllegalStateException("The helper ended", ex.getCause());
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException("'io.privsep:privsep-helper' is not in the jar", ex);
		}
	}

}
