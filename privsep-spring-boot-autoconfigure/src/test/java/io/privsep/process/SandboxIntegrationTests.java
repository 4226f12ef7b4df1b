package io.privsep.process;

import java.util.List;

import org.junit.jupiter.api.Test;

class SandboxIntegrationTests {

	@Test
	void first() throws Exception {
		try (CodeCopy code = CodeCopy.make();
				SandboxedApplication app = new SandboxedApplication(code,
						System.getProperty("as") != null ? List.of() : SandboxedApplication.asUser(), "sandbox=",
						"/logging.level.io.privsep=debug")) {
			System.err.println(app.output());
			for (String f : List.of("environment", "processes", "status", "work", "sharedMemory", "descriptors",
					"count"))
				System.err.println(f + " " + app.attempt(f));
			for (String f : List.of("/", "/proc", "/tmp", "/dev", "/usr/lib"))
				System.err.println(f + " " + app.attempt("list", f));
			System.err.println(app.attempt("exec", "/bin/true"));
			System.err.println(app.attempt("connect", 22));
			System.err.println(app.attempt("threads", 10000));
			System.err.println(app.attempt("write", "/tmp/x", 1L << 30));
			System.err.println(app.attempt("connectAbstract", "xx"));
			System.err.println(app.attempt("systemCall", 39L, List.of()));
			for (String f : List.of("heap", "directBuffers", "nativeMemory", "count"))
				System.err.println(f + " " + app.attempt(f));
			System.err.println(app.output());
		}
	}

}
