package io.privsep.thrown;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.privsep.function.DetailedException;
import io.privsep.function.PrivilegedFunction;
import io.privsep.value.UnacceptableValueException;
import io.privsep.value.ValueReader;
import io.privsep.wire.FrameBody;
import io.privsep.wire.Thrown;

/**
 * An exception class that a function declares. It is made again with all that it has, or
 * not at all: one that lost its fields would say something that is not true.
 */
public final class DeclaredException {

	private final Class<?> type;

	private final @Nullable ExceptionMaker maker;

	private final @Nullable String problem;

	private DeclaredException(Class<?> type, @Nullable ExceptionMaker maker, @Nullable String problem) {
		this.type = type;
		this.maker = maker;
		this.problem = problem;
	}

	/**
	 * Looks at the exceptions that a function declares.
	 * @param function the function
	 * @param maxElements the most elements of the details of one
	 * @return the exceptions, in the order in which they are declared
	 */
	public static List<DeclaredException> of(PrivilegedFunction function, int maxElements) {
		List<DeclaredException> exceptions = new ArrayList<>();
		for (Class<?> type : function.method().getExceptionTypes()) {
			exceptions.add(of(type.asSubclass(Throwable.class), function.detailedException(type), maxElements));
		}
		return exceptions;
	}

	private static DeclaredException of(Class<? extends Throwable> type, @Nullable DetailedException detailed,
			int maxElements) {
		ExceptionMaker fixed = FixedExceptions.maker(type.getName());
		if (fixed != null) {
			return new DeclaredException(type, fixed, null);
		}
		if (Modifier.isAbstract(type.getModifiers())) {
			return new DeclaredException(type, null, "is abstract");
		}
		Class<?> details = (detailed != null && detailed.type() == type) ? detailed.codec().type() : null;
		if (details == null && FileSystemException.class.isAssignableFrom(type)) {
			return new DeclaredException(type, null, "would lose its files");
		}
		ConstructedException maker = new ConstructedException(type);
		List<String> lost = lostFields(type, details, maker);
		if (!lost.isEmpty()) {
			return new DeclaredException(type, null,
					"would lose its " + ((lost.size() == 1) ? "field " : "fields ") + String.join(", ", lost)
							+ ((details != null) ? ", not in '" + details.getSimpleName() + "'" : ""));
		}
		if (detailed != null && details != null) {
			return new DeclaredException(type, new DetailedMaker(detailed, maxElements),
					keepsMessages(detailed) ? null : "changes its message");
		}
		return maker.keepsMessages() ? new DeclaredException(type, maker, null) : new DeclaredException(type, null,
				"has no constructor (String), (String, Throwable) or () that keeps its message");
	}

	// By an example, whose details are empty: what that says nothing of is not known.
	private static boolean keepsMessages(DetailedException detailed) {
		String message = "a message";
		try {
			Constructor<?> details = detailed.codec()
				.type()
				.getDeclaredConstructor(Arrays.stream(detailed.codec().type().getRecordComponents())
					.map(RecordComponent::getType)
					.toArray(Class<?>[]::new));
			details.setAccessible(true);
			Throwable made = (Throwable) detailed.constructor()
				.newInstance(message, details
					.newInstance(Arrays.stream(details.getParameterTypes()).map(DeclaredException::empty).toArray()));
			return message.equals(made.getMessage());
		}
		catch (ReflectiveOperationException | RuntimeException | Error ex) {
			return true;
		}
	}

	private static @Nullable Object empty(Class<?> type) {
		return (type == String.class) ? "" : Array.get(Array.newInstance(type, 1), 0);
	}

	// Those that a constructor of message and details sets have the type of the details,
	// or are components of them.
	private static List<String> lostFields(Class<?> type, @Nullable Class<?> details, ConstructedException maker) {
		List<String> lost = new ArrayList<>();
		for (Class<?> each = type; each != Throwable.class
				&& FixedExceptions.maker(each.getName()) == null; each = each.getSuperclass()) {
			for (Field field : each.getDeclaredFields()) {
				int modifiers = field.getModifiers();
				if (!Modifier.isStatic(modifiers) && !field.isSynthetic() && (details == null || !isIn(details, field))
						&& !isMessage(field) && !(details == null && isCause(field) && maker.keepsCauses())) {
					lost.add("'" + field.getName() + "'");
				}
			}
		}
		return lost;
	}

	// As of Kotlin's 'override val message'. Whatever is made has the message that was
	// sent, or is not taken.
	private static boolean isMessage(Field field) {
		return field.getName().equals("message") && field.getType() == String.class && overrides(field, "getMessage");
	}

	private static boolean isCause(Field field) {
		return field.getName().equals("cause") && field.getType() == Throwable.class && overrides(field, "getCause");
	}

	private static boolean overrides(Field field, String getter) {
		return Arrays.stream(field.getDeclaringClass().getDeclaredMethods())
			.anyMatch((method) -> method.getName().equals(getter) && method.getParameterCount() == 0
					&& method.getReturnType() == field.getType());
	}

	private static boolean isIn(Class<?> details, Field field) {
		RecordComponent[] components = details.getRecordComponents();
		return field.getType() == details || Arrays.stream(components)
			.anyMatch((component) -> component.getName().equals(field.getName())
					&& component.getType() == field.getType());
	}

	/**
	 * The declared class.
	 * @return the class
	 */
	public Class<?> type() {
		return this.type;
	}

	/**
	 * Why it never reaches a caller as itself.
	 * @return what goes on a sentence of which it is the subject; {@code null} if it does
	 */
	public @Nullable String problem() {
		return this.problem;
	}

	/**
	 * Makes the exception again.
	 * @param thrown what was thrown
	 * @param message the message that it is to have
	 * @param cause its cause, if it has one
	 * @param isPart whether it is a cause or suppressed: all of these together may have
	 * as many elements as the exception itself
	 * @return the exception; {@code null} if it cannot be made
	 */
	@Nullable Throwable make(Thrown thrown, @Nullable String message, @Nullable Throwable cause, boolean isPart) {
		if (isPart && this.maker instanceof DetailedMaker detailed) {
			return detailed.make(thrown, message, detailed.maxElements / Thrown.MAX_EXCEPTIONS);
		}
		return (this.maker != null) ? this.maker.make(thrown, message, cause) : null;
	}

	/**
	 * Makes exceptions with details.
	 */
	private record DetailedMaker(DetailedException detailed, int maxElements) implements ExceptionMaker {

		@Override
		public @Nullable Throwable make(Thrown thrown, @Nullable String message, @Nullable Throwable cause) {
			return make(thrown, message, this.maxElements);
		}

		@Nullable Throwable make(Thrown thrown, @Nullable String message, int maxElements) {
			ByteBuffer bytes = thrown.details();
			if (bytes == null) {
				return null;
			}
			try {
				Object details = ValueReader.read(this.detailed.codec(), new FrameBody(bytes.duplicate()), maxElements);
				Throwable made = (Throwable) this.detailed.constructor().newInstance(message, details);
				return Objects.equals(made.getMessage(), message) ? made : null;
			}
			catch (ReflectiveOperationException | UnacceptableValueException ex) {
				return null;
			}
			catch (RuntimeException | Error ex) {
				// of its own method
				return null;
			}
		}

	}

}
