package io.privsep.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
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

	/**
	 * For an instant fd 0 of the whole process is a helper's connection: one spawn at a
	 * time.
	 */
	private static final Object SPAWN = new Object();

	private final long maxHeap;

	private final List<String> jvmOptions;

	/**
	 * Makes a launcher.
	 * @param maxHeap the most heap of a helper, in bytes
	 * @param jvmOptions further options of a helper's JVM
	 */
	public DirectLauncher(long maxHeap, List<String> jvmOptions) {
		this.maxHeap = maxHeap;
		this.jvmOptions = List.copyOf(jvmOptions);
	}

	@Override
	public HelperProcess launch(HelperDefinition definition) throws IOException {
		JavaCommand java = JavaCommand.ofThisApplication(this.maxHeap, this.jvmOptions);
		Rights rights = definition.rights();
		if (rights != null) {
			CodePath.requireReadable(java, rights);
		}
		SocketPair pair = SocketPair.open();
		Process process = null;
		try {
			try {
				process = spawn(words(java, rights), pair.childFd());
			}
			finally {
				pair.closeChildFd();
			}
			ByteBuffer frame = DefinitionFrame.write(definition);
			while (frame.hasRemaining()) {
				pair.application().write(frame);
			}
			return new HelperProcess(pair.application(), process,
					HelperLog.start(definition.context(), process.getErrorStream()));
		}
		catch (IOException | RuntimeException ex) {
			HelperLog log = (process != null) ? HelperLog.start(definition.context(), process.getErrorStream()) : null;
			HelperProcess failed = new HelperProcess(pair.application(), process, log);
			String end = failed.end();
			if (process != null) {
				throw new IOException("the helper ended with " + end + " before it was told what to do; it said "
						+ failed.lastWords(), ex);
			}
			throw ex;
		}
	}

	static List<String> words(JavaCommand java, @Nullable Rights rights) {
		List<String> words = new ArrayList<>();
		words.addAll(List.of("/bin/sh", "-c", "umask 077; exec \"$@\"", "sh"));
		words.addAll(List.of(Tools.find("env").toString(), "-i", "LANG=C.UTF-8", "PATH=" + Tools.PATH, "HOME=/"));
		if (rights != null) {
			Tools.require("setsid", "prlimit", "setpriv");
		}
		if (Tools.exists("setsid")) {
			words.add(Tools.find("setsid").toString());
		}
		if (Tools.exists("prlimit")) {
			words.addAll(List.of(Tools.find("prlimit").toString(), "--core=0:0", "--"));
		}
		if (rights != null) {
			words.addAll(setpriv(Tools.find("setpriv"), rights));
		}
		words.addAll(java.words());
		return words;
	}

	private static List<String> setpriv(Path setpriv, Rights rights) {
		List<String> words = new ArrayList<>();
		words.add(setpriv.toString());
		words.add("--reuid=" + Integer.toUnsignedString(rights.uid()));
		words.add("--regid=" + Integer.toUnsignedString(rights.gid()));
		words.add(rights.groups().isEmpty() ? "--clear-groups"
				: "--groups=" + String.join(",", rights.groups().stream().map(Integer::toUnsignedString).toList()));
		StringBuilder capabilities = new StringBuilder("-all");
		rights.capabilities().names().forEach((name) -> capabilities.append(",+").append(name));
		words.add("--inh-caps=" + capabilities);
		words.add("--ambient-caps=" + capabilities);
		words.add("--bounding-set=" + capabilities);
		words.add("--no-new-privs");
		words.add("--securebits=+noroot,+noroot_locked,+no_setuid_fixup,+no_setuid_fixup_locked,+keep_caps_locked");
		words.add("--");
		return words;
	}

	private static Process spawn(List<String> words, int childFd) throws IOException {
		ProcessBuilder builder = new ProcessBuilder(words).directory(Path.of("/").toFile())
			.redirectInput(ProcessBuilder.Redirect.INHERIT)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.redirectError(ProcessBuilder.Redirect.PIPE);
		Map<String, String> environment = builder.environment();
		environment.clear();
		synchronized (SPAWN) {
			// -1 where the application was started without an fd 0
			int saved = Posix.posix().dup(0);
			try {
				if (saved >= 0) {
					Posix.closeOnExec(saved);
				}
				Posix.check("dup2", Posix.posix().dup2(childFd, 0));
				return builder.start();
			}
			finally {
				if (saved >= 0) {
					Posix.posix().dup2(saved, 0);
					Posix.posix().close(saved);
				}
				else {
					Posix.posix().close(0);
				}
			}
		}
	}

}
