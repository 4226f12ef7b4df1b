package io.privsep.command;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ApplicationClassPath}.
 */
class ApplicationClassPathTests {

	@Test
	void findWhenWebServerHasNotUnpackedTheWarFailsInASentence() throws IOException {
		URL[] urls = { URI.create("jar:file:/nonexistent/app.war!/WEB-INF/lib/app.jar").toURL() };
		try (URLClassLoader loader = new URLClassLoader("app", urls, null) {

			@Override
			public String toString() {
				return "ParallelWebappClassLoader\r\n  context: app";
			}

		}) {
			assertThatExceptionOfType(IOException.class).isThrownBy(() -> ApplicationClassPath.find(loader))
				.withMessage("the application is loaded by 'ParallelWebappClassLoader', which does not tell from where;"
						+ " run it as an executable jar or war ('java -jar'), have the web server unpack the war, or set"
						+ " 'privsep.mode=in-process'");
		}
	}

}
