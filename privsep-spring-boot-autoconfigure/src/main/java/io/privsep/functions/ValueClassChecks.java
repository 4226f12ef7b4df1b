package io.privsep.functions;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.Label;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.util.ClassUtils;

import io.privsep.function.Constraints;

/**
 * Finds Kotlin's value classes that check themselves, and those of its library for which
 * there are transferable types. What arrives in a helper is what they wrap. Nobody runs
 * their checks there, and an application that was taken over would go around them.
 * <p>
 * Kotlin's reflection is used by its names.
 */
final class ValueClassChecks {

	private static final String MAPPING = "kotlin.reflect.jvm.ReflectJvmMapping";

	private final Set<Object> seen = new HashSet<>();

	private final Set<Class<?>> found = new HashSet<>();

	/**
	 * Looks for them among the parameters of a function.
	 * @param function the function
	 * @return the value classes
	 */
	static Set<Class<?>> find(Method function) {
		ValueClassChecks checks = new ValueClassChecks();
		ClassLoader loader = function.getDeclaringClass().getClassLoader();
		if (ClassUtils.isPresent(MAPPING, loader)) {
			try {
				Object described = loader.loadClass(MAPPING)
					.getMethod("getKotlinFunction", Method.class)
					.invoke(null, function);
				if (described != null) {
					for (Object parameter : list(loader, "KFunction", described, "getParameters")) {
						checks.look(loader, get(loader, "KParameter", parameter, "getType"));
					}
				}
			}
			catch (ReflectiveOperationException ex) {
				throw new IllegalStateException(ex);
			}
		}
		return checks.found;
	}

	private void look(ClassLoader loader, @Nullable Object type) throws ReflectiveOperationException {
		if (type == null || !this.seen.add(type)) {
			return;
		}
		for (Object argument : list(loader, "KType", type, "getArguments")) {
			look(loader, get(loader, "KTypeProjection", argument, "getType"));
		}
		Class<?> classType = loader.loadClass("kotlin.reflect.KClass");
		Object classifier = get(loader, "KType", type, "getClassifier");
		if (classType.isInstance(classifier)) {
			look((Class<?>) loader.loadClass("kotlin.jvm.JvmClassMappingKt")
				.getMethod("getJavaClass", classType)
				.invoke(null, classifier));
		}
	}

	private void look(Class<?> type) throws ReflectiveOperationException {
		if (!KotlinWords.isKotlin(type) || !this.seen.add(type)) {
			return;
		}
		if (KotlinWords.isValueClass(type) && (KotlinWords.isReplaced(type) || checksItself(type))) {
			this.found.add(type);
		}
		if (type.isSealed()) {
			for (Class<?> permitted : type.getPermittedSubclasses()) {
				look(permitted);
			}
		}
		ClassLoader loader = type.getClassLoader();
		for (RecordComponent component : type.isRecord() ? type.getRecordComponents() : new RecordComponent[0]) {
			Object property = loader.loadClass(MAPPING)
				.getMethod("getKotlinProperty", Field.class)
				.invoke(null, Constraints.field(component));
			look(loader, (property != null) ? get(loader, "KCallable", property, "getReturnType") : null);
		}
	}

	private static @Nullable Object get(ClassLoader loader, String type, Object object, String getter)
			throws ReflectiveOperationException {
		return loader.loadClass("kotlin.reflect." + type).getMethod(getter).invoke(object);
	}

	private static List<?> list(ClassLoader loader, String type, Object object, String getter)
			throws ReflectiveOperationException {
		return (List<?>) Objects.requireNonNull(get(loader, type, object, getter));
	}

	// Whether what Kotlin makes of its constructor does more than to give the value back.
	private static boolean checksItself(Class<?> type) {
		boolean[] found = new boolean[1];
		try (InputStream in = type.getClassLoader()
			.getResourceAsStream(type.getName().replace('.', '/') + ClassUtils.CLASS_FILE_SUFFIX)) {
			new ClassReader(in).accept(new ClassVisitor(Opcodes.ASM9) {

				@Override
				public @Nullable MethodVisitor visitMethod(int access, String name, String descriptor,
						@Nullable String signature, String @Nullable [] exceptions) {
					return name.equals("constructor-impl") ? new Checks(found) : null;
				}

			}, ClassReader.SKIP_FRAMES);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return found[0];
	}

	/** Notes whether a method decides something, or calls more than a check for null. */
	private static final class Checks extends MethodVisitor {

		private final boolean[] found;

		Checks(boolean[] found) {
			super(Opcodes.ASM9);
			this.found = found;
		}

		@Override
		public void visitJumpInsn(int opcode, Label label) {
			this.found[0] = true;
		}

		@Override
		public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
			this.found[0] |= !owner.equals("kotlin/jvm/internal/Intrinsics");
		}

	}

}
