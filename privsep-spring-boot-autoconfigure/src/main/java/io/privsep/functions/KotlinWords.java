package io.privsep.functions;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.springframework.util.ClassUtils;

import io.privsep.value.UnsupportedTypeException;

/**
 * What to do about classes that are written in Kotlin, in the words of that language.
 */
final class KotlinWords {

	private static final String RECORD = "a data class with @JvmRecord";

	private static final String OPEN = "write 'open', or apply the kotlin-spring compiler plugin";

	/** What there is in Kotlin alone. */
	private static final Map<String, String> INSTEAD = Map.of("kotlin.time.Duration", "java.time.Duration",
			"kotlin.time.Instant", "java.time.Instant", "kotlin.uuid.Uuid", "java.util.UUID",
			"kotlin.sequences.Sequence", "List", "kotlinx.coroutines.flow.Flow", "List", "kotlin.text.Regex",
			"String, its text", "kotlin.ranges.IntRange", "two properties, its ends", "kotlin.ranges.LongRange",
			"two properties, its ends");

	private KotlinWords() {
	}

	/**
	 * Whether there is a type of Java for a class of Kotlin's library.
	 * @param type the class
	 * @return whether there is
	 */
	static boolean isReplaced(Class<?> type) {
		return INSTEAD.containsKey(type.getName());
	}

	/**
	 * Why a value class is not transferable.
	 * @param type the class
	 * @return what goes on a sentence
	 */
	static String ofValueClass(Class<?> type) {
		return isReplaced(type)
				? "a '" + type.getName() + "', which would be sent as a bare number; use " + INSTEAD.get(type.getName())
				: "the value class '" + type.getSimpleName() + "', whose checks would not run in the helper; make it "
						+ RECORD + ", whose do";
	}

	static boolean isKotlin(Class<?> type) {
		return Arrays.stream(type.getAnnotations())
			.anyMatch((annotation) -> annotation.annotationType().getName().equals("kotlin.Metadata"));
	}

	/**
	 * Whether suspend functions can be called, as Spring does that, and awaited.
	 * @param type a class that has one
	 * @return whether the libraries for both are there
	 */
	static boolean canSuspend(Class<?> type) {
		return ClassUtils.isPresent("kotlinx.coroutines.reactor.MonoKt", type.getClassLoader());
	}

	static String of(UnsupportedTypeException ex) {
		Class<?> type = ex.type();
		String instead = (type != null) ? INSTEAD.get(type.getName()) : null;
		if (instead == null && type != null && isValueClass(type)) {
			return ex.because("a value class is, as a parameter or property that is neither nullable nor generic;"
					+ " use the type of its property");
		}
		return ex.because("use " + ((instead != null) ? instead
				: TypeAdvice.of(ex)
					.replace("a record with the same fields", RECORD + " and the same properties")
					.replace("a record", RECORD)
					.replace("of records", "of data classes with @JvmRecord")
					.replace("an enum", "an enum class")
					.replace("byte[]", "ByteArray")
					.replace("Optional<Integer>", "Int?")));
	}

	static boolean isValueClass(Class<?> type) {
		return Arrays.stream(type.getAnnotations())
			.anyMatch((annotation) -> annotation.annotationType().getName().equals("kotlin.jvm.JvmInline"));
	}

	static String ofFinalClass(Class<?> type) {
		if (Arrays.stream(type.getDeclaredFields())
			.anyMatch((field) -> field.getName().equals("INSTANCE") && field.getType() == type)) {
			return "it is an object: make it an open class";
		}
		return "Kotlin's classes are unless they are 'open': " + OPEN;
	}

	static String ofFinalMethod(Method method) {
		return isOverload(method)
				? "it is one of those that @JvmOverloads makes: remove that, and pass all arguments from Java" : OPEN;
	}

	// The annotation itself is not there at run time.
	private static boolean isOverload(Method method) {
		List<Class<?>> parameters = Arrays.asList(method.getParameterTypes());
		return Arrays.stream(method.getDeclaringClass().getDeclaredMethods())
			.filter((each) -> each.getName().equals(method.getName()) && !Modifier.isFinal(each.getModifiers()))
			.map((each) -> Arrays.asList(each.getParameterTypes()))
			.anyMatch((longer) -> longer.size() > parameters.size()
					&& longer.subList(0, parameters.size()).equals(parameters));
	}

	static String ofGetters(List<String> methods) {
		return methods.stream().allMatch((name) -> name.matches("(get|set|is)[A-Z].*"))
				? "; the getter of a property is a public method: make the property private" : "";
	}

	static String ofConstructors(Class<?> type) {
		return Arrays.stream(type.getDeclaredConstructors()).anyMatch(Constructor::isSynthetic)
				? ", in Kotlin one with a parameter that has no default value, and without @JvmOverloads" : "";
	}

	/**
	 * Whether Spring Boot's binder would leave default values out, as it does for all of
	 * a constructor that takes value classes.
	 * @param type a record for settings
	 * @return whether there are both
	 */
	static boolean losesDefaults(Class<?> type) {
		RecordComponent[] components = type.getRecordComponents();
		return Arrays.stream(type.getDeclaredConstructors())
			.anyMatch(
					(each) -> Modifier.isPrivate(each.getModifiers()) && each.getParameterCount() == components.length)
				&& Arrays.stream(type.getDeclaredConstructors())
					.anyMatch((each) -> each.isSynthetic() && each.getParameterCount() == components.length + 2);
	}

	static String ofSettings(Class<?> type) {
		return Arrays.stream(type.getDeclaredMethods()).anyMatch((method) -> method.getName().equals("component1"))
				? ": a data class is one with @JvmRecord" : "";
	}

}
