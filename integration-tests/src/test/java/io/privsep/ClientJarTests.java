package io.privsep;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipFile;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.privsep.channel.Channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * By what the jar of the application's side calls the C library: by jffi, and if it was
 * built on JDK 22 or later, there by {@code java.lang.foreign}.
 */
class ClientJarTests {

	private static final List<String> NAMES = List.of("io/privsep/linux/CLibrary.class",
			"io/privsep/linux/CLibrary$Function.class");

	private static final String VERSIONS = "META-INF/versions/";

	private static final int CLASS_FILE_17 = 61;

	private static final int CLASS_FILE_22 = 66;

	private JarFile jar;

	private int builtOn;

	@BeforeEach
	void open() throws Exception {
		File file = new File(Channel.class.getProtectionDomain().getCodeSource().getLocation().toURI());
		assumeTrue(file.isFile(), "SKIPPED: there is no jar yet; run 'mvn verify'");
		// as JDK 22 does
		this.jar = new JarFile(file, true, ZipFile.OPEN_READ, Runtime.Version.parse("22"));
		this.builtOn = Integer.parseInt(this.jar.getManifest().getMainAttributes().getValue("Build-Jdk-Spec"));
	}

	@AfterEach
	void close() throws IOException {
		if (this.jar != null) {
			this.jar.close();
		}
	}

	@Test
	void jdk22AndLaterGetTheClassesThatCallByForeignFunctionsIfTheJarWasBuiltThere() throws IOException {
		if (!this.jar.isMultiRelease()) {
			assertThat(this.builtOn).isLessThan(22);
			assertThat(entries()).noneMatch((entry) -> entry.getName().startsWith(VERSIONS));
			return;
		}
		// also where an older JDK builds again without 'mvn clean'
		for (String name : NAMES) {
			JarEntry entry = this.jar.getJarEntry(name);
			assertThat(entry.getRealName()).isEqualTo(VERSIONS + "22/" + name);
			assertThat(classFile(entry)).isEqualTo(CLASS_FILE_22);
			assertThat(text(entry)).contains("java/lang/foreign/").doesNotContain("com/kenai/jffi");
		}
	}

	@Test
	void jdk17GetsTheClassesThatCallByJffi() throws IOException {
		for (String name : NAMES) {
			assertThat(text(new JarEntry(name))).contains("com/kenai/jffi/").doesNotContain("java/lang/foreign");
		}
		for (JarEntry entry : entries()) {
			if (entry.getName().endsWith(".class") && !entry.getName().startsWith(VERSIONS)) {
				assertThat(classFile(entry)).as(entry.getName()).isEqualTo(CLASS_FILE_17);
			}
		}
	}

	private Collection<JarEntry> entries() {
		return this.jar.stream().toList();
	}

	// an entry that the jar has not been asked for is that of its own name
	private byte[] bytes(JarEntry entry) throws IOException {
		try (ZipFile file = new ZipFile(this.jar.getName());
				InputStream in = file.getInputStream(file.getEntry(entry.getRealName()))) {
			return in.readAllBytes();
		}
	}

	private int classFile(JarEntry entry) throws IOException {
		return ByteBuffer.wrap(bytes(entry)).getShort(6);
	}

	private String text(JarEntry entry) throws IOException {
		return new String(bytes(entry), StandardCharsets.ISO_8859_1);
	}

}
