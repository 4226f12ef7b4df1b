package io.privsep.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A command that the tests ran, and how it ended.
 *
 * @param exitCode its exit code
 * @param output what it wrote
 */
record Command(int exitCode, String output) {

	static Command run(List<String> words) throws IOException, InterruptedException {
		List<String> bounded = new ArrayList<>(List.of("/usr/bin/timeout", "--kill-after=5", "120"));
		bounded.addAll(words);
		ProcessBuilder builder = new ProcessBuilder(bounded).redirectErrorStream(true);
		builder.environment().put("LC_ALL", "C");
		Process process = builder.start();
		process.getOutputStream().close();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		return new Command(process.waitFor(), output);
	}

	static Command shell(String script) throws IOException, InterruptedException {
		return run(List.of("/bin/sh", "-c", script));
	}

	static Command shellAs(int uid, String script) throws IOException, InterruptedException {
		return run(as(uid, "/bin/sh", "-c", script));
	}

	/**
	 * The words that run something as another user, without any rights.
	 * @param uid the user, and its group
	 * @param words what to run
	 * @return the words
	 */
	static List<String> as(int uid, String... words) {
		List<String> all = new ArrayList<>(List.of("/usr/bin/setpriv", "--reuid=" + uid, "--regid=" + uid,
				"--clear-groups", "--inh-caps=-all", "--bounding-set=-all", "--"));
		all.addAll(List.of(words));
		return all;
	}

}
