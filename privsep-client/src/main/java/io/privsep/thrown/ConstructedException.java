package io.privsep.thrown;

import java.lang.reflect.Constructor;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.privsep.wire.Thrown;

/**
 * Makes exceptions of a class by the constructor for their message.
 */
final class ConstructedException implements ExceptionMaker {

	private final @Nullable Constructor<? extends Throwable> ofMessage;

	private final @Nullable Constructor<? extends Throwable> ofCause;

	private final @Nullable Constructor<? extends Throwable> ofNothing;

	ConstructedException(Class<? extends Throwable> type) {
		this.ofMessage = find(type, String.class);
		this.ofCause = find(type, String.class, Throwable.class);
		this.ofNothing = find(type);
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

	/**
	 * Whether it can make exceptions that have the message that they were made of, or one
	 * of their own that is always the same.
	 * @return whether it can
	 */
	boolean keepsMessages() {
		return make("a message", null) != null
				|| this.ofMessage == null && this.ofCause == null && this.ofNothing != null;
	}

	/**
	 * Whether it can make exceptions that have the cause that they were made of, even if
	 * their class keeps it itself.
	 * @return whether it can
	 */
	boolean keepsCauses() {
		Throwable cause = new Throwable();
		Throwable made = (this.ofCause != null) ? make("a message", cause) : null;
		return made != null && made.getCause() == cause;
	}

	@Override
	public @Nullable Throwable make(Thrown thrown, @Nullable String message, @Nullable Throwable cause) {
		return make(message, cause);
	}

	private @Nullable Throwable make(@Nullable String message, @Nullable Throwable cause) {
		Throwable made = null;
		if (this.ofCause != null && (cause != null || this.ofMessage == null)) {
			made = make(this.ofCause, message, message, cause);
		}
		if (made == null && this.ofMessage != null) {
			made = make(this.ofMessage, message, message);
		}
		if (made == null && this.ofNothing != null) {
			made = make(this.ofNothing, message);
		}
		return made;
	}

	// One whose constructor makes a message of its argument would say something else.
	private static @Nullable Throwable make(Constructor<? extends Throwable> constructor, @Nullable String message,
			@Nullable Object... arguments) {
		try {
			Throwable made = constructor.newInstance(arguments);
			return Objects.equals(made.getMessage(), message) ? made : null;
		}
		catch (ReflectiveOperationException | RuntimeException | LinkageError ex) {
			return null;
		}
	}

}
