package io.privsep.functions;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.privsep.Audited;
import io.privsep.PrivsepFunction;
import io.privsep.function.PrivilegedBean;
import io.privsep.function.PrivilegedFunction;
import io.privsep.function.ResultKind;
import io.privsep.value.TransferableTypes;
import io.privsep.value.UnsupportedTypeException;

/**
 * All that keeps classes from being privileged beans, in the words of the people who
 * wrote them. A helper says no more than that a bean does not fit.
 */
public final class BeanProblems {

	private BeanProblems() {
	}

	/**
	 * What keeps a class from being a privileged bean.
	 * @param bean the class
	 * @return the problems, as sentences; empty if there are none
	 */
	public static List<String> of(PrivilegedBean bean) {
		List<String> problems = new ArrayList<>();
		Class<?> type = bean.type();
		checkClass(type, problems);
		FinalProblems.check(type, problems);
		PlaceProblems.check(bean, problems);
		PrivilegedBean others = LifecycleProblems.check(bean, problems);
		checkContext(others, problems);
		checkTypes(type, others.functions(), problems);
		ConstraintProblems constraints = new ConstraintProblems(problems);
		others.functions().forEach((function) -> constraints.checkFunction(function, type));
		MemberProblems.check(bean, problems);
		SettingsProblems.checkBean(bean, type, type.getName(), problems);
		if (bean.constructor() == null && !type.isInterface() && !type.isRecord() && !type.isEnum()) {
			long constructors = Arrays.stream(type.getDeclaredConstructors())
				.filter((constructor) -> !constructor.isSynthetic())
				.count();
			problems.add("'" + type.getName() + "' has " + constructors
					+ " constructors, and the helper cannot tell which to use; leave one"
					+ (KotlinWords.isKotlin(type) ? KotlinWords.ofConstructors(type) : ""));
		}
		return problems;
	}

	/**
	 * What keeps classes from being the privileged beans of a context.
	 * @param context name of the context
	 * @param all the classes
	 * @return the problems, as sentences; empty if there are none
	 */
	public static List<String> of(String context, Collection<PrivilegedBean> all) {
		List<PrivilegedBean> beans = all.stream()
			.sorted(Comparator.comparing((bean) -> bean.type().getName()))
			.toList();
		List<String> problems = new ArrayList<>();
		Map<Class<?>, PrivilegedBean> byType = new HashMap<>();
		beans.forEach((bean) -> byType.put(bean.type(), bean));
		Set<Class<?>> settings = new LinkedHashSet<>();
		for (PrivilegedBean bean : beans) {
			problems.addAll(of(bean));
			if (bean.constructor() != null) {
				checkParameters(context, bean.constructor(), byType.keySet(), problems);
				Arrays.stream(bean.constructor().getParameterTypes()).filter(Class::isRecord).forEach(settings::add);
			}
		}
		if (settings.size() > 1) {
			problems.add("Context '" + context + "' has several records for its settings "
					+ settings.stream().map(Class::getSimpleName).toList() + "; use one");
		}
		if (problems.isEmpty()) {
			CircularBeans.check(beans, byType, problems);
		}
		return problems;
	}

	private static void checkContext(PrivilegedBean bean, List<String> problems) {
		Set<String> contexts = new LinkedHashSet<>();
		List<String> without = new ArrayList<>();
		for (Method function : bean.functions()) {
			PrivsepFunction annotation = bean.annotation(function);
			if (annotation == null) {
				without.add(function.getName());
			}
			else if (annotation.value().isBlank()) {
				problems.add("'" + PrivilegedFunction.name(bean.type(), function)
						+ "' names no context; write @PrivsepFunction(\"<context>\")");
			}
			else {
				contexts.add(annotation.value());
			}
		}
		if (!contexts.isEmpty() && !without.isEmpty()) {
			problems.add("'" + bean.type().getName() + "' mixes functions with other public methods " + without
					+ "; a bean with functions has nothing else: annotate these too, or move them to another bean"
					+ (KotlinWords.isKotlin(bean.type()) ? KotlinWords.ofGetters(without) : ""));
		}
		if (contexts.size() > 1) {
			problems.add("'" + bean.type().getName() + "' has functions of several contexts " + contexts
					+ "; make a bean for each context");
		}
	}

	private static void checkClass(Class<?> type, List<String> problems) {
		String name = type.getName();
		if (type.isInterface()) {
			problems
				.add("'" + name + "' is an interface; annotate the class that implements it, and let the @Bean method"
						+ " return that class");
		}
		else if (type.isRecord()) {
			problems.add("'" + name + "' is a record, which cannot be a proxy; make it a class");
		}
		else if (type.isEnum()) {
			problems.add("'" + name + "' is an enum, which cannot be a proxy; make it a class");
		}
		else if (Modifier.isAbstract(type.getModifiers())) {
			problems.add("'" + name + "' is abstract; annotate the class that extends it");
		}
		else if (type.isMemberClass() && !Modifier.isStatic(type.getModifiers())) {
			problems.add("'" + name + "' is an inner class; "
					+ (KotlinWords.isKotlin(type) ? "remove 'inner'" : "make it static"));
		}
	}

	private static void checkTypes(Class<?> type, List<Method> functions, List<String> problems) {
		for (Method function : functions) {
			String name = "'" + PrivilegedFunction.name(type, function) + "'";
			checkAudited(name, function, problems);
			ResultKind kind = ResultKind.of(function);
			List<Type> parameters = kind.argumentTypes(function);
			for (int i = 0; i < parameters.size(); i++) {
				try {
					new TransferableTypes().codec(parameters.get(i), type);
				}
				catch (UnsupportedTypeException ex) {
					problems.add(name + ": parameter " + (i + 1) + " of type " + text(ex, type));
				}
			}
			try {
				new TransferableTypes().resultCodec(kind.resultType(function), type);
			}
			catch (UnsupportedTypeException ex) {
				String later = LaterResults.instead(ex, function);
				problems
					.add(name + ": result of type " + ((later != null) ? ex.because("use " + later) : text(ex, type)));
			}
			if (KotlinWords.isKotlin(function.getDeclaringClass())) {
				ValueClassChecks.find(function)
					.forEach((each) -> problems.add(name + " takes " + KotlinWords.ofValueClass(each)));
			}
			if (kind == ResultKind.SUSPENDED && !KotlinWords.canSuspend(type)) {
				problems.add(name + " is a suspend function; add org.jetbrains.kotlinx:kotlinx-coroutines-reactor");
			}
		}
	}

	private static String text(UnsupportedTypeException ex, Class<?> type) {
		return KotlinWords.isKotlin(type) ? KotlinWords.of(ex) : ex.because("use " + TypeAdvice.of(ex));
	}

	private static void checkAudited(String name, Method function, List<String> problems) {
		Parameter[] parameters = function.getParameters();
		for (int i = 0; i < parameters.length; i++) {
			if (parameters[i].isAnnotationPresent(Audited.class)
					&& !TransferableTypes.isSingle(parameters[i].getType())) {
				problems.add(name + ": parameter " + (i + 1) + " is @Audited and of type '"
						+ parameters[i].getParameterizedType().getTypeName()
						+ "', which has no short text; annotate a parameter with a single value, or none");
			}
		}
	}

	private static void checkParameters(String context, Constructor<?> constructor, Collection<Class<?>> types,
			List<String> problems) {
		new ConstraintProblems(problems).checkConstructor(constructor);
		for (Parameter parameter : constructor.getParameters()) {
			Class<?> type = parameter.getType();
			String who = "The constructor of '" + constructor.getDeclaringClass().getName()
					+ "' has a parameter of type ";
			if (type.isRecord()) {
				SettingsProblems.checkRecord(context, type, problems);
				new ConstraintProblems(problems).checkSettings(type);
				if (KotlinWords.isKotlin(type) && KotlinWords.losesDefaults(type)) {
					problems.add("'" + type.getName()
							+ "' has a property of a value class, with which Spring Boot does not"
							+ " bind default values; leave them out, or use the type of the value class's property");
				}
				try {
					new TransferableTypes().codec(type);
				}
				catch (UnsupportedTypeException ex) {
					problems.add(who + text(ex, constructor.getDeclaringClass()));
				}
			}
			else if (!types.contains(type)) {
				problems.add(
						who + "'" + type.getName() + "'; in a helper there are only other privileged beans of context '"
								+ context + "', and one record, bound from 'privsep.contexts." + context + ".settings'"
								+ (KotlinWords.isKotlin(type) ? KotlinWords.ofSettings(type) : "")
								+ "; put values into that record, and make other objects in the constructor");
			}
		}
	}

}
