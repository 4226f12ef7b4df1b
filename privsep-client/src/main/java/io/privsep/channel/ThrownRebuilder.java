package io.privsep.channel;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
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
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.privsep.PrivsepRemoteException;
import io.privsep.function.PrivilegedFunction;
import io.privsep.wire.Thrown;

/**
 * Makes the exception of a function again, for its caller.
 * <p>
 * The classes are known before a call is made: those that the method declares, and a
 * fixed list. The helper's text only chooses among them.
 */
final class ThrownRebuilder {

	private static final List<Class<? extends Throwable>> FIXED = List.of(RuntimeException.class,
			ArithmeticException.class, ArrayIndexOutOfBoundsException.class, ArrayStoreException.class,
			ClassCastException.class, IllegalArgumentException.class, IllegalCallerException.class,
			IllegalMonitorStateException.class, IllegalStateException.class, IllegalThreadStateException.class,
			IndexOutOfBoundsException.class, LayerInstantiationException.class, NegativeArraySizeException.class,
			NullPointerException.class, NumberFormatException.class, SecurityException.class,
			StringIndexOutOfBoundsException.class, UnsupportedOperationException.class, IOException.class,
			FileNotFoundException.class, EOFException.class, SocketException.class, ConnectException.class,
			BindException.class, NoRouteToHostException.class, UnknownHostException.class,
			SocketTimeoutException.class);

	private static final Map<String, FileSystemExceptionMaker> FILE_SYSTEM = Map.of(FileSystemException.class.getName(),
			(thrown) -> new FileSystemException(thrown.file(), thrown.otherFile(), thrown.message()),
			AccessDeniedException.class.getName(),
			(thrown) -> new AccessDeniedException(thrown.file(), thrown.otherFile(), thrown.message()),
			NoSuchFileException.class.getName(),
			(thrown) -> new NoSuchFileException(thrown.file(), thrown.otherFile(), thrown.message()),
			FileAlreadyExistsException.class.getName(),
			(thrown) -> new FileAlreadyExistsException(thrown.file(), thrown.otherFile(), thrown.message()),
			AtomicMoveNotSupportedException.class.getName(),
			(thrown) -> new AtomicMoveNotSupportedException(thrown.file(), thrown.otherFile(), thrown.message()),
			NotLinkException.class.getName(),
			(thrown) -> new NotLinkException(thrown.file(), thrown.otherFile(), thrown.message()),
			DirectoryNotEmptyException.class.getName(), (thrown) -> new DirectoryNotEmptyException(thrown.file()),
			NotDirectoryException.class.getName(), (thrown) -> new NotDirectoryException(thrown.file()),
			FileSystemLoopException.class.getName(), (thrown) -> new FileSystemLoopException(thrown.file()));

	private final String context;

	private final Map<PrivilegedFunction, Map<String, Class<? extends Throwable>>> known = new HashMap<>();

	ThrownRebuilder(String context, List<PrivilegedFunction> functions) {
		this.context = context;
		for (PrivilegedFunction function : functions) {
			Map<String, Class<? extends Throwable>> types = new HashMap<>();
			FIXED.forEach((type) -> types.put(type.getName(), type));
			for (Class<?> declared : function.method().getExceptionTypes()) {
				types.put(declared.getName(), declared.asSubclass(Throwable.class));
			}
			this.known.put(function, types);
		}
	}

	/**
	 * Makes the exception again, with the helper's frames above the caller's.
	 * @param function the function that threw
	 * @param thrown what it threw
	 * @return the exception
	 */
	Throwable rebuild(PrivilegedFunction function, Thrown thrown) {
		Throwable cause = (thrown.cause() != null) ? rebuild(function, thrown.cause()) : null;
		Throwable rebuilt = make(function, thrown, cause);
		if (rebuilt == null) {
			rebuilt = new PrivsepRemoteException(this.context, function.name(), thrown.type(), thrown.message(), cause);
		}
		else if (cause != null && rebuilt.getCause() == null) {
			try {
				rebuilt.initCause(cause);
			}
			catch (IllegalStateException ex) {
				rebuilt.addSuppressed(cause);
			}
		}
		StackTraceElement[] caller = new Throwable().getStackTrace();
		rebuilt.setStackTrace(Stream.concat(thrown.frames().stream().map(this::element), Arrays.stream(caller))
			.toArray(StackTraceElement[]::new));
		return rebuilt;
	}

	private StackTraceElement element(Thrown.Frame frame) {
		// the first word, where a class loader's name usually stands, tells whose frame
		// it is
		return new StackTraceElement("helper '" + this.context + "'", null, null, frame.className(), frame.methodName(),
				frame.fileName(), frame.line());
	}

	private @Nullable Throwable make(PrivilegedFunction function, Thrown thrown, @Nullable Throwable cause) {
		FileSystemExceptionMaker fileSystemException = FILE_SYSTEM.get(thrown.type());
		if (fileSystemException != null) {
			return fileSystemException.make(thrown);
		}
		Class<? extends Throwable> type = this.known.getOrDefault(function, Map.of()).get(thrown.type());
		if (type == null || Modifier.isAbstract(type.getModifiers())) {
			return null;
		}
		try {
			Throwable made = make(type, thrown.message(), cause);
			// one whose constructor makes a message of its argument would say something
			// else
			return Objects.equals(made.getMessage(), thrown.message()) ? made : null;
		}
		catch (ReflectiveOperationException | RuntimeException ex) {
			return null;
		}
	}

	private static Throwable make(Class<? extends Throwable> type, @Nullable String message, @Nullable Throwable cause)
			throws ReflectiveOperationException {
		Constructor<? extends Throwable> withMessage = find(type, String.class);
		Constructor<? extends Throwable> withCause = find(type, String.class, Throwable.class);
		if (withCause != null && (cause != null || withMessage == null)) {
			return withCause.newInstance(message, cause);
		}
		if (withMessage != null) {
			return withMessage.newInstance(message);
		}
		Constructor<? extends Throwable> bare = (message != null) ? null : find(type);
		if (bare != null) {
			return bare.newInstance();
		}
		throw new NoSuchMethodException(type.getName());
	}

	private static @Nullable Constructor<? extends Throwable> find(Class<? extends Throwable> type,
			Class<?>... parameters) {
		try {
			Constructor<? extends Throwable> constructor = type.getDeclaredConstructor(parameters);
			constructor.setAccessible(true);
			return constructor;
		}
		catch (ReflectiveOperationException | RuntimeException ex) {
			return null;
		}
	}

	private interface FileSystemExceptionMaker {

		Throwable make(Thrown thrown);

	}

}
