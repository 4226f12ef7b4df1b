package io.privsep.demo.privsep;

import java.io.IOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

import io.privsep.PrivsepFunction;

/**
 * The message of the day.
 * <p>
 * The caller chooses the message and never the file: a function that took a path would
 * give root away.
 */
@Component
@PrivsepFunction("motd")
public class Motd {

	private static final Logger logger = LoggerFactory.getLogger(Motd.class);

	/** Longest message, in characters. */
	public static final int MAX_LENGTH = 4096;

	private static final int LOW_PORT = 81;

	private final Path file;

	public Motd(MotdSettings settings) {
		this.file = settings.file();
	}

	/**
	 * Replaces the message.
	 * @param message the new message, neither blank nor longer than {@link #MAX_LENGTH}
	 * @throws IOException if the file cannot be written
	 */
	public void update(String message) throws IOException {
		// checked here although the controller has done so: the caller may be taken over
		if (message.isBlank() || message.length() > MAX_LENGTH) {
			throw new IllegalArgumentException("The message must have 1 to " + MAX_LENGTH + " characters");
		}
		Files.writeString(this.file, message, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING,
				LinkOption.NOFOLLOW_LINKS);
		logger.info("Replaced '{}'", this.file);
	}

	/**
	 * Reads the message.
	 * @return the message
	 * @throws IOException if the file cannot be read
	 */
	public String read() throws IOException {
		return Files.readString(this.file);
	}

	/**
	 * Tries what only the context {@code ports} may: to bind a low port.
	 * @return the number of the port that was bound
	 * @throws BindException if the system refuses
	 * @throws IOException if something else is wrong
	 */
	public int bindLowPort() throws BindException, IOException {
		LoopbackPort.bindAndRelease(LOW_PORT);
		return LOW_PORT;
	}

	/**
	 * Ends its own helper at once, as a crash would. This is here to show what happens
	 * then: an application has no such function.
	 */
	public void endHelper() {
		Runtime.getRuntime().halt(1);
	}

	/**
	 * Says with which rights this context runs.
	 * @return the rights of the helper
	 * @throws IOException if {@code /proc} cannot be read
	 */
	public Rights rights() throws IOException {
		return Rights.ofThisProcess();
	}

}
