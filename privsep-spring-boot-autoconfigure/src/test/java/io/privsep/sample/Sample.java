package io.privsep.sample;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import jakarta.annotation.PostConstruct;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.stereotype.Component;

import io.privsep.PrivsepFunction;
import io.privsep.rights.ThreadRights;

/**
 * A privileged bean that does a bit of everything, for tests.
 */
@Component
@PrivsepFunction("sample")
public class Sample {

	private static final Logger logger = LoggerFactory.getLogger(Sample.class);

	/** How often the constructor has run in this JVM. */
	public static int constructed;

	private final Settings settings;

	private boolean initialized;

	Sample(Settings settings) {
		constructed++;
		this.settings = settings;
	}

	@PostConstruct
	void initialize() {
		this.initialized = true;
	}

	public String echo(String text) {
		return text;
	}

	public byte[] zeros(int count) {
		return new byte[count];
	}

	public byte[] bytes(byte[] bytes) {
		return bytes;
	}

	public boolean isInitialized() {
		return this.initialized;
	}

	public Settings settings() {
		return this.settings;
	}

	public long pid() {
		return ProcessHandle.current().pid();
	}

	public List<String> rights() throws IOException {
		return ThreadRights.ofAllThreads()
			.values()
			.stream()
			.distinct()
			.map((rights) -> rights.uids() + " " + rights.gids() + " " + rights.groups() + " " + rights.inheritable()
					+ rights.permitted() + rights.effective() + rights.bounding() + rights.ambient() + " "
					+ rights.noNewPrivs())
			.toList();
	}

	public Map<String, String> environment() {
		return System.getenv();
	}

	public void nothing() {
	}

	public Page<Item> page(List<Item> items, Optional<String> next) {
		return new Page<>(items, next);
	}

	public CompletableFuture<String> later(String text) {
		logger.info("Later: {}", text);
		return CompletableFuture.supplyAsync(() -> text);
	}

	public void deny(Path file) throws AccessDeniedException {
		throw new AccessDeniedException(file.toString(), null, "because");
	}

	public void declared(String message) throws SampleException {
		throw new SampleException(message, new IllegalStateException("the cause"));
	}

	public void undeclared(String message) {
		throw new UndeclaredException(message);
	}

	public void illegal(String message) {
		throw new IllegalArgumentException(message);
	}

	public void overflow() {
		overflow();
	}

	public void log(String message) {
		MDC.put("privsep.own", "value");
		// what the application's logging may choose a file by, or a field of its output
		MDC.put("tenant", "../../etc");
		MDC.put("level", "TRACE");
		try {
			logger.atWarn().setCause(new IllegalStateException("logged")).addKeyValue("number", 7).log(message);
			LoggerFactory.getLogger("com.example.security.LoginAudit").warn(message);
		}
		finally {
			MDC.clear();
		}
	}

	/**
	 * Logs at a level that is mostly off.
	 * @param message what is logged
	 * @return whether it was
	 */
	public boolean logDebug(String message) {
		logger.debug(message);
		return logger.isDebugEnabled();
	}

	public String zoneAndLocale() {
		return ZoneId.systemDefault() + " " + Locale.getDefault().toLanguageTag();
	}

	@PrivsepFunction(value = "sample", timeout = "2m")
	public boolean sleepUntilInterrupted() throws InterruptedException {
		Thread.sleep(Long.MAX_VALUE);
		return true;
	}

	@PrivsepFunction(value = "sample", timeout = "300ms")
	public boolean sleep(long millis) throws InterruptedException {
		Thread.sleep(millis);
		return true;
	}

	/** Goes on after it has returned. */
	public void flood() {
		Thread thread = new Thread(() -> {
			byte[] lines = "\n".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
			while (true) {
				System.err.writeBytes(lines);
			}
		});
		thread.setDaemon(true);
		thread.start();
	}

	@PrivsepFunction(value = "sample", timeout = "300ms")
	public void spin() {
		while (true) {
			Thread.onSpinWait();
		}
	}

	public void exit() {
		Runtime.getRuntime().halt(3);
	}

	/**
	 * Settings of the context.
	 *
	 * @param name any text
	 * @param sizes any numbers
	 */
	public record Settings(String name, List<Integer> sizes) {
	}

	/**
	 * An item.
	 *
	 * @param name its name
	 * @param path its path
	 */
	public record Item(String name, Path path) {
	}

	/**
	 * A generic record.
	 *
	 * @param items its items
	 * @param next the next page
	 * @param <T> type of the items
	 */
	public record Page<T>(List<T> items, Optional<String> next) {
	}

	/**
	 * An exception that the function declares.
	 */
	public static class SampleException extends Exception {

		private static final long serialVersionUID = 1L;

		public SampleException(String message, Throwable cause) {
			super(message, cause);
		}

	}

	/**
	 * An exception that no function declares.
	 */
	public static class UndeclaredException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		public UndeclaredException(String message) {
			super(message);
		}

	}

}
