package io.privsep.thrown;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.time.DateTimeException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

import org.jspecify.annotations.Nullable;

import io.privsep.wire.Thrown;

/**
 * The exceptions of the JDK that reach a caller as themselves, declared or not.
 */
final class FixedExceptions {

	private static final List<Class<? extends Throwable>> OF_MESSAGE = List.of(RuntimeException.class,
			ArithmeticException.class, ArrayIndexOutOfBoundsException.class, ArrayStoreException.class,
			ClassCastException.class, IllegalArgumentException.class, IllegalCallerException.class,
			IllegalMonitorStateException.class, IllegalStateException.class, IllegalThreadStateException.class,
			IndexOutOfBoundsException.class, LayerInstantiationException.class, NegativeArraySizeException.class,
			NullPointerException.class, NumberFormatException.class, SecurityException.class,
			StringIndexOutOfBoundsException.class, UnsupportedOperationException.class, NoSuchElementException.class,
			DateTimeException.class, IOException.class, FileNotFoundException.class, EOFException.class,
			SocketException.class, ConnectException.class, BindException.class, NoRouteToHostException.class,
			UnknownHostException.class, SocketTimeoutException.class);

	/** Of JDK 19 and 21. */
	private static final List<String> OF_LATER_JDKS = List.of("java.lang.WrongThreadException",
			"java.lang.MatchException");

	private static final Map<String, ExceptionMaker> MAKERS = makers();

	private FixedExceptions() {
	}

	/**
	 * What makes exceptions of a class.
	 * @param type name of the class
	 * @return the maker, or {@code null} if the class is not one of the list
	 */
	static @Nullable ExceptionMaker maker(String type) {
		return MAKERS.get(type);
	}

	private static Map<String, ExceptionMaker> makers() {
		Map<String, ExceptionMaker> makers = new HashMap<>();
		OF_MESSAGE.forEach((type) -> makers.put(type.getName(), new ConstructedException(type)));
		OF_LATER_JDKS.forEach((type) -> putIfThere(makers, type));
		makers.put(UncheckedIOException.class.getName(), (thrown, message, cause) -> (cause instanceof IOException ex)
				? new UncheckedIOException(message, ex) : null);
		put(makers, FileSystemException.class,
				(thrown, message) -> new FileSystemException(thrown.file(), thrown.otherFile(), message));
		put(makers, AccessDeniedException.class,
				(thrown, message) -> new AccessDeniedException(thrown.file(), thrown.otherFile(), message));
		put(makers, NoSuchFileException.class,
				(thrown, message) -> new NoSuchFileException(thrown.file(), thrown.otherFile(), message));
		put(makers, FileAlreadyExistsException.class,
				(thrown, message) -> new FileAlreadyExistsException(thrown.file(), thrown.otherFile(), message));
		put(makers, AtomicMoveNotSupportedException.class,
				(thrown, message) -> new AtomicMoveNotSupportedException(thrown.file(), thrown.otherFile(), message));
		put(makers, NotLinkException.class,
				(thrown, message) -> new NotLinkException(thrown.file(), thrown.otherFile(), message));
		put(makers, DirectoryNotEmptyException.class,
				(thrown, message) -> new DirectoryNotEmptyException(thrown.file()));
		put(makers, NotDirectoryException.class, (thrown, message) -> new NotDirectoryException(thrown.file()));
		put(makers, FileSystemLoopException.class, (thrown, message) -> new FileSystemLoopException(thrown.file()));
		return Map.copyOf(makers);
	}

	private static void putIfThere(Map<String, ExceptionMaker> makers, String type) {
		try {
			makers.put(type, new ConstructedException(Class.forName(type).asSubclass(Throwable.class)));
		}
		catch (ClassNotFoundException ex) {
			// no function throws it either
		}
	}

	private static void put(Map<String, ExceptionMaker> makers, Class<?> type, FileSystemExceptionMaker maker) {
		makers.put(type.getName(), (thrown, message, cause) -> maker.make(thrown, message));
	}

	/** Makes an exception that has files, and its reason for a message. */
	@FunctionalInterface
	private interface FileSystemExceptionMaker {

		Throwable make(Thrown thrown, @Nullable String reason);

	}

}
