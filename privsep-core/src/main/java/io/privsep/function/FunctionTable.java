package io.privsep.function;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.privsep.PrivsepFunction;
import io.privsep.value.TransferableTypes;
import io.privsep.value.UnsupportedTypeException;
import io.privsep.value.ValueCodec;

/**
 * All functions of one context, numbered in an order that both sides come to by
 * themselves.
 * <p>
 * It is complete before the first byte is read, and never changes: what is not in it
 * cannot be called.
 */
public final class FunctionTable {

	private final String context;

	private final List<PrivilegedBean> beans;

	private final List<PrivilegedFunction> functions;

	private final Map<BeanMethod, PrivilegedFunction> byMethod;

	private final @Nullable ValueCodec settings;

	private final byte[] digest;

	private FunctionTable(String context, List<PrivilegedBean> beans, @Nullable Class<?> settingsType) {
		TransferableTypes types = new TransferableTypes();
		this.context = context;
		this.beans = beans;
		this.functions = number(beans, types);
		this.settings = (settingsType != null) ? settings(settingsType, types) : null;
		this.byMethod = this.functions.stream()
			.collect(Collectors.toUnmodifiableMap((function) -> new BeanMethod(function.beanType(), function.method()),
					(function) -> function));
		this.digest = digest(types.structure());
	}

	/**
	 * Builds the table of a context.
	 * @param context name of the context
	 * @param types the privileged beans of the context, in any order
	 * @return the table
	 * @throws IllegalArgumentException if there are problems, which {@link #problems}
	 * lists
	 */
	public static FunctionTable of(String context, Collection<Class<?>> types) {
		List<String> problems = problems(context, types);
		if (!problems.isEmpty()) {
			throw new IllegalArgumentException("Context '" + context + "': " + String.join("; ", problems));
		}
		List<PrivilegedBean> beans = beans(types);
		return new FunctionTable(context, beans, settingsTypes(types).stream().findFirst().orElse(null));
	}

	/**
	 * Everything that keeps these classes from being the privileged beans of a context.
	 * @param context name of the context
	 * @param types the classes
	 * @return the problems, as sentences; empty if there are none
	 */
	public static List<String> problems(String context, Collection<Class<?>> types) {
		List<String> problems = new ArrayList<>();
		for (PrivilegedBean bean : beans(types)) {
			problems.addAll(bean.problems());
			if (bean.constructor() != null) {
				checkParameters(context, bean.constructor(), types, problems);
			}
		}
		Set<Class<?>> settingsTypes = settingsTypes(types);
		if (settingsTypes.size() > 1) {
			problems.add("Context '" + context + "' has several records for its settings "
					+ settingsTypes.stream().map(Class::getSimpleName).toList() + "; use one");
		}
		if (problems.isEmpty()) {
			checkCycles(beans(types), problems);
		}
		return problems;
	}

	private static void checkParameters(String context, Constructor<?> constructor, Collection<Class<?>> types,
			List<String> problems) {
		new Constraints(problems).checkConstructor(constructor);
		for (Parameter parameter : constructor.getParameters()) {
			Class<?> type = parameter.getType();
			String who = "The constructor of '" + constructor.getDeclaringClass().getName()
					+ "' has a parameter of type ";
			if (type.isRecord()) {
				new Constraints(problems).checkSettings(type);
				try {
					new TransferableTypes().codec(type);
				}
				catch (UnsupportedTypeException ex) {
					problems.add(who + ex.getMessage());
				}
			}
			else if (!types.contains(type)) {
				problems.add(who + "'" + type.getName()
						+ "'; in a helper there are only other privileged beans of context '" + context
						+ "', and one record, bound from 'privsep.contexts." + context + ".settings'");
			}
		}
	}

	private static void checkCycles(List<PrivilegedBean> beans, List<String> problems) {
		Map<Class<?>, PrivilegedBean> byType = new HashMap<>();
		beans.forEach((bean) -> byType.put(bean.type(), bean));
		Set<Class<?>> done = new LinkedHashSet<>();
		for (PrivilegedBean bean : beans) {
			if (isInCycle(bean, byType, new LinkedHashSet<>(), done)) {
				problems.add("The constructor of '" + bean.type().getName() + "' needs itself, by way of other beans");
				return;
			}
		}
	}

	private static boolean isInCycle(PrivilegedBean bean, Map<Class<?>, PrivilegedBean> byType, Set<Class<?>> path,
			Set<Class<?>> done) {
		if (done.contains(bean.type())) {
			return false;
		}
		if (!path.add(bean.type())) {
			return true;
		}
		for (Class<?> parameter : Objects.requireNonNull(bean.constructor()).getParameterTypes()) {
			PrivilegedBean needed = byType.get(parameter);
			if (needed != null && isInCycle(needed, byType, path, done)) {
				return true;
			}
		}
		path.remove(bean.type());
		done.add(bean.type());
		return false;
	}

	private static List<PrivilegedBean> beans(Collection<Class<?>> types) {
		return types.stream().distinct().sorted(Comparator.comparing(Class::getName)).map(PrivilegedBean::of).toList();
	}

	private static Set<Class<?>> settingsTypes(Collection<Class<?>> types) {
		Set<Class<?>> settings = new LinkedHashSet<>();
		for (PrivilegedBean bean : beans(types)) {
			if (bean.constructor() != null) {
				Arrays.stream(bean.constructor().getParameterTypes()).filter(Class::isRecord).forEach(settings::add);
			}
		}
		return settings;
	}

	private static List<PrivilegedFunction> number(List<PrivilegedBean> beans, TransferableTypes types) {
		List<PrivilegedFunction> functions = new ArrayList<>();
		for (PrivilegedBean bean : beans) {
			for (Method method : bean.functions()) {
				PrivsepFunction annotation = Objects.requireNonNull(bean.annotation(method));
				functions.add(PrivilegedFunction.of(functions.size(), bean.type(), method, annotation, types));
			}
		}
		return List.copyOf(functions);
	}

	private static ValueCodec settings(Class<?> type, TransferableTypes types) {
		try {
			return types.codec(type);
		}
		catch (UnsupportedTypeException ex) {
			throw new IllegalStateException("Found before: " + ex.getMessage(), ex);
		}
	}

	private byte[] digest(String structure) {
		StringBuilder description = new StringBuilder(this.context).append('\n');
		for (PrivilegedFunction function : this.functions) {
			description.append(function.beanType().getName())
				.append('#')
				.append(function.method().getName())
				.append('(');
			for (ValueCodec parameter : function.parameters()) {
				description.append(parameter.typeName()).append(',');
			}
			description.append(')')
				.append(function.result().typeName())
				.append(function.isAsynchronous() ? " later\n" : "\n");
		}
		if (this.settings != null) {
			description.append("settings ").append(this.settings.typeName()).append('\n');
		}
		description.append(structure);
		try {
			return MessageDigest.getInstance("SHA-256").digest(description.toString().getBytes(StandardCharsets.UTF_8));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

	/**
	 * Name of the context.
	 * @return the name
	 */
	public String context() {
		return this.context;
	}

	/**
	 * The privileged beans, ordered by the names of their classes.
	 * @return the beans
	 */
	public List<PrivilegedBean> beans() {
		return this.beans;
	}

	/**
	 * The functions; each stands at its number.
	 * @return the functions
	 */
	public List<PrivilegedFunction> functions() {
		return this.functions;
	}

	/**
	 * The function that a method is.
	 * @param beanType class of the privileged bean, which may inherit the method
	 * @param method a method
	 * @return the function, or {@code null} if the method is none
	 */
	public @Nullable PrivilegedFunction function(Class<?> beanType, Method method) {
		return this.byMethod.get(new BeanMethod(beanType, method));
	}

	/**
	 * The record that the context's settings are bound to.
	 * @return the class, or {@code null} if no bean asks for settings
	 */
	public @Nullable Class<?> settingsType() {
		return (this.settings != null) ? this.settings.type() : null;
	}

	/**
	 * The codec of the context's settings.
	 * @return the codec, or {@code null} if no bean asks for settings
	 */
	public @Nullable ValueCodec settings() {
		return this.settings;
	}

	/**
	 * Whether parameters of functions, or the settings, have constraints of Jakarta
	 * Validation.
	 * @return whether there is something to check
	 */
	public boolean isConstrained() {
		return hasConstrainedSettings() || this.functions.stream().anyMatch(PrivilegedFunction::isConstrained);
	}

	/**
	 * Whether the settings have constraints of Jakarta Validation.
	 * @return whether there is something to check
	 */
	public boolean hasConstrainedSettings() {
		return this.settings != null && Constraints.areIn(this.settings.type());
	}

	/**
	 * SHA-256 of the signatures of all functions, with the structure of all types in
	 * them.
	 * @return 32 bytes
	 */
	public byte[] digest() {
		return this.digest.clone();
	}

	/**
	 * A method as that of one bean: several may inherit it.
	 *
	 * @param beanType class of the bean
	 * @param method the method
	 */
	private record BeanMethod(Class<?> beanType, Method method) {
	}

}
