package io.privsep.advice;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.Handle;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;

/**
 * Whether a method starts a program, itself or by other methods of its own class.
 */
final class StartedProcesses {

	private static final Set<String> STARTS = Set.of("java/lang/ProcessBuilder.<init>", "java/lang/Runtime.exec");

	private StartedProcesses() {
	}

	static boolean mayBeStartedBy(Method method) {
		Class<?> owner = method.getDeclaringClass();
		Map<String, Set<String>> calls = calls(owner);
		Deque<String> left = new ArrayDeque<>();
		left.add(name(owner) + "." + method.getName() + Type.getMethodDescriptor(method));
		Set<String> seen = new HashSet<>();
		while (!left.isEmpty()) {
			String next = left.remove();
			if (STARTS.contains(next.substring(0, Math.max(0, next.indexOf('('))))) {
				return true;
			}
			if (seen.add(next)) {
				left.addAll(calls.getOrDefault(next, Set.of()));
			}
		}
		return false;
	}

	private static String name(Class<?> type) {
		return Type.getInternalName(type);
	}

	// Of each method of the class, with its descriptor: what it calls, and what the
	// lambdas call that it makes.
	private static Map<String, Set<String>> calls(Class<?> type) {
		Map<String, Set<String>> calls = new HashMap<>();
		String file = type.getName().substring(type.getName().lastIndexOf('.') + 1) + ".class";
		try (InputStream in = type.getResourceAsStream(file)) {
			if (in != null) {
				new ClassReader(in).accept(new Calls(name(type), calls),
						ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
			}
		}
		catch (IOException | IllegalArgumentException ex) {
			// it cannot be read, or is newer than what reads it: this is but a hint
		}
		return calls;
	}

	/** Collects the calls. */
	private static final class Calls extends ClassVisitor {

		private final String owner;

		private final Map<String, Set<String>> calls;

		Calls(String owner, Map<String, Set<String>> calls) {
			super(SpringAsmInfo.ASM_VERSION);
			this.owner = owner;
			this.calls = calls;
		}

		@Override
		public MethodVisitor visitMethod(int access, String name, String descriptor, @Nullable String signature,
				String @Nullable [] exceptions) {
			Set<String> called = this.calls.computeIfAbsent(this.owner + "." + name + descriptor,
					(key) -> new HashSet<>());
			return new MethodVisitor(SpringAsmInfo.ASM_VERSION) {

				@Override
				public void visitMethodInsn(int opcode, String owner, String name, String descriptor,
						boolean isInterface) {
					called.add(owner + "." + name + descriptor);
				}

				@Override
				public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap,
						Object... arguments) {
					for (Object argument : arguments) {
						if (argument instanceof Handle handle) {
							called.add(handle.getOwner() + "." + handle.getName() + handle.getDesc());
						}
					}
				}

			};
		}

	}

}
