package io.privsep.function;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

import org.jspecify.annotations.Nullable;

import io.privsep.PrivsepFunction;
import io.privsep.value.TransferableTypes;
import io.privsep.value.UnsupportedTypeException;
import io.privsep.value.ValueCodec;

/**
 * A method that may be called in a helper, and how its values are sent.
 *
 * @param number position in the function table
 * @param beanType class of the privileged bean
 * @param method the method
 * @param kind how it gives its result
 * @param timeout the annotation's timeout, empty for the context's
 * @param broad why the function has to be broad, as the annotation says; empty if it does
 * not
 * @param isConstrained whether its parameters have constraints of Jakarta Validation
 * @param parameters codecs of the parameters, in their order
 * @param result codec of the result; that of the value where the method returns a future
 * or the like
 * @param detailedExceptions those of the declared exceptions that have details, in the
 * order in which they are declared
 */
public record PrivilegedFunction(int number, Class<?> beanType, Method method, ResultKind kind, String timeout,
		String broad, boolean isConstrained, List<ValueCodec> parameters, ValueCodec result,
		List<DetailedException> detailedExceptions) {

	static PrivilegedFunction of(int number, Class<?> beanType, Method method, PrivsepFunction annotation,
			TransferableTypes types) throws UnsupportedTypeException {
		List<ValueCodec> parameters = new ArrayList<>();
		ResultKind kind = ResultKind.of(method);
		for (Type argument : kind.argumentTypes(method)) {
			parameters.add(types.codec(argument, beanType));
		}
		ValueCodec result = types.resultCodec(kind.resultType(method), beanType);
		return new PrivilegedFunction(number, beanType, method, kind, annotation.timeout(), annotation.broad(),
				!parameters.isEmpty() && mayBeConstrained(beanType) && Constraints.areOnParametersOf(method, beanType),
				List.copyOf(parameters), result,
				(method.getExceptionTypes().length > 0) ? DetailedException.of(method, types) : List.of());
	}

	/**
	 * The declared exception with whose details an exception arrives.
	 * @param thrown class of the exception
	 * @return the class itself or the nearest that it extends; {@code null} if none of
	 * them is declared and has details
	 */
	public @Nullable DetailedException detailedException(Class<?> thrown) {
		return this.detailedExceptions.isEmpty() ? null : DetailedException.find(this.detailedExceptions, thrown);
	}

	// Annotations whose classes are missing are none. This spares the search, and its
	// classes, where nothing can be found.
	static boolean mayBeConstrained(Class<?> type) {
		try {
			Class.forName(Constraints.CONSTRAINT, false, type.getClassLoader());
			return true;
		}
		catch (ClassNotFoundException ex) {
			return false;
		}
	}

	/**
	 * Name of the function in messages, metrics and logs.
	 * @return the name, such as {@code Motd.update}
	 */
	public String name() {
		return name(this.beanType, this.method);
	}

	/**
	 * The whole signature, for people.
	 * @return the signature, such as
	 * {@code com.example.Motd.update(java.lang.String) void}
	 */
	public String signature() {
		StringJoiner types = new StringJoiner(", ", "(", ") ");
		List<Type> arguments = this.kind.argumentTypes(this.method);
		for (int i = 0; i < arguments.size(); i++) {
			types.add(name(arguments.get(i), this.parameters.get(i)));
		}
		Type result = (this.kind == ResultKind.SUSPENDED) ? this.kind.resultType(this.method)
				: this.method.getGenericReturnType();
		return this.beanType.getName() + "." + this.method.getName() + types + name(result, this.result);
	}

	// A variable is no type for people.
	private static String name(Type type, ValueCodec codec) {
		return (type instanceof TypeVariable<?>) ? codec.typeName() : type.getTypeName();
	}

	/**
	 * Whether the method gives its result later, and a call does not block its caller.
	 * @return whether calls are asynchronous
	 */
	public boolean isAsynchronous() {
		return this.kind != ResultKind.RETURNED;
	}

	/**
	 * Name of a function in messages, metrics and logs.
	 * @param beanType class of the privileged bean
	 * @param method the method
	 * @return the name, such as {@code Motd.update}
	 */
	public static String name(Class<?> beanType, Method method) {
		String name = method.getName();
		// Kotlin adds a hash where a parameter is of a value class
		int hash = name.indexOf('-');
		return beanType.getSimpleName() + "." + ((hash > 0) ? name.substring(0, hash) : name);
	}

}
