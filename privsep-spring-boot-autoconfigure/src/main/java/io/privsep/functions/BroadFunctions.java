package io.privsep.functions;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.core.GenericTypeResolver;

import io.privsep.function.FunctionTable;
import io.privsep.function.PrivilegedFunction;

/**
 * Finds functions that give away what the separation of privileges is for: those whose
 * arguments let the caller choose a file, a command or options.
 * <p>
 * These are heuristics, by the types and names of parameters. A function that none of
 * them finds may be broad all the same.
 */
public final class BroadFunctions {

	private static final Set<String> FILE_WORDS = Set.of("file", "files", "filename", "filenames", "path", "paths",
			"pathname", "pathnames", "dir", "dirs", "directory", "directories", "folder", "folders");

	private static final Set<String> COMMAND_WORDS = Set.of("command", "commands", "cmd", "cmds", "cmdline", "script",
			"scripts", "shell", "args", "argv", "arguments", "options", "opts", "flags");

	private BroadFunctions() {
	}

	/**
	 * Finds the broad functions that do not say why they are.
	 * @param table the functions of a context
	 * @return at most one finding for each function, in the order of the table
	 */
	public static List<BroadFunction> find(FunctionTable table) {
		List<BroadFunction> found = new ArrayList<>();
		for (PrivilegedFunction function : table.functions()) {
			BroadFunction broad = function.broad().isBlank() ? find(function) : null;
			if (broad != null) {
				found.add(broad);
			}
		}
		return found;
	}

	private static @Nullable BroadFunction find(PrivilegedFunction function) {
		for (Parameter parameter : parameters(function)) {
			Finding finding = new Finding();
			finding.isChecked = hasPattern(parameter.getAnnotatedType());
			finding.look(type(parameter, function), parameter.isNamePresent() ? parameter.getName() : "");
			if (finding.reason != null && finding.instead != null) {
				return new BroadFunction(function, finding.reason, finding.instead);
			}
		}
		return null;
	}

	/**
	 * Whether a caller gives a function a text, alone or as a part of something.
	 * @param function a function that is not found to be broad
	 * @return whether one of its parameters has a text in it
	 */
	public static boolean takesText(PrivilegedFunction function) {
		for (Parameter parameter : parameters(function)) {
			Finding finding = new Finding();
			finding.look(type(parameter, function), "");
			if (finding.isText) {
				return true;
			}
		}
		return false;
	}

	// without that which takes the result of one of Kotlin's
	private static List<Parameter> parameters(PrivilegedFunction function) {
		return Arrays.asList(function.method().getParameters()).subList(0, function.parameters().size());
	}

	// By name: the application need not have Jakarta Validation.
	private static boolean hasPattern(AnnotatedType type) {
		return Arrays.stream(type.getAnnotations())
			.map(Annotation::annotationType)
			.anyMatch((each) -> isPattern(each)
					|| Arrays.stream(each.getAnnotations()).anyMatch((meta) -> isPattern(meta.annotationType())))
				|| type instanceof AnnotatedParameterizedType parameterized
						&& Arrays.stream(parameterized.getAnnotatedActualTypeArguments())
							.anyMatch(BroadFunctions::hasPattern)
				|| type instanceof AnnotatedArrayType array && hasPattern(array.getAnnotatedGenericComponentType());
	}

	private static boolean isPattern(Class<? extends Annotation> type) {
		return type.getName().equals("jakarta.validation.constraints.Pattern");
	}

	private static Type type(Parameter parameter, PrivilegedFunction function) {
		return GenericTypeResolver.resolveType(parameter.getParameterizedType(), function.beanType());
	}

	/** What is found in the type of a parameter. */
	private static final class Finding {

		private final Set<Class<?>> seen = new HashSet<>();

		private @Nullable String reason;

		private @Nullable String instead;

		private boolean isText;

		/** Whether a pattern says which texts there may be. */
		private boolean isChecked;

		private void look(Type type, String name) {
			if (this.reason != null) {
				return;
			}
			if (type instanceof ParameterizedType parameterized) {
				if (parameterized.getRawType() == Map.class
						&& parameterized.getActualTypeArguments()[0] == String.class) {
					found("takes a map, '" + name + "', whose keys the caller chooses",
							"take a parameter for each thing that may be chosen");
				}
				for (Type argument : parameterized.getActualTypeArguments()) {
					look(argument, name);
				}
				look(parameterized.getRawType(), name);
			}
			else if (type instanceof GenericArrayType array) {
				look(array.getGenericComponentType(), name);
			}
			else if (type instanceof WildcardType wildcard) {
				look(wildcard.getUpperBounds()[0], name);
			}
			else if (type instanceof Class<?> raw) {
				look(raw, name);
			}
		}

		private void look(Class<?> type, String name) {
			if (type.isArray()) {
				look(type.getComponentType(), name);
			}
			else if (type == Path.class || type == URI.class) {
				found("takes a " + type.getSimpleName() + ", '" + name + "', that its caller chooses",
						"take a name or a number, and keep the place in the settings of the context");
			}
			else if (type == String.class) {
				this.isText = true;
				if (!this.isChecked) {
					lookAtName(name);
				}
			}
			else if (type.isSealed() && this.seen.add(type)) {
				for (Class<?> permitted : type.getPermittedSubclasses()) {
					look(permitted, name);
				}
			}
			else if (type.isRecord() && this.seen.add(type)) {
				boolean isRecordChecked = this.isChecked;
				for (RecordComponent component : type.getRecordComponents()) {
					this.isChecked = hasPattern(component.getAnnotatedType());
					look(component.getGenericType(), component.getName());
				}
				this.isChecked = isRecordChecked;
			}
		}

		private void lookAtName(String name) {
			for (String word : name.split("_|(?<=[a-z0-9])(?=[A-Z])")) {
				if (FILE_WORDS.contains(word.toLowerCase(Locale.ROOT))) {
					found("takes the text '" + name + "', which reads like a file of its caller's choice",
							"take a name or a number, and keep the place in the settings of the context");
				}
				else if (COMMAND_WORDS.contains(word.toLowerCase(Locale.ROOT))) {
					found("takes the text '" + name + "', which reads like a command or options of its caller's choice",
							"write a function for each thing that is to be done");
				}
			}
		}

		private void found(String reason, String instead) {
			if (this.reason == null) {
				this.reason = reason;
				this.instead = instead;
			}
		}

	}

}
