package io.privsep;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Arguments break constraints of Jakarta Validation that the function's parameters have;
 * the function did not run.
 */
public class PrivsepValidationException extends PrivsepException {

	private static final long serialVersionUID = 1L;

	private final transient List<Violation> violations;

	/**
	 * Makes one, such as in a test of what the application does then.
	 * @param context name of the context
	 * @param function name of the function, such as {@code Motd.update}
	 * @param violations the constraints that are broken, at least one
	 */
	public PrivsepValidationException(String context, String function, List<Violation> violations) {
		super(context, function, "Context '" + context + "': '" + function + "' did not run: "
				+ violations.stream().map(Violation::toString).collect(Collectors.joining(", ")), null);
		this.violations = List.copyOf(violations);
	}

	/**
	 * The constraints that are broken.
	 * @return at least one; empty if this exception was serialized
	 */
	public List<Violation> violations() {
		return (this.violations != null) ? this.violations : List.of();
	}

	/**
	 * A constraint that is broken, without the value that breaks it.
	 *
	 * @param path which value it is, such as {@code message} or
	 * {@code order.items[0].name}
	 * @param message what the constraint says of it, such as {@code must not be blank}
	 */
	public record Violation(String path, String message) {

		@Override
		public String toString() {
			return "'" + this.path + "' " + this.message;
		}

	}

}
