package io.privsep.test;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.ConstructorCallTarget;
import com.tngtech.archunit.core.domain.AccessTarget.ConstructorReferenceTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;

import io.privsep.PrivsepFunction;
import io.privsep.function.FunctionTable;
import io.privsep.function.PrivilegedBean;
import io.privsep.functions.BeanProblems;
import io.privsep.functions.BroadFunction;
import io.privsep.functions.BroadFunctions;
import io.privsep.functions.PrivilegedTypes;

/**
 * Rules for ArchUnit, which has to be on the class path of the tests. They look at the
 * classes of the application: import these without tests.
 */
public final class PrivsepRules {

	/**
	 * No function lets its caller choose a file, a command or options, unless
	 * {@code @PrivsepFunction(broad = "...")} says why. The rule does not know what a
	 * context may do, and is for those without rights as well; use
	 * {@link #functionsAreNarrow} where that is too strict. A function that it does not
	 * find may be broad all the same.
	 */
	public static final ArchRule FUNCTIONS_ARE_NARROW = functionsAreNarrow();

	/**
	 * Privileged beans are injected. Who makes one with {@code new} has an object whose
	 * functions run in the application, or in the helper of another context. Only
	 * {@code @Bean} methods, which are never run, and privileged beans of the same
	 * context may do so.
	 */
	public static final ArchRule PRIVILEGED_BEANS_ARE_INJECTED = ArchRuleDefinition.classes()
		.should(makeNoPrivilegedBean())
		.because("their functions run in the helper only where Spring has made them");

	private PrivsepRules() {
	}

	/**
	 * As {@link #FUNCTIONS_ARE_NARROW}, for the functions of some contexts: those that
	 * have capabilities, or a user who may do more than the application.
	 * @param contexts names of the contexts; none for all
	 * @return the rule, which fails as well if there are no such functions
	 */
	public static ArchRule functionsAreNarrow(String... contexts) {
		Set<String> names = Set.of(contexts);
		return ArchRuleDefinition.classes()
			.that(arePrivilegedBeans(names))
			.should(haveNarrowFunctions())
			.because("an attacker who takes over the application can call them with any arguments"
					+ (names.isEmpty() ? ", whatever rights their context has" : ""));
	}

	private static DescribedPredicate<JavaClass> arePrivilegedBeans(Set<String> contexts) {
		return DescribedPredicate.describe(
				contexts.isEmpty() ? "are privileged beans" : "are privileged beans of the contexts " + contexts,
				(type) -> isPrivilegedBean(type) && (contexts.isEmpty() || contexts.contains(context(type))));
	}

	// Only classes that have the annotation are loaded.
	private static boolean isPrivilegedBean(JavaClass type) {
		return !type.isInterface() && !type.getModifiers().contains(JavaModifier.ABSTRACT) && hasAnnotation(type)
				&& PrivilegedTypes.isPrivileged(type.reflect());
	}

	private static boolean hasAnnotation(JavaClass type) {
		return type.isAnnotatedWith(PrivsepFunction.class)
				|| type.getAllRawSuperclasses().stream().anyMatch((each) -> each.isAnnotatedWith(PrivsepFunction.class))
				|| type.getAllRawInterfaces().stream().anyMatch((each) -> each.isAnnotatedWith(PrivsepFunction.class))
				|| type.getAllMethods().stream().anyMatch((method) -> method.isAnnotatedWith(PrivsepFunction.class));
	}

	private static String context(JavaClass type) {
		return PrivilegedTypes.context(PrivilegedBean.of(type.reflect()));
	}

	private static ArchCondition<JavaClass> haveNarrowFunctions() {
		return new ArchCondition<>("have narrow functions") {

			private final Map<String, Set<Class<?>>> beans = new TreeMap<>();

			@Override
			public void init(Collection<JavaClass> types) {
				this.beans.clear();
				types.forEach((type) -> this.beans.computeIfAbsent(context(type), (key) -> new LinkedHashSet<>())
					.add(type.reflect()));
			}

			@Override
			public void check(JavaClass type, ConditionEvents events) {
				String context = context(type);
				Set<Class<?>> all = this.beans.getOrDefault(context, Set.of());
				List<String> problems = BeanProblems.of(context, all.stream().map(PrivilegedBean::of).toList());
				if (!problems.isEmpty()) {
					problems.forEach((problem) -> events.add(SimpleConditionEvent.violated(type, problem)));
					return;
				}
				FunctionTable table = FunctionTable.of(context, all);
				List<BroadFunction> found = new ArrayList<>(BroadFunctions.find(table));
				found.addAll(programStarts(type, table, found));
				for (BroadFunction broad : found) {
					if (broad.function().beanType() == type.reflect()) {
						events.add(SimpleConditionEvent.violated(type, "Context '" + context + "': " + broad.text()));
					}
				}
			}

		};
	}

	private static List<BroadFunction> programStarts(JavaClass type, FunctionTable table, List<BroadFunction> found) {
		return table.functions()
			.stream()
			.filter((function) -> function.broad().isBlank()
					&& found.stream().noneMatch((broad) -> broad.function().equals(function)))
			.filter((function) -> function.beanType() == type.reflect() && BroadFunctions.takesText(function)
					&& ProgramStarts.areMadeBy(type, function.method()))
			.map((function) -> new BroadFunction(function, "starts a program, and takes a text from its caller",
					"take an enum or a number, and let the program and its arguments be fixed"))
			.toList();
	}

	private static ArchCondition<JavaClass> makeNoPrivilegedBean() {
		return new ArchCondition<>("make no privileged bean with new") {

			@Override
			public void check(JavaClass type, ConditionEvents events) {
				type.getAccessesFromSelf()
					.stream()
					.filter(PrivsepRules::makesPrivilegedBean)
					.forEach((access) -> events.add(SimpleConditionEvent.violated(access,
							"'" + access.getOrigin().getFullName() + "' makes the privileged bean '"
									+ access.getTargetOwner().getName() + "' itself; let Spring inject it, at "
									+ access.getSourceCodeLocation())));
			}

		};
	}

	private static boolean makesPrivilegedBean(JavaAccess<?> access) {
		boolean makes = access.getTarget() instanceof ConstructorCallTarget
				|| access.getTarget() instanceof ConstructorReferenceTarget;
		JavaClass target = access.getTargetOwner();
		JavaClass origin = access.getOriginOwner();
		return makes && isPrivilegedBean(target) && !origin.isAssignableTo(target.getName())
				&& !access.getOrigin().isAnnotatedWith("org.springframework.context.annotation.Bean")
				&& !(isPrivilegedBean(origin) && context(origin).equals(context(target)));
	}

}
