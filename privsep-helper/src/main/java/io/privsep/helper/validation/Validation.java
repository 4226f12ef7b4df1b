package io.privsep.helper.validation;

import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;

import jakarta.validation.Configuration;
import jakarta.validation.ConstraintDeclarationException;
import jakarta.validation.ConstraintDefinitionException;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.MessageInterpolator;
import jakarta.validation.NoProviderFoundException;
import jakarta.validation.Path;
import jakarta.validation.ValidationException;
import jakarta.validation.Validator;
import jakarta.validation.ValidatorFactory;
import org.jspecify.annotations.Nullable;

import io.privsep.PrivsepValidationException.Violation;
import io.privsep.function.FunctionTable;
import io.privsep.function.PrivilegedFunction;
import io.privsep.helper.check.RefusalException;
import io.privsep.wire.LogLine;
import io.privsep.wire.Reply;

/**
 * Checks constraints of Jakarta Validation, with the provider that is among the
 * application's libraries. Only where there are constraints is this class loaded.
 * <p>
 * Constraints are those of annotations; {@code META-INF/validation.xml} is not read. And
 * messages have no expressions (Jakarta EL), which may be built from what a caller sends.
 */
public final class Validation {

	private static final String WITHOUT_EXPRESSIONS = "org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator";

	private static final int MAX_PATH = 256;

	private static final int MAX_MESSAGE = 512;

	private final Validator validator;

	private Validation(Validator validator) {
		this.validator = validator;
	}

	/**
	 * Loads the provider.
	 * @param table what has constraints
	 * @param classLoader loads the provider
	 * @return the validation
	 * @throws RefusalException if the constraints cannot be checked
	 */
	public static Validation of(FunctionTable table, ClassLoader classLoader) throws RefusalException {
		try {
			Configuration<?> configuration = jakarta.validation.Validation.byDefaultProvider()
				.configure()
				.ignoreXmlConfiguration();
			MessageInterpolator interpolator = withoutExpressions(classLoader);
			configuration.messageInterpolator(new BoundedInterpolator(
					(interpolator != null) ? interpolator : configuration.getDefaultMessageInterpolator()));
			// open for as long as the helper lives
			ValidatorFactory factory = configuration.buildValidatorFactory();
			return new Validation(factory.getValidator());
		}
		catch (NoProviderFoundException ex) {
			throw new RefusalException("Context '" + table.context() + "': its functions or settings have constraints,"
					+ " and no provider of Jakarta Validation is among the application's libraries; refusing to serve");
		}
		catch (ValidationException | ReflectiveOperationException ex) {
			throw new RefusalException("Context '" + table.context() + "': constraints of its functions or settings"
					+ " cannot be checked: " + ex.getMessage() + "; refusing to serve");
		}
	}

	private static @Nullable MessageInterpolator withoutExpressions(ClassLoader classLoader)
			throws ReflectiveOperationException {
		try {
			return (MessageInterpolator) Class.forName(WITHOUT_EXPRESSIONS, true, classLoader)
				.getConstructor()
				.newInstance();
		}
		catch (ClassNotFoundException ex) {
			// another provider's own
			return null;
		}
	}

	/**
	 * Checks the constraints of the settings.
	 * @param context name of the context
	 * @param settings the settings
	 * @throws RefusalException if they are not valid
	 */
	public void requireValid(String context, Object settings) throws RefusalException {
		List<String> problems = violations(settings).stream()
			.map((violation) -> "Context '" + context + "': the settings are not valid: " + violation
					+ "; refusing to serve")
			.toList();
		if (!problems.isEmpty()) {
			throw new RefusalException(problems);
		}
	}

	/**
	 * Checks that the constraints of a function can be checked, as far as that shows
	 * without a call.
	 * @param bean the privileged bean
	 * @param function the function
	 * @throws RefusalException if they cannot be
	 */
	public void tryOut(Object bean, PrivilegedFunction function) throws RefusalException {
		@Nullable Object[] arguments = Arrays.stream(function.method().getParameterTypes())
			// zero where it cannot be null
			.map((type) -> Array.get(Array.newInstance(type, 1), 0))
			.toArray();
		try {
			violations(bean, function.method(), arguments);
		}
		catch (ConstraintDeclarationException | ConstraintDefinitionException ex) {
			throw new RefusalException("'" + function.name() + "': its constraints cannot be checked: "
					+ ex.getMessage() + "; refusing to serve");
		}
		catch (ValidationException ex) {
			// thrown by a constraint's own code, which may not have expected these
		}
	}

	/**
	 * Checks the arguments of a call.
	 * @param bean the privileged bean
	 * @param function the method
	 * @param arguments its arguments
	 * @return what is wrong, in no more sentences than are sent; empty if nothing is
	 */
	public List<Violation> violations(Object bean, Method function, @Nullable Object[] arguments) {
		return violations(() -> this.validator.forExecutables().validateParameters(bean, function, arguments), true);
	}

	/**
	 * Checks settings.
	 * @param settings the settings
	 * @return what is wrong, likewise
	 */
	public List<Violation> violations(Object settings) {
		return violations(() -> this.validator.validate(settings), false);
	}

	private static List<Violation> violations(Supplier<Set<? extends ConstraintViolation<?>>> check, boolean ofMethod) {
		Set<? extends ConstraintViolation<?>> found;
		try {
			found = check.get();
		}
		catch (ValidationException ex) {
			if (BoundedInterpolator.hasEnded()) {
				return List
					.of(new Violation("", "more than " + Reply.Invalid.MAX_VIOLATIONS + " constraints are broken"));
			}
			throw ex;
		}
		finally {
			BoundedInterpolator.reset();
		}
		if (found.isEmpty()) {
			return List.of();
		}
		List<Violation> violations = new ArrayList<>();
		for (ConstraintViolation<?> each : found) {
			violations.add(new Violation(cut(path(each.getPropertyPath(), ofMethod), MAX_PATH),
					cut(String.valueOf(each.getMessage()), MAX_MESSAGE)));
		}
		violations.sort(Comparator.comparing(Violation::path).thenComparing(Violation::message));
		return violations.subList(0, Math.min(violations.size(), Reply.Invalid.MAX_VIOLATIONS));
	}

	// As the standard writes it, but for the method, which the caller knows, and the keys
	// of maps, which are values.
	private static String path(Path path, boolean ofMethod) {
		StringBuilder text = new StringBuilder();
		Iterator<Path.Node> nodes = path.iterator();
		if (ofMethod && nodes.hasNext()) {
			nodes.next();
		}
		nodes.forEachRemaining((node) -> {
			if (node.isInIterable()) {
				text.append('[').append((node.getIndex() != null) ? node.getIndex().toString() : "").append(']');
			}
			if (node.getName() != null) {
				text.append((text.length() > 0) ? "." : "").append(node.getName());
			}
		});
		return text.toString();
	}

	private static String cut(String text, int maxLength) {
		String printable = LogLine.printable(text);
		return (printable.length() > maxLength) ? printable.substring(0, maxLength) : printable;
	}

	/**
	 * Ends a check that has found more than is sent. A provider may take time for each
	 * further violation as for all before it: a list of 16,000 short texts took seconds.
	 */
	private static final class BoundedInterpolator implements MessageInterpolator {

		private static final ThreadLocal<Integer> found = ThreadLocal.withInitial(() -> 0);

		private final MessageInterpolator delegate;

		BoundedInterpolator(MessageInterpolator delegate) {
			this.delegate = delegate;
		}

		static boolean hasEnded() {
			return found.get() > Reply.Invalid.MAX_VIOLATIONS;
		}

		static void reset() {
			found.remove();
		}

		@Override
		public String interpolate(String template, Context context) {
			count();
			return this.delegate.interpolate(template, context);
		}

		@Override
		public String interpolate(String template, Context context, Locale locale) {
			count();
			return this.delegate.interpolate(template, context, locale);
		}

		private static void count() {
			found.set(found.get() + 1);
			if (hasEnded()) {
				throw new ValidationException("More constraints are broken than are reported");
			}
		}

	}

}
