package io.privsep.sample;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.zip.ZipException;

import io.privsep.PrivsepFunction;

/**
 * Functions that throw.
 */
@PrivsepFunction("sample")
public class Throwing {

	public void zip() throws IOException {
		throw new ZipException("no zip");
	}

	public void malformed() throws IOException {
		throw new MalformedInputException(3);
	}

	public void subOfMine() throws Mine {
		throw new MineSub("sub", new IllegalStateException("why"));
	}

	public void unfitSubOfMine() throws MineUnfit, Mine {
		throw new MineUnfit("eth0");
	}

	public void uncheckedSub() throws Exception {
		throw new Sample.UndeclaredException("unchecked");
	}

	public void checkedSub() throws Exception {
		throw new Mine("checked");
	}

	public void net(int status) throws NetException {
		throw new NetException("no route", new NetDetails(status, List.of("a", "b")));
	}

	public void netSub(int status) throws IOException, NetException {
		throw new NetSub("no route", new NetDetails(status, List.of()));
	}

	public void largeNet() throws NetException {
		throw new NetException("large", new NetDetails(1, List.of("x".repeat(5 << 20))));
	}

	public void netAsCause() throws Mine, NetException {
		throw new Mine("outer", new NetException("inner", new NetDetails(7, List.of())));
	}

	public void flat() throws FlatException {
		throw new FlatException(2, "err");
	}

	public void commandFailed() throws CommandFailed {
		throw new CommandFailed(2, "err");
	}

	public void suppressed() throws IOException {
		IOException ex = new IOException("first");
		ex.addSuppressed(new ZipException("second"));
		ex.addSuppressed(new CommandFailed(3, "third"));
		throw ex;
	}

	public void itsOwnCause() {
		IllegalStateException ex = new IllegalStateException("a");
		ex.initCause(new IllegalStateException("b", ex));
		ex.addSuppressed(ex.getCause());
		throw ex;
	}

	public void lines(Path file) {
		throw new UncheckedIOException(new ZipException(file.toString()));
	}

	public long missing(Path file) throws IOException {
		try (var lines = Files.lines(file)) {
			return lines.count();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("unchecked", ex);
		}
	}

	public void none() {
		throw new NoSuchElementException("none");
	}

	public void date() {
		throw new DateTimeException("no date");
	}

	public LocalDate parse(String text) throws DateTimeException {
		return LocalDate.parse(text);
	}

	public void fixedText() throws NotMounted {
		throw new NotMounted();
	}

	public void fileSystem(String file) throws FileSystemException {
		throw new FileSystemException(file, null, "mine") {
		};
	}

	/** An exception. */
	public static class Mine extends Exception {

		private static final long serialVersionUID = 1L;

		public Mine(String message) {
			super(message);
		}

		public Mine(String message, Throwable cause) {
			super(message, cause);
		}

	}

	/** One that is not declared. */
	public static class MineSub extends Mine {

		private static final long serialVersionUID = 1L;

		public MineSub(String message, Throwable cause) {
			super(message, cause);
		}

	}

	/** One that makes its message itself. */
	public static class MineUnfit extends Mine {

		private static final long serialVersionUID = 1L;

		public MineUnfit(String device) {
			super("Interface " + device + " not found");
		}

	}

	/** One whose message is always the same. */
	public static class NotMounted extends Exception {

		private static final long serialVersionUID = 1L;

		public NotMounted() {
			super("Not mounted");
		}

	}

	/**
	 * What a {@link NetException} has to say.
	 *
	 * @param status a number
	 * @param output lines
	 */
	public record NetDetails(int status, List<String> output) implements Serializable {
	}

	/** One with details. */
	public static class NetException extends Exception {

		private static final long serialVersionUID = 1L;

		private final NetDetails details;

		public NetException(String message, NetDetails details) {
			super(message);
			this.details = details;
		}

		public NetDetails details() {
			return this.details;
		}

	}

	/** One that is not declared. */
	public static class NetSub extends NetException {

		private static final long serialVersionUID = 1L;

		public NetSub(String message, NetDetails details) {
			super(message, details);
		}

	}

	/**
	 * What a {@link FlatException} has to say.
	 *
	 * @param exit a number
	 * @param err a text
	 */
	public record FlatDetails(int exit, String err) {
	}

	/** One whose details are in fields of its own. */
	public static class FlatException extends Exception {

		private static final long serialVersionUID = 1L;

		private final int exit;

		private final String err;

		public FlatException(int exit, String err) {
			this("Ended with " + exit, new FlatDetails(exit, err));
		}

		public FlatException(String message, FlatDetails details) {
			super(message);
			this.exit = details.exit();
			this.err = details.err();
		}

		public FlatDetails getDetails() {
			return new FlatDetails(this.exit, this.err);
		}

	}

	/** One that must not arrive without its exit status. */
	public static class CommandFailed extends Exception {

		private static final long serialVersionUID = 1L;

		private final int exit;

		private final String err;

		public CommandFailed(String message) {
			super(message);
			this.exit = 0;
			this.err = "";
		}

		public CommandFailed(int exit, String err) {
			super("Ended with " + exit);
			this.exit = exit;
			this.err = err;
		}

		public int exit() {
			return this.exit;
		}

		public String err() {
			return this.err;
		}

	}

}
