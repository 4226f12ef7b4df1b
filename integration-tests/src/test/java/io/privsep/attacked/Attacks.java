package io.privsep.attacked;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

import io.privsep.PrivsepFunction;
import io.privsep.linux.LingeringSocket;
import io.privsep.wire.LogLine;

/**
 * What a helper does that was taken over.
 */
@PrivsepFunction("attacks")
public class Attacks {

	/** Of one that does not end. */
	private static final byte[] HALF_A_FRAME = HexFormat.of().parseHex("0000010042");

	private final AttackSettings settings;

	/** Kept: its peer reads nothing, and lives as long as this. */
	private @Nullable LingeringSocket sent;

	Attacks(AttackSettings settings) {
		this.settings = settings;
	}

	/**
	 * Opens a file in the way that a logging system would, so that it is seen that the
	 * helper can.
	 * @return what it says
	 * @throws IOException if it cannot
	 */
	public String create() throws IOException {
		Files.writeString(this.settings.directory().resolve("control"), "created");
		return "created";
	}

	/**
	 * Logs with all that there is.
	 * @return what it says
	 */
	public String log() {
		org.apache.commons.logging.LogFactory.getLog("commons").warn("by commons");
		org.apache.logging.log4j.LogManager.getLogger("log4j").warn("by log4j");
		java.util.logging.Logger.getLogger("jul").warning("by jul");
		LoggerFactory.getLogger("slf4j").warn("by slf4j");
		org.jboss.logging.Logger.getLogger("jboss").warn("by jboss");
		return "logged";
	}

	/**
	 * Has its argument checked: the library that does so logs with a facade of its own.
	 * @param text what is checked
	 * @return what it says
	 */
	public String check(@Pattern(regexp = "[a-z]+", message = "must be letters") String text) {
		return "checked";
	}

	/**
	 * Logs as if it were the application: in honest ways, and by a line of its own
	 * making.
	 * @return what it says
	 * @throws IOException if it cannot
	 */
	public String forge() throws IOException {
		Map<String, String> fields = Map.of("level", "forged", "@timestamp", "forged", "tenant", "forged", "traceId",
				"kept");
		fields.forEach(MDC::put);
		String logger = "com.example.security.LoginAudit";
		LoggerFactory.getLogger(logger).warn("forgery by SLF4J");
		fields.keySet().forEach(MDC::remove);
		String line = new LogLine("WARN", logger, "http-nio-8080-exec-1", fields, "forgery by hand", "", Map.of(), 0)
			.format();
		// not closed: that would be the standard error of the helper
		new FileOutputStream(FileDescriptor.err).write((line + "\n").getBytes(StandardCharsets.UTF_8));
		return "forged";
	}

	/**
	 * Sends the application a socket that takes an hour to close.
	 * @return what the system said
	 * @throws IOException if there is no such socket
	 */
	public String linger() throws IOException {
		// the directory for temporary files of a helper is one where there can be none
		System.setProperty("jffi.extract.dir", "/tmp");
		String said = "no socket is connected";
		for (int socket : sockets()) {
			try {
				this.sent = LingeringSocket.send(socket, HALF_A_FRAME);
				return "sent";
			}
			catch (IOException ex) {
				// the JDK has a socket whose other end is closed
				if (!ex.getMessage().endsWith("Broken pipe")) {
					said = ex.getMessage();
				}
			}
		}
		return said;
	}

	private static List<Integer> sockets() throws IOException {
		try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
			return descriptors.filter(Attacks::isSocket)
				.map((each) -> Integer.valueOf(each.getFileName().toString()))
				.toList();
		}
	}

	private static boolean isSocket(Path descriptor) {
		try {
			return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
		}
		catch (IOException ex) {
			// that which lists them
			return false;
		}
	}

}
