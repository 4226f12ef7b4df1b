package io.privsep.functions;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import javax.tools.ToolProvider;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.privsep.PrivsepFunction;
import io.privsep.function.PrivilegedBean;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Kotlin's classes and methods are final unless they are open. Its annotation is not on
 * the class path, where Spring would take it for Kotlin.
 */
class KotlinBeanTests {

	private static final String METADATA = "import java.lang.annotation.*;"
			+ " @Retention(RetentionPolicy.RUNTIME) public @interface Metadata { }";

	@TempDir
	private Path directory;

	@Test
	void ofWhenKotlinClassIsNotOpenTellsKotlinsWords() throws Exception {
		assertThat(problems("final class NotOpen { public void run() { } }", "NotOpen")).singleElement()
			.asString()
			.contains("NotOpen' is final")
			.contains("write 'open', or apply the kotlin-spring compiler plugin");
	}

	@Test
	void ofWhenKotlinMethodIsNotOpenTellsKotlinsWords() throws Exception {
		assertThat(problems("class NotOpenMethod { public final void run() { } }", "NotOpenMethod")).singleElement()
			.asString()
			.contains("'NotOpenMethod.run' is final")
			.contains("write 'open', or apply the kotlin-spring compiler plugin");
	}

	@Test
	void ofWhenMethodsOfObjectAreOverriddenLeavesThemOut() {
		PrivilegedBean bean = PrivilegedBean.of(WithToString.class);
		assertThat(BeanProblems.of(bean)).isEmpty();
		assertThat(bean.functions()).singleElement().extracting("name").isEqualTo("run");
	}

	private List<String> problems(String declaration, String name) throws Exception {
		compile(name, "@kotlin.Metadata @io.privsep.PrivsepFunction(\"net\") public " + declaration);
		try (URLClassLoader loader = new URLClassLoader(new URL[] { this.directory.toUri().toURL() },
				getClass().getClassLoader())) {
			return BeanProblems.of(PrivilegedBean.of(loader.loadClass(name)));
		}
	}

	private void compile(String name, String source) throws IOException {
		Path metadata = Files.createDirectory(this.directory.resolve("kotlin")).resolve("Metadata.java");
		Files.writeString(metadata, "package kotlin; " + METADATA);
		Path file = Files.writeString(this.directory.resolve(name + ".java"), source);
		assertThat(ToolProvider.getSystemJavaCompiler()
			.run(null, null, null, "-d", this.directory.toString(), "-cp", System.getProperty("java.class.path"),
					metadata.toString(), file.toString()))
			.isZero();
	}

	static class WithToString {

		@PrivsepFunction("net")
		public void run() {
		}

		@Override
		public boolean equals(Object other) {
			return this == other;
		}

		@Override
		public int hashCode() {
			return 1;
		}

		@Override
		public String toString() {
			return "a";
		}

	}

}
