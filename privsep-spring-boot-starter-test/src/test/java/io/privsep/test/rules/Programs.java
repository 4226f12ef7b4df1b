package io.privsep.test.rules;

import java.io.IOException;

import io.privsep.PrivsepFunction;

/**
 * Functions that start programs.
 */
@PrivsepFunction("programs")
public class Programs {

	public void ping(String host) throws IOException {
		start(host, 1);
	}

	public void pingLater(String host) {
		Runnable later = () -> {
			try {
				start(host, 2);
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
		};
		later.run();
	}

	public void exec(String host) throws IOException {
		Runtime.getRuntime().exec(new String[] { "/bin/ping", host }).destroy();
	}

	@PrivsepFunction(value = "programs", broad = "It is checked against a list")
	public void pingListed(String host) throws IOException {
		start(host, 1);
	}

	public int sync(int count) throws IOException {
		return (int) new ProcessBuilder("/bin/sync").start().pid();
	}

	public String greet(String name) {
		return "Hello, " + name;
	}

	private static void start(String host, int count) throws IOException {
		new ProcessBuilder("/bin/ping", "-c" + count, host).start().destroy();
	}

}
