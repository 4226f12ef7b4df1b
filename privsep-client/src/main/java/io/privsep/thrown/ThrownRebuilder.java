package io.privsep.thrown;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
public final class ThrownRebuilder {

	private final String context;

	private final Map<PrivilegedFunction, Map<String, DeclaredException>> declared = new HashMap<>();

	/**
	 * Makes it.
	 * @param context name of the context
	 * @param functions its functions
	 * @param maxElements the most elements of the details of an exception
	 */
	public ThrownRebuilder(String context, List<PrivilegedFunction> functions, int maxElements) {
		this.context = context;
		for (PrivilegedFunction function : functions) {
			Map<String, DeclaredException> byName = new LinkedHashMap<>();
			DeclaredException.of(function, maxElements)
				.forEach((exception) -> byName.put(exception.type().getName(), exception));
			this.declared.put(function, byName);
		}
	}

	/**
	 * Makes the exception again, with the helper's frames above the caller's.
	 * @param function the function that threw
	 * @param thrown what it threw
	 * @return the exception
	 */
	public Throwable rebuild(PrivilegedFunction function, Thrown thrown) {
		return rebuild(function, thrown, false, false);
	}

	private Throwable rebuild(PrivilegedFunction function, Thrown thrown, boolean isPart, boolean isOfUncheckedIo) {
		boolean isUncheckedIo = thrown.type().equals(UncheckedIOException.class.getName());
		Throwable cause = (thrown.cause() != null) ? rebuild(function, thrown.cause(), true, isUncheckedIo) : null;
		Throwable rebuilt = make(function, thrown, cause, isPart);
		if (rebuilt == null && isOfUncheckedIo && thrown.supertypes().contains(IOException.class.getName())) {
			rebuilt = new IOException(withType(thrown), cause);
		}
		if (rebuilt == null) {
			rebuilt = new PrivsepRemoteException(this.context, function.name(), thrown.type(), text(thrown), cause);
		}
		else if (cause != null && rebuilt.getCause() == null) {
			try {
				rebuilt.initCause(cause);
			}
			catch (IllegalStateException ex) {
				rebuilt.addSuppressed(cause);
			}
		}
		for (Thrown suppressed : thrown.suppressed()) {
			rebuilt.addSuppressed(rebuild(function, suppressed, true, false));
		}
		StackTraceElement[] caller = new Throwable().getStackTrace();
		rebuilt.setStackTrace(Stream.concat(thrown.frames().stream().map(this::element), Arrays.stream(caller))
			.toArray(StackTraceElement[]::new));
		return rebuilt;
	}

	private StackTraceElement element(Thrown.StackFrame frame) {
		return HelperFrame.of(this.context, frame.className(), frame.methodName(), frame.fileName(), frame.line());
	}

	private @Nullable Throwable make(PrivilegedFunction function, Thrown thrown, @Nullable Throwable cause,
			boolean isPart) {
		Map<String, DeclaredException> known = this.declared.getOrDefault(function, Map.of());
		DeclaredException itself = known.get(thrown.type());
		ExceptionMaker fixed = FixedExceptions.maker(thrown.type());
		Throwable made = null;
		if (itself != null) {
			made = itself.make(thrown, thrown.message(), cause, isPart);
		}
		else if (fixed != null) {
			made = fixed.make(thrown, thrown.message(), cause);
		}
		// a helper gone bad may name one many times
		for (String supertype : new LinkedHashSet<>(thrown.supertypes())) {
			if (made != null || isBasic(supertype, thrown)) {
				break;
			}
			DeclaredException declaredType = known.get(supertype);
			made = (declaredType != null) ? declaredType.make(thrown, withType(thrown), cause, isPart) : null;
		}
		return made;
	}

	// An unchecked exception stays unchecked where a function declares any exception: a
	// transaction is rolled back after one, and not after the other.
	private static boolean isBasic(String supertype, Thrown thrown) {
		return supertype.equals(Exception.class.getName())
				&& thrown.supertypes().contains(RuntimeException.class.getName());
	}

	private static String withType(Thrown thrown) {
		String text = text(thrown);
		return (text != null) ? thrown.type() + ": " + text : thrown.type();
	}

	private static @Nullable String text(Thrown thrown) {
		return (thrown.file() != null)
				? new FileSystemException(thrown.file(), thrown.otherFile(), thrown.message()).getMessage()
				: thrown.message();
	}

}
