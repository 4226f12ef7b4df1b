package io.privsep.functions;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;
import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.Type;
import org.springframework.util.ClassUtils;

/**
 * The classes of what a {@code @Bean} method may return, as far as its code tells without
 * being run. Lambdas, and methods of its own class whose results it returns, are read as
 * well.
 */
final class BeanMethodResult {

	private final String declaring;

	private final Set<String> classes = new TreeSet<>();

	private final Set<String> found = new HashSet<>();

	private final Deque<String> unread = new ArrayDeque<>();

	private BeanMethodResult(Class<?> declaring) {
		this.declaring = Type.getInternalName(declaring);
	}

	/**
	 * The classes of what a method may return.
	 * @param method the method
	 * @return their names; there may be others
	 */
	static Set<String> of(Method method) {
		BeanMethodResult result = new BeanMethodResult(method.getDeclaringClass());
		byte[] code = code(method.getDeclaringClass());
		if (code != null) {
			result.follow(result.declaring, method.getName(), Type.getMethodDescriptor(method));
			while (!result.unread.isEmpty()) {
				result.read(code, result.unread.remove());
			}
		}
		return result.classes;
	}

	private static byte @Nullable [] code(Class<?> type) {
		try (InputStream in = type.getResourceAsStream(ClassUtils.getClassFileName(type))) {
			return (in != null) ? in.readAllBytes() : null;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void read(byte[] code, String method) {
		new ClassReader(code).accept(new ClassVisitor(Opcodes.ASM9) {

			@Override
			public @Nullable MethodVisitor visitMethod(int access, String name, String descriptor,
					@Nullable String signature, String @Nullable [] exceptions) {
				return method.equals(name + descriptor)
						? new ReturnedValues(BeanMethodResult.this, (access & Opcodes.ACC_STATIC) != 0, descriptor)
						: null;
			}

		}, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
	}

	/**
	 * Takes a class for one that may be returned.
	 * @param type its name, as in code
	 */
	void add(String type) {
		this.classes.add(type.replace('/', '.'));
	}

	/**
	 * Reads a method as well, if it is of the same class.
	 * @param owner its class, as in code
	 * @param name its name
	 * @param descriptor its descriptor
	 */
	void follow(String owner, String name, String descriptor) {
		if (owner.equals(this.declaring) && this.found.add(name + descriptor)) {
			this.unread.add(name + descriptor);
		}
	}

}
