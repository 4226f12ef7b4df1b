package io.privsep.process;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.privsep.linux.ChildProcess;
import io.privsep.linux.ErrorPipe;
import io.privsep.linux.SocketPair;
import io.privsep.linux.Tools;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A set-uid program, as sudo is one, can be started where {@code /proc} hides the
 * processes of other users ({@code hidepid} in proc(5), {@code ProtectProc=} of systemd).
 */
class HiddenChildIntegrationTests {

	private static final int USER = 61281;

	@RegisterExtension
	static final CodeCopy code = new CodeCopy();

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2 })
	void childThatIsHiddenIsStartedAndWaitedFor(int hidepid) throws Exception {
		Path program = code.createDirectory("rwxr-xr-x", 0).resolve("sh");
		Files.copy(Path.of("/bin/sh").toRealPath(), program);
		Files.setAttribute(program, "unix:mode", 04755);
		// an instance of its own: the options of the machine's stay as they are
		String script = "mount -t proc -o hidepid=" + hidepid + " privsep-proc /proc && exec \"$@\"";
		String java = Path.of(System.getProperty("java.home"), "bin", "java").toRealPath().toString();
		String classPath = code.classPath()
			.stream()
			.map(Path::toString)
			.collect(Collectors.joining(File.pathSeparator));
		Process process = new ProcessBuilder("/usr/bin/unshare", "--mount", "/bin/sh", "-c", script, "sh",
				"/usr/bin/setpriv", "--reuid=" + USER, "--regid=" + USER, "--clear-groups", java,
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-cp", classPath,
				Application.class.getName(), program.toString())
			.redirectErrorStream(true)
			.start();
		assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
			.contains("ended with 7\n");
		assertThat(process.waitFor()).isZero();
	}

	/**
	 * Starts a program.
	 */
	static final class Application {

		private Application() {
		}

		/**
		 * Runs the application.
		 * @param args the program
		 * @throws Exception if something fails
		 */
		public static void main(String[] args) throws Exception {
			System.out.println("ended with " + start(args[0]).waitFor());
		}

		static Process start(String program) throws Exception {
			SocketPair pair = SocketPair.open();
			ErrorPipe error = ErrorPipe.open();
			try {
				// long enough to be looked at
				return ChildProcess.start(List.of(program, "-p", "-c", "sleep 0.2; exit 7"), Map.of("PATH", Tools.PATH),
						pair.childFd(), error.childFd());
			}
			finally {
				pair.closeChildFd();
				pair.application().close();
				error.closeChildFd();
				error.application().close();
			}
		}

	}

}
