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
import org.springframework.asm.Handle;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.Type;
import org.springframework.util.ClassUtils;

/**
 * The classes of what a {@code @Bean} method makes, as far as the code of its class tells
 * without being run: the method, lambdas in it, and methods of the class that it calls.
 */
final class MadeByBeanMethod {

	private final String declaring;

	private final Set<String> classes = new TreeSet<>();

	private final Set<String> found = new HashSet<>();

	private final Deque<String> unread = new ArrayDeque<>();

	private MadeByBeanMethod(Class<?> declaring) {
		this.declaring = Type.getInternalName(declaring);
	}

	/**
	 * The classes of what a method makes.
	 * @param method the method
	 * @return their names; other classes may make more
	 */
	static Set<String> of(Method method) {
		MadeByBeanMethod result = new MadeByBeanMethod(method.getDeclaringClass());
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
				return method.equals(name + descriptor) ? new Body() : null;
			}

		}, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
	}

	private void add(String type) {
		this.classes.add(type.replace('/', '.'));
	}

	private void follow(String owner, String name, String descriptor) {
		if (owner.equals(this.declaring) && this.found.add(name + descriptor)) {
			this.unread.add(name + descriptor);
		}
	}

	/** The code of a method. */
	private final class Body extends MethodVisitor {

		Body() {
			super(Opcodes.ASM9);
		}

		@Override
		public void visitTypeInsn(int opcode, String type) {
			if (opcode == Opcodes.NEW) {
				add(type);
			}
		}

		@Override
		public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
			follow(owner, name, descriptor);
		}

		@Override
		public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
			for (Object argument : arguments) {
				if (argument instanceof Handle handle && handle.getTag() == Opcodes.H_NEWINVOKESPECIAL) {
					add(handle.getOwner());
				}
				else if (argument instanceof Handle handle) {
					follow(handle.getOwner(), handle.getName(), handle.getDesc());
				}
			}
		}

	}

}
