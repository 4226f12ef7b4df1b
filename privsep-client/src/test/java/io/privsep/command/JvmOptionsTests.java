package io.privsep.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for the options of the JVM that a helper with rights may have.
 */
class JvmOptionsTests {

	private static final Pattern TEXT_FLAG = Pattern.compile("\\s*ccstr(?:list)?\\s+(\\w+)\\s.*");

	@ParameterizedTest
	@ValueSource(strings = { "-javaagent:/code.jar", "-agentpath:/code.so", "-agentlib:jdwp=server=y", "@/options",
			"@options", "--patch-module", "--patch-module=java.base=/code.jar", "java.base=/code.jar", "--module-path",
			"--module-path=/code", "-p", "--upgrade-module-path=/code", "-cp", "-classpath", "--class-path=/code",
			"/code", "code.jar", "-jar", "-m", "--module=a/b", "Main", "--source", "-Xbootclasspath/a:/code.jar",
			"-XX:Flags=/options", "-XX:Flags=options", "-XX:VMOptionsFile=/options", "-XX:JVMCILibPath=/code",
			"-XX:JVMCILibPath=1", "-XX:OnError=/code", "-XX:OnOutOfMemoryError=code", "-XX:SharedArchiveFile=/code",
			"-XX:AOTCache=/code", "-XX:CompileCommand=option,a,b", "-XX:StartFlightRecording=filename=/file",
			"-XX:ErrorFile=/file", "-XX:HeapDumpPath=/file", "-XX:+HeapDumpOnOutOfMemoryError",
			"-XX:-DisableAttachMechanism", "-XX:+EnableDynamicAgentLoading", "-XX:+ShowMessageBoxOnError",
			"-XX:+LogVMOutput", "-XX:+NoSuchSwitch", "-XX:NoSuchNumber=1", "-XX:MaxRAM=/file", "-Xlog:gc:/file",
			"-Xlog:gc:file=/file", "-Xlog:gc:file", "-Xlog:gc:stderr:/file", "-Xloggc:/file", "-Dcode=/code.jar",
			"-Dcode=file:%2Fcode.jar", "-Djava.class.path=code.jar", "-Djava.system.class.loader=Code",
			"-Djava.security.properties=/file", "-Djava.security.manager", "-Djava.library.path=code",
			"-Djava.io.tmpdir=tmp", "-Djava.util.logging.config.class=Code", "-Djdk.module.path=code",
			"-Dcom.sun.management.jmxremote.port=1", "-Dsun.boot.library.path=code", "-Djavax.net.ssl.trustStore=store",
			"-Dlog4j2.configurationFile=file", "-Dlog4jconfigurationFile=", "-Dslf4j.provider=Code", "-Djarmode=tools",
			"-Dprivsep.outside=net", "-Dorg.jboss.logging.provider=log4j2", "-Dloader.path=code",
			"-Xint -javaagent:/code.jar", "-Xint\n-javaagent:/code.jar", "-Dkey=value\n-javaagent:/code.jar",
			"-Xss1m\n", "" })
	void problemsWhenOptionCouldBringCodeNamesIt(String option) throws IOException {
		assertThat(JvmOptions.problems(List.of("-Xint", option))).singleElement()
			.asString()
			.startsWith("'" + option + "' in 'jvm.options' ");
		JavaCommand command = JavaCommand.ofThisApplication(1, List.of(option));
		assertThatIOException().isThrownBy(command::requireTrusted)
			.withMessageStartingWith("'" + option + "' in 'jvm.options' ");
	}

	@ParameterizedTest
	@ValueSource(strings = { "-Xss1m", "-Xmx64m", "-Xint", "-Xlog:gc", "-Xlog:cds=off:stderr",
			"-Xlog:gc*=debug:stdout:uptime", "-Xlog:disable", "-XX:TieredStopAtLevel=1", "-XX:MaxRAMPercentage=12.5",
			"-XX:MaxMetaspaceSize=64m", "-XX:+UseG1GC", "-XX:-UseSerialGC", "-XX:NativeMemoryTracking=summary", "-ea",
			"-ea:com.example...", "--enable-native-access=ALL-UNNAMED", "--add-opens=java.base/java.lang=ALL-UNNAMED",
			"--enable-preview", "-Djava.awt.headless=true", "-Duser.timezone=UTC", "-Dmy.key", "-Dmy.key=one,two",
			"-Dhomepage=x", "-Djava.library.path=/usr/lib/jni", "-Djava.io.tmpdir=/var/tmp/helper" })
	void problemsWhenOptionIsKnownAreNone(String option) {
		assertThat(JvmOptions.problems(List.of(option))).isEmpty();
	}

	/** A helper is in the root directory, where everybody may write to '/tmp'. */
	@ParameterizedTest
	@EnabledOnOs(OS.LINUX)
	@ValueSource(strings = { "-Dplugins=tmp", "-Dplugins=.,tmp", "-Dplugins=lib:tmp", "-Dplugins=file:tmp" })
	void wordThatNamesWhatOthersCanWriteIsRefused(String option) {
		assertThat(JvmOptions.problems(List.of(option))).hasSize(1);
		assertThat(JvmOptions.problems(List.of(option.replace("tmp", "privsep-no-such")))).isEmpty();
		assertThat(JvmOptions.problems(List.of(option.replace("tmp", "usr")))).isEmpty();
	}

	/** Of this JVM, whichever it is: a later one may have more. */
	@ParameterizedTest
	@ValueSource(strings = { "/code", "code", "1", "1m", "" })
	void everyFlagThatCanNameAPathIsRefused(String value) throws Exception {
		List<String> flags = textFlags();
		assertThat(flags).contains("OnError", "SharedArchiveFile", "ErrorFile", "CompilerDirectivesFile");
		for (String flag : flags) {
			// takes words, of which the JVM knows each
			if (!flag.startsWith("ShenandoahGC") || value.startsWith("/")) {
				assertThat(JvmOptions.problems(List.of("-XX:" + flag + "=" + value))).as(flag).hasSize(1);
			}
			assertThat(JvmOptions.problems(List.of("-XX:+" + flag))).as(flag).hasSize(1);
		}
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void librariesAreLookedAtLikeTheRestOfTheCode(@TempDir Path directory) throws IOException {
		Path libraries = Files.createDirectory(directory.toRealPath().resolve("libraries"));
		Files.setPosixFilePermissions(libraries, PosixFilePermissions.fromString("rwxrwxrwx"));
		JavaCommand command = JavaCommand.ofThisApplication(1, List.of("-Djava.library.path=/usr/lib:" + libraries));
		assertThatExceptionOfType(UntrustedCodeException.class).isThrownBy(command::requireTrusted)
			.withMessageContaining("'" + libraries + "'");
	}

	/** The JVM uses them as they are written: a link may lead elsewhere by then. */
	@Test
	@EnabledOnOs(OS.LINUX)
	void linksToLibrariesAreLookedAtAsWell(@TempDir Path directory) throws IOException {
		Path link = Files.createSymbolicLink(directory.toRealPath().resolve("link"), Path.of("/usr/lib"));
		JavaCommand command = JavaCommand.ofThisApplication(1, List.of("-Djava.library.path=" + link));
		assertThatExceptionOfType(UntrustedCodeException.class).isThrownBy(command::requireTrusted)
			.withMessageContaining("and so '" + link + "'");
	}

	private static List<String> textFlags() throws Exception {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin/java").toString(),
				"-XX:+UnlockDiagnosticVMOptions", "-XX:+UnlockExperimentalVMOptions", "-XX:+PrintFlagsFinal",
				"-version")
			.redirectErrorStream(true)
			.start();
		String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor()).isZero();
		List<String> flags = new ArrayList<>();
		for (String line : out.split("\n")) {
			Matcher matcher = TEXT_FLAG.matcher(line);
			if (matcher.matches()) {
				flags.add(matcher.group(1));
			}
		}
		return flags;
	}

}
